"""The benchmark runs, and every candidate does the same messages. No time is asserted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flows.patterns.conditions import Equals
from tests.benchmarks import __main__ as benchmarks
from tests.benchmarks import events, fanout, growth, patterns, queues
from tests.benchmarks.__main__ import CANDIDATES, measure
from tests.benchmarks.measuring import Row, machine
from tests.benchmarks.workload import Tally

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


def test_the_table_says_how_far_every_bar_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name for name in CANDIDATES if name != "localstack"]
    full = {name: measure(name, MESSAGES) for name in names}
    monkeypatch.setattr(benchmarks, "rounds", lambda _messages, _runs: (full, full))
    rows = list(benchmarks.engine(MESSAGES, 1))
    assert [row.bar for row in rows] == [0.30, 1.5, 0.10, 3, 10.5, 10.5]
    assert all("by " in str(row) for row in rows if row.value is not None)


def test_what_grows_with_the_messages_takes_ten_times_as_long_for_ten_times_as_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]

    def slices(messages: int) -> Iterator[Tally]:
        for _ in range(messages // 10):
            now[0] += 1.0
            yield Tally(0, 0, 0)

    monkeypatch.setitem(growth.CANDIDATES, "kernel", slices)
    monkeypatch.setattr("tests.benchmarks.growth.time.process_time", lambda: now[0])
    assert growth.growth("kernel", 1_000) == 10.0


def test_a_row_says_by_how_much_it_is_met_or_missed() -> None:
    assert str(Row("speed", 3.0, 2.0, more=True)).split() == ["speed", "3.00", "≥", "2", "by", "50", "%"]
    assert Row("cost", 3.0, 2.0, more=False).verdict == "MISSED by 33 %"


def test_what_could_not_be_measured_says_why() -> None:
    row = Row("speed", None, 2.0, more=True, note="moto is not installed")
    assert str(row).split(maxsplit=4) == ["speed", "–", "≥", "2", "not measured   (moto is not installed)"]


def test_a_group_that_breaks_off_says_so_and_keeps_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking(_messages: int, _runs: int) -> Iterator[Row]:
        yield Row("speed", 3.0, 2.0, more=True)
        raise SystemExit("no Chromium")

    monkeypatch.setitem(benchmarks.GROUPS, "product", breaking)
    assert [row.verdict for row in benchmarks.told("product", 1, 1)] == ["by 50 %", "not measured"]


def test_the_machine_is_told_without_a_name() -> None:
    assert set(machine()) == {"cores", "processor", "python", "system"}


def test_the_cost_of_groups_and_of_a_backlog_is_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "CALLS", 20)
    found = [each.what[:33] for each in queues.costs(MESSAGES, 1)]
    assert found == ["a FIFO message with 10,000 groups", "send, receive, delete among 20,00"]


def test_the_cost_of_a_fan_out_is_stated() -> None:
    found = [each.what[:26] for each in fanout.costs(200, 1)]
    assert found == ["a copy filtered among 100,", "deciding among 100 policie"]


def test_the_speed_of_a_thousand_rules_is_stated() -> None:
    rows = list(benchmarks.rules(100, 1))
    assert rows[0].what.startswith("an event against 1,000 rules, times the walk")
    assert all("≥" in str(row) and str(row).endswith(" µs)") for row in rows)


def test_the_cost_of_rules_archives_and_replays_is_stated() -> None:
    assert [each.what[:24] for each in events.costs(100, 300, 1)] == [
        "an event put among 1,000",
        "an event put and archive",
        "an archived event replay",
    ]


def test_two_rules_in_five_have_no_field_that_wants_a_plain_value() -> None:
    conditions = [
        [condition for branch in pattern.branches for field in branch.fields for condition in field.conditions]
        for pattern in patterns.compiled()
    ]
    assert sum(not any(isinstance(each, Equals) for each in of_rule) for of_rule in conditions) == 400


def test_the_index_the_walk_and_moto_find_the_same_rules() -> None:
    theirs = patterns.moto_patterns()
    for event in patterns.the_events()[:20]:
        found = patterns.the_index().matching(event)
        assert found == [key for key, pattern in enumerate(patterns.compiled()) if pattern.matches(event)]
        if theirs and len(event["detail"]["lines"]) == 1:
            flat = {**event, "detail": {**event["detail"], "lines": event["detail"]["lines"][0]}}
            assert found == [key for key, pattern in theirs if pattern.matches_event(flat)]
