"""The benchmark runs, and every candidate does the same messages. No time is asserted."""

from __future__ import annotations

import pytest

from tests.benchmarks import fanout, queues
from tests.benchmarks.__main__ import CANDIDATES, _cost, measure, table

MESSAGES = 2_000


@pytest.mark.parametrize("name", [name for name in CANDIDATES if name != "localstack"])
def test_every_message_ends_deleted_or_dead(name: str) -> None:
    tally = CANDIDATES[name][1](MESSAGES)
    assert tally.deleted + tally.dead == MESSAGES
    assert MESSAGES * 1.05 < tally.received < MESSAGES * 1.2
    assert tally.dead < MESSAGES * 0.01


def test_the_kernel_and_those_it_is_compared_with_do_the_very_same_messages() -> None:
    tallies = {name: CANDIDATES[name][1](MESSAGES) for name in ("raw", "simpy", "kernel")}
    assert tallies["raw"] == tallies["simpy"] == tallies["kernel"]


def test_the_table_says_how_far_every_bar_is_met() -> None:
    names = [name for name in CANDIDATES if name != "localstack"]
    full = {name: measure(name, MESSAGES) for name in names}
    printed = table(full, {name: full[name] for name in ("kernel", "services")}, MESSAGES, 1)
    assert printed.count("by ") >= 5
    assert "LocalStack" in printed


def test_the_cost_of_groups_and_of_a_backlog_is_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "CALLS", 20)
    rows = [_cost(each) for each in queues.costs(MESSAGES, 1)]
    assert [row[:33] for row in rows] == ["a FIFO message with 10,000 groups", "send, receive, delete among 20,00"]
    assert all(" µs)" in row for row in rows)


def test_the_cost_of_a_fan_out_is_stated() -> None:
    rows = [_cost(each) for each in fanout.costs(200, 1)]
    assert [row[:26] for row in rows] == ["a copy filtered among 100,", "deciding among 100 policie"]
