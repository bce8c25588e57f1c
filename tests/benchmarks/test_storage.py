"""What is stored is counted for both formats, and the bar is met."""

from __future__ import annotations

from tests.benchmarks import storage


def test_a_message_is_stored_in_sixteen_bytes_whether_it_comes_in_a_batch_or_alone() -> None:
    rows = storage.workloads(3_000)
    assert [row.what for row in rows] == ["in batches", "one by one"]
    assert all(row.packed < row.written and row.packed <= storage.BAR for row in rows)
    assert storage.table(rows).count("≤ 16") == 2
