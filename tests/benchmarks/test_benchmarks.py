"""The benchmark runs, and every candidate does the same messages. No time is asserted."""

from __future__ import annotations

import pytest

from tests.benchmarks.__main__ import CANDIDATES, measure, table

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
