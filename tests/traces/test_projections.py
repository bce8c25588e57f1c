"""What can be read from a trace: who is where, why, and what became of whom."""

from __future__ import annotations

import pytest

from flows.engine.identifiers import message_id
from flows.engine.segment import Segment
from flows.traces.projections.contents import contents
from flows.traces.projections.dead_letters import dead_letters
from flows.traces.projections.journeys import journey
from flows.traces.projections.positions import Positions
from flows.traces.projections.timelines import bins, gauges
from flows.traces.reading import UNKNOWN, Reading
from tests.traces.cast import CHARGE_CARD, KINDS, ORDERS, ORDERS_DLQ, SECOND, a_story, words


@pytest.fixture
def segment() -> Segment:
    return a_story()[1]


@pytest.fixture
def reading(segment: Segment) -> Reading:
    return Reading(KINDS, [segment])


def at(segment: Segment, reading: Reading, instant: int) -> Positions:
    return Positions(KINDS).fold(segment, reading.until(instant))


@pytest.mark.parametrize(
    ("instant", "counters"),
    [
        (0, {ORDERS: {"visible": 1}}),
        (30 * SECOND, {ORDERS: {"in_flight": 1}}),
        (90 * SECOND, {ORDERS: {"moved": 1}, ORDERS_DLQ: {"visible": 1}}),
        (120 * SECOND, {ORDERS: {"moved": 1, "visible": 2}, ORDERS_DLQ: {"moved": 1}}),
        (121 * SECOND, {ORDERS: {"moved": 1, "in_flight": 1, "deleted": 1}, ORDERS_DLQ: {"moved": 1}}),
    ],
)
def test_counters_at_any_instant(segment: Segment, reading: Reading, instant: int, counters: dict) -> None:
    positions = at(segment, reading, instant)
    assert positions.counters() == counters
    assert positions.count(ORDERS, "moved") == counters[ORDERS].get("moved", 0)
    assert positions.count(99, "visible") == 0


def test_contents_say_why_a_message_does_not_move(segment: Segment, reading: Reading) -> None:
    positions = at(segment, reading, 45 * SECOND)
    assert contents(reading, positions, words(reading), ORDERS, "in_flight") == [
        {
            "subject": 1,
            "root": 1,
            "id": message_id(7, 1),
            "state": "in_flight",
            "at": 30 * SECOND,
            "body": 1,
            "attempt": 1,
            "reason": "Received (receive 1); in flight until 00:01:00.000.",
        },
    ]
    assert contents(reading, positions, words(reading), ORDERS, "in_flight", slice(1, 2)) == []
    (other,) = contents(reading, at(segment, reading, 121 * SECOND), words(reading), ORDERS, "in_flight")
    assert other["reason"] == "Received (receive 1); in flight until never."


def test_a_dead_letter_tells_its_parents_story(segment: Segment, reading: Reading) -> None:
    positions = at(segment, reading, 100 * SECOND)
    assert dead_letters(reading, positions, words(reading), [ORDERS_DLQ]) == [
        {
            "subject": 4,
            "root": 1,
            "id": message_id(7, 1),
            "node": ORDERS_DLQ,
            "source": ORDERS,
            "state": "visible",
            "at": 90 * SECOND,
            "reason": "Moved over orders → orders-dlq after 2 receives.",
            "error_type": "Declined2",
            "error": 2,
            "attempts": 2,
            "first_receive_at": 30 * SECOND,
            "last_receive_at": 60 * SECOND,
            "born_at": 0,
            "body": 1,
        },
    ]
    assert dead_letters(reading, at(segment, reading, 120 * SECOND), words(reading), [ORDERS_DLQ]) == []


def test_a_dead_letter_that_was_sent_there_has_no_story(segment: Segment, reading: Reading) -> None:
    (only,) = dead_letters(reading, at(segment, reading, 0), words(reading), [ORDERS])
    assert (only["source"], only["attempts"], only["first_receive_at"]) == (-1, 0, 0)
    assert (only["error_type"], only["reason"]) == ("", "Sent to orders.")


def test_a_journey_follows_the_root_over_every_copy(reading: Reading) -> None:
    rows = journey(reading, words(reading), 1)
    assert [(row["at"] // SECOND, row["sentence"]) for row in rows] == [
        (0, "Sent to orders."),
        (30, "Received (receive 1); in flight until 00:01:00.000."),
        (30, "Failed with Declined1."),
        (60, "Visible again."),
        (60, "Received (receive 2); in flight until 00:01:30.000."),
        (60, "Failed with Declined2."),
        (90, "Moved over orders → orders-dlq after 2 receives."),
        (90, "Arrived from orders."),
        (120, f"Redriven by {words(reading).subject(5)}."),
        (120, "Arrived again."),
        (121, "Received (receive 1); in flight until 00:02:31.000."),
        (121, "Deleted."),
    ]
    assert [row["cause"] for row in rows[:8]] == [0, 1, 2, 3, 4, 5, 6, 7]
    assert rows[2] == {
        "sequence": 3,
        "at": 30 * SECOND + 100_000,
        "kind": "DeliveryFailed",
        "node": CHARGE_CARD,
        "subject": 1,
        "request": 2,
        "cause": 2,
        "attempt": 1,
        "outcome": "retry",
        "sentence": "Failed with Declined1.",
        "fields": {"link": 1, "error_type": "Declined1", "error": 2},
    }
    assert journey(reading, words(reading), 1, reading.until(0)) == rows[:1]
    assert journey(reading, words(reading), 0) == []


def test_bins_count_what_moved_and_what_of_it_failed(reading: Reading) -> None:
    assert bins(reading, 4, 120 * SECOND) == [
        {"from": 0, "records": 2, "failures": 0},
        {"from": 30 * SECOND, "records": 2, "failures": 1},
        {"from": 60 * SECOND, "records": 2, "failures": 2},
        {"from": 90 * SECOND, "records": 2, "failures": 0},
    ]


def test_gauges_are_counts_a_rate_and_errors(segment: Segment, reading: Reading) -> None:
    positions = at(segment, reading, 120 * SECOND)
    assert gauges(reading, positions, ORDERS, 120 * SECOND) == {
        "counts": {"moved": 1, "visible": 2},
        "rate": 2.0,
        "errors": 1,
    }
    assert gauges(reading, positions, ORDERS, 120 * SECOND, 10 * SECOND)["rate"] == 0.2
    assert gauges(reading, positions, CHARGE_CARD, 120 * SECOND) == {"counts": {}, "rate": 0.0, "errors": 0}


def test_a_kind_of_another_version_is_said_to_be_unknown(segment: Segment) -> None:
    segment.columns["kind"] = segment.columns["kind"].copy()
    segment.columns["kind"][0] = 999
    reading = Reading(KINDS, [segment])
    assert reading.record(0).kind is UNKNOWN
    assert journey(reading, words(reading), 1)[0]["sentence"] == "Something this version does not know happened."


def test_an_empty_trace_reads_as_nothing() -> None:
    reading = Reading(KINDS, [])
    assert (reading.count, reading.copies(1), reading.about([1])) == (0, [], [])
    assert Positions(KINDS).counters() == {}
