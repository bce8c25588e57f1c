"""When schedules fire: exact dates, on both sides of every change of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.topology.schedules import ScheduleError
from flows.topology.timetable import EPOCH, MICROSECOND, date_us, timetable


def us(text):
    found = date_us(text)
    assert found is not None
    return found


def firings(expression, after, count=3, began=None, **given):
    table = timetable({"ScheduleExpression": expression, **given}, us(began or after))
    found = islice(table.firings(us(after) - 1), count)
    return [f"{EPOCH + date * MICROSECOND:%Y-%m-%dT%H:%M:%SZ}" for date in found]


def test_a_time_that_the_clock_skips_happens_not_at_all():
    zone = {"ScheduleExpressionTimezone": "America/New_York"}
    assert firings("cron(30 2 * * ? *)", "2026-03-07T00:00:00Z", **zone) == [
        "2026-03-07T07:30:00Z",
        "2026-03-09T06:30:00Z",
        "2026-03-10T06:30:00Z",
    ]


def test_a_time_that_the_clock_shows_twice_happens_once_the_first_time():
    zone = {"ScheduleExpressionTimezone": "Europe/Berlin"}
    assert firings("cron(30 2 * * ? *)", "2026-10-24T12:00:00Z", **zone) == [
        "2026-10-25T00:30:00Z",
        "2026-10-26T01:30:00Z",
        "2026-10-27T01:30:00Z",
    ]


def test_a_rate_of_days_is_of_twenty_four_hours_whatever_the_clock_does():
    zone = {"ScheduleExpressionTimezone": "Europe/Berlin"}
    assert firings("rate(1 day)", "2026-03-28T08:00:00Z", **zone) == [
        "2026-03-28T08:00:00Z",
        "2026-03-29T08:00:00Z",
        "2026-03-30T08:00:00Z",
    ]


def test_a_start_date_in_the_past_keeps_the_beat():
    assert firings("rate(1 hour)", "2026-01-01T02:30:00Z", 2, StartDate="2026-01-01T00:10:00Z") == [
        "2026-01-01T03:10:00Z",
        "2026-01-01T04:10:00Z",
    ]


def test_cron_waits_for_its_start_and_ends_at_its_end():
    between = {"StartDate": "2026-01-02T09:00:00Z", "EndDate": "2026-01-03T09:00:00Z"}
    assert firings("cron(0 9 * * ? *)", "2026-01-01T00:00:00Z", 5, **between) == [
        "2026-01-02T09:00:00Z",
        "2026-01-03T09:00:00Z",
    ]


def test_at_takes_no_notice_of_start_and_end():
    between = {"StartDate": "2026-02-01", "EndDate": "2026-02-02"}
    assert firings("at(2026-01-05T00:00:00)", "2026-01-01T00:00:00Z", **between) == ["2026-01-05T00:00:00Z"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"ScheduleExpression": "rate(1 week)"}, "rate(1 week) is no schedule expression"),
        ({}, "nothing is no schedule expression"),
        ({"ScheduleExpression": "rate(1 day)", "ScheduleExpressionTimezone": "CEST!"}, "CEST! is no time zone"),
    ],
)
def test_what_is_none_says_why(given, why):
    with pytest.raises(ScheduleError, match=why.replace("(", r"\(").replace(")", r"\)")):
        timetable(given, 0)


@given(
    st.integers(0, 59),
    st.integers(0, 23),
    st.integers(0, 4 * 365 * 24 * 60),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_cron_agrees_with_a_walk_over_the_minutes_of_two_days(minute, hour, later, zone):
    began = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=later)
    table = timetable(
        {"ScheduleExpression": f"cron({minute} {hour} * * ? *)", "ScheduleExpressionTimezone": zone},
        (began - EPOCH) // MICROSECOND,
    )
    local, walked, seen = ZoneInfo(zone), None, set()
    for step in range(-24 * 60, 49 * 60):
        moment = began + timedelta(minutes=step)
        there = moment.astimezone(local)
        if (there.hour, there.minute) == (hour, minute):
            if there.date() not in seen and step >= 0:
                walked = moment
                break
            seen.add(there.date())
    found = table.next_after((began - EPOCH) // MICROSECOND - 1)
    assert found is not None
    if walked is not None:
        assert EPOCH + found * MICROSECOND == walked
