"""Sentences, clocks and lengths as people read them; the browser prints the same."""

from __future__ import annotations

import pytest

from flows.engine.identifiers import message_id, request_id
from flows.engine.kinds import Field, FieldType, Kind
from flows.traces.printing import DAY, HOUR, MINUTE, SECOND, Words, clock, length, sentence
from flows.traces.reading import Reading, Record
from tests.traces.cast import KINDS, a_story, words


@pytest.mark.parametrize(
    ("us", "printed"),
    [
        (0, "0 s"),
        (7, "7 µs"),
        (230_000, "230 ms"),
        (2_500_000, "2.5 s"),
        (30 * SECOND, "30 s"),
        (90 * SECOND, "1 min 30 s"),
        (12 * HOUR, "12 h"),
        (4 * DAY + 3 * HOUR + MINUTE, "4 d 3 h"),
    ],
)
def test_a_length_has_its_two_largest_units(us: int, printed: str) -> None:
    assert length(us) == printed


def test_a_clock_shows_days_once_there_are_any() -> None:
    assert clock(270_250_999) == "00:04:30.250"
    assert clock(3 * DAY + HOUR) == "3 d 01:00:00.000"


def test_every_type_of_field_and_every_fact_of_a_record_can_be_told() -> None:
    fields = tuple(Field(each.value, each) for each in FieldType)
    places = " | ".join(f"{{{field.name}}}" for field in fields)
    kind = Kind(1, "test", "Told", fields, places + " | {attempt} | {at} | {request}")
    reading = Reading(KINDS, [a_story()[1]])
    told = {
        "integer": 12_000,
        "instant": SECOND,
        "length": 1_500_000,
        "subject": 1,
        "string": "why",
        "body": 3,
        "link": 0,
        "node": 3,
    }
    record = Record(1, SECOND, kind, 1, 1, 2, 0, 2, told)
    assert sentence(record, words(reading)) == (
        f"12,000 | 00:00:01.000 | 1.5 s | message {message_id(7, 1)[:8]} | why | body 3 | You → orders | orders-dlq"
        f" | 2 | 00:00:01.000 | invocation {request_id(7, 2)[:8]}."
    )


def test_what_is_unknown_is_told_too() -> None:
    kind = Kind(1, "test", "Told", (Field("link", FieldType.LINK),), "{link}, {node}: {subject}!")
    assert sentence(Record(1, 0, kind, 9, 0, fields={"link": -1}), Words()) == "No link, nowhere: nothing!"
    assert sentence(Record(1, 0, kind, 9, 0), Words()) == "{link}, nowhere: nothing!"
