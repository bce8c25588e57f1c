"""Schedule expressions: when they fire, and which are none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.topology.schedules import ScheduleError, compile_schedule

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = 60_000_000


def us(date: str) -> int:
    return (datetime.fromisoformat(date).replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


def firings(expression: str, since: str, count: int = 3) -> list[str]:
    schedule, date, found = compile_schedule(expression), us(since), []
    began = date
    for _ in range(count):
        following = schedule.next_after(date, began)
        if following is None:
            break
        date = following
        found.append(f"{EPOCH + timedelta(microseconds=date):%Y-%m-%dT%H:%M}")
    return found


@pytest.mark.parametrize(
    ("expression", "since", "expected"),
    [
        ("rate(1 minute)", "2026-01-01T00:00:30", ["2026-01-01T00:01", "2026-01-01T00:02", "2026-01-01T00:03"]),
        ("rate(2 days)", "2026-01-01T08:00:00", ["2026-01-03T08:00", "2026-01-05T08:00", "2026-01-07T08:00"]),
        ("cron(0 10 * * ? *)", "2026-01-01T10:00:00", ["2026-01-02T10:00", "2026-01-03T10:00", "2026-01-04T10:00"]),
        ("cron(15 10 ? * 6L *)", "2026-01-01T00:00:00", ["2026-01-30T10:15", "2026-02-27T10:15", "2026-03-27T10:15"]),
        ("cron(0 0 ? * TUE#5 *)", "2026-01-01T00:00:00", ["2026-03-31T00:00", "2026-06-30T00:00", "2026-09-29T00:00"]),
        ("cron(0 0 LW * ? *)", "2026-01-01T00:00:00", ["2026-01-30T00:00", "2026-02-27T00:00", "2026-03-31T00:00"]),
        ("cron(0 0 1W * ? *)", "2026-07-15T00:00:00", ["2026-08-03T00:00", "2026-09-01T00:00", "2026-10-01T00:00"]),
        ("cron(0 0 29 FEB ? *)", "2026-01-01T00:00:00", ["2028-02-29T00:00", "2032-02-29T00:00", "2036-02-29T00:00"]),
        ("cron(0/20 8-9 ? * MON-FRI *)", "2026-01-02T09:30:00", ["2026-01-02T09:40", "2026-01-05T08:00", "2026-01-05T08:20"]),
        ("cron(15 10 ? * 6L 2002-2005)", "2026-01-01T00:00:00", []),
    ],
)  # fmt: skip
def test_an_expression_fires_when_aws_says(expression, since, expected):
    assert firings(expression, since) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "rate(1 minutes)",
        "rate(2 minute)",
        "rate(0 minutes)",
        "rate(5 seconds)",
        " rate(5 minutes)",
        "rate(5 MINUTES)",
        "cron(* * * * * *)",
        "cron(0 0 ? * ? *)",
        "cron(0 0 1 * ?)",
        "cron(60 0 1 * ? *)",
        "cron(0 24 1 * ? *)",
        "cron(0 0 0 * ? *)",
        "cron(0 0 1 13 ? *)",
        "cron(0 0 ? * 8 *)",
        "cron(0 0 ? * FRI#6 *)",
        "cron(0 0 1 * ? 1969)",
        "cron(5-1 0 1 * ? *)",
        "at(2026-01-01T00:00:00)",
    ],
)
def test_what_is_no_expression_is_refused(expression):
    with pytest.raises(ScheduleError):
        compile_schedule(expression)


def test_at_is_one_instant_on_the_clock_of_its_zone():
    once = compile_schedule("at(2026-07-01T08:00:00)", at=True)
    zone = ZoneInfo("Europe/Vienna")
    assert once.next_after(us("2026-01-01T00:00:00"), 0, zone) == us("2026-07-01T06:00:00")
    assert once.next_after(us("2026-07-01T06:00:00"), 0, zone) is None


def test_an_hour_that_a_zones_clock_leaves_out_does_not_happen():
    daily = compile_schedule("cron(30 2 * * ? *)")
    zone = ZoneInfo("Europe/Vienna")
    assert daily.next_after(us("2026-03-28T12:00:00"), 0, zone) == us("2026-03-30T00:30:00")


minutes = st.integers(0, 40 * 365 * 24 * 60).map(lambda minute: us("2000-01-01T00:00:00") + minute * MINUTE)


@given(date=minutes, minute=st.integers(0, 59), hour=st.integers(0, 23), day=st.integers(1, 31))
def test_the_next_firing_is_the_first_minute_that_all_fields_admit(date, minute, hour, day):
    following = compile_schedule(f"cron({minute} {hour} {day} * ? *)").next_after(date, 0)
    assert following is not None
    moment = EPOCH + timedelta(microseconds=following)
    assert (moment.minute, moment.hour, moment.day, following % MINUTE) == (minute, hour, day, 0)
    earlier = compile_schedule(f"cron({minute} {hour} {day} * ? *)").next_after(following - MINUTE, 0)
    assert earlier == following > date
