"""When a schedule fires: a pure function of what it was told and of the instant at which it was made.

Theory of operation. A date is µs since 1970. A *rate* fires at its StartDate, or at once when it is made ("your schedule starts invoking the
target immediately"), and then every so many 24-hour days, hours or minutes, whatever clocks do. A *cron* expression is read on the
clock of the schedule's time zone: a time that the clock skips in spring happens not at all, one that it shows twice in autumn happens once,
the first time. *at* happens once, and takes no notice of StartDate and EndDate. Of a rate the number and its unit need not agree
("rate(5 minute)" deploys), which EventBridge's rules insist on.

An expression of a past `at` is accepted and never fires. Instants are exact; AWS fires within the minute.

Sources: "Schedule types in EventBridge Scheduler", "Time zones", "Daylight savings time" (AWS's user guide).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, reset_tzpath

from flows.topology.schedules import LARGEST_RATE, UNITS, At, Rate, Schedule, ScheduleError, compile_schedule

reset_tzpath(())
"""Zones come from the pinned `tzdata`, never from the machine: two machines must agree about next summer, and a slim one has none."""

UTC_NAME = "UTC"
RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)", re.ASCII)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_US = 7_258_118_400_000_000 - 1
"""The end of 2199: cron expressions know no later year, and no date needs to be written."""
MICROSECOND = timedelta(microseconds=1)
ZONE = re.compile(r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+)*", re.ASCII)


@lru_cache(4096)
def compile_expression(text: str) -> Schedule:
    """Rate, cron or at. Raises ScheduleError."""
    if rate := RATE.fullmatch(text):
        value = int(rate[1])
        if not 0 < value <= LARGEST_RATE:
            raise ScheduleError(text)
        return Rate(value * UNITS[rate[2]])
    return compile_schedule(text, at=True)


@lru_cache(1024)
def zone_of(name: str) -> tzinfo | None:
    """The time zone of that IANA name, if there is one."""
    if name == UTC_NAME:
        return UTC
    if not ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return None


def date_us(value: Any) -> int | None:
    """A date of a request as µs since 1970: ISO 8601 (UTC where it says nothing else) or seconds. None if it is none."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return round(value * 1_000_000)
        moment = datetime.fromisoformat(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        return (moment - EPOCH) // MICROSECOND
    except (TypeError, ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Timetable:
    """`began_us` is when it was made or last changed."""

    schedule: Schedule
    zone: tzinfo
    began_us: int
    start_us: int | None = None
    end_us: int | None = None

    @property
    def is_endless(self) -> bool:
        return not isinstance(self.schedule, At)

    def next_after(self, after_us: int) -> int | None:
        """The first date after `after_us` at which it fires."""
        schedule = self.schedule
        if isinstance(schedule, At):
            return schedule.next_after(max(after_us, self.began_us - 1), 0, self.zone)
        first_us = self.began_us if self.start_us is None else self.start_us
        after_us = max(after_us, first_us - 1)
        if isinstance(schedule, Rate):
            found: int | None = first_us + ((after_us - first_us) // schedule.every_us + 1) * schedule.every_us
        else:
            found = schedule.next_after(after_us, 0, self.zone)
        last_us = LATEST_US if self.end_us is None else min(self.end_us, LATEST_US)
        return None if found is None or found > last_us else found

    def firings(self, after_us: int) -> Iterator[int]:
        """All dates after that one, in their order."""
        found = self.next_after(after_us)
        while found is not None:
            yield found
            found = self.next_after(found)


def timetable(given: Mapping[str, Any], began_us: int) -> Timetable:
    """The timetable of what a schedule was told. Raises ScheduleError for an expression or a time zone that is none."""
    zone_name, text = (str(given.get(name) or "") for name in ("ScheduleExpressionTimezone", "ScheduleExpression"))
    zone = zone_of(zone_name or UTC_NAME)
    if zone is None:
        raise ScheduleError(f"{zone_name[:60]} is no time zone")
    try:
        expression = compile_expression(text)
    except ScheduleError:
        raise ScheduleError(f"{text[:60] or 'nothing'} is no schedule expression") from None
    return Timetable(expression, zone, began_us, date_us(given.get("StartDate")), date_us(given.get("EndDate")))
