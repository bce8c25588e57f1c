"""Records that a hot caller appends itself are the same records as one after the other, wherever a block ends."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.environment import Environment
from flows.engine.trace import BLOCK


@settings(max_examples=30, deadline=None)
@given(st.integers(BLOCK - 12, BLOCK + 12), st.lists(st.integers(0, 10) | st.just(2 * BLOCK + 3), max_size=6))
def test_a_batch_is_the_same_as_its_records(before: int, sizes: list[int]) -> None:
    one, all_ = Environment.begin(1), Environment.begin(1)
    for e in (one, all_):
        for index in range(before):
            e.recorder.write(100, 1, index)
    for size in sizes:
        rows = all_.recorder.rows
        for index in range(size):
            one.recorder.write(102, 2, index, 9, index * 2, index % 3, (1, 30))
            rows += (0, 2, 102, index, 9, index * 2, index % 3, (1, 30))
        all_.recorder.wrote(all_.recorder.sequence + size)
    assert all_.recorder.sequence == one.recorder.sequence
    assert all_.recorder.digest() == one.recorder.digest()
    mine, theirs = all_.recorder.drain(), one.recorder.drain()
    assert [column.tolist() for column in mine.columns.values()] == [
        column.tolist() for column in theirs.columns.values()
    ]
