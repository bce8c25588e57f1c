"""Schedule expressions: rate, cron and at, as EventBridge rules and schedules write them.

Theory of operation. An expression is read once into a small frozen value that answers one question: `next_after(date)`, the next
instant (µs since 1970, UTC) strictly after another. A rate counts from the instant at which its schedule began, so nothing drifts. A
cron expression has six fields (minutes, hours, day of month, month, day of week, year); each becomes the ascending tuple of what it
admits, except for the five day forms that depend on the month (L, LW, 15W, FRIL, FRI#2), which are worked out when a month is looked
at. Exactly one of the two day fields is `?` (AWS: "You can't use * in both"). Days of the week count from 1, Sunday. Times are UTC;
`at` has one instant and then none. `zone` is the offset of a time zone to who asks for local times (Scheduler): the clock that the
fields mean, before it is turned into UTC.

Sources: "Setting a schedule pattern for scheduled rules", "Schedule types in EventBridge Scheduler" (AWS's user guides).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TypeAlias

MINUTE_US = 60_000_000
UNITS = {"minute": MINUTE_US, "hour": 60 * MINUTE_US, "day": 24 * 60 * MINUTE_US}
RATE = re.compile(r"rate\((\d+) (minute|hour|day)(s?)\)", re.ASCII)
CRON = re.compile(r"cron\(([^()]*)\)")
AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)", re.ASCII)
MONTHS = {
    name: number
    for number, name in enumerate(
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1
    )
}
WEEKDAYS = {name: number for number, name in enumerate(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], 1)}
FIRST_YEAR, LAST_YEAR = 1970, 2199
LARGEST_RATE = 2**31 - 1
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (the clock of whichever zone is meant)
LAST, NEAREST = "L", "W"

Days: TypeAlias = "Callable[[int, int], set[int]]"


class ScheduleError(ValueError):
    """Not an expression; the services have their own sentences for it."""


@dataclass(frozen=True, slots=True)
class Rate:
    every_us: int

    def next_after(self, date_us: int, began_us: int, _zone: tzinfo = UTC) -> int | None:
        """The first whole multiple after the beginning that lies after `date_us`."""
        if date_us < began_us:
            return began_us + self.every_us
        return began_us + ((date_us - began_us) // self.every_us + 1) * self.every_us


@dataclass(frozen=True, slots=True)
class At:
    local_us: int

    def next_after(self, date_us: int, _began_us: int, zone: tzinfo = UTC) -> int | None:
        once = to_utc(EPOCH + timedelta(microseconds=self.local_us), zone)
        return once if once > date_us else None


@dataclass(frozen=True, slots=True)
class Cron:
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    month_days: str
    months: tuple[int, ...]
    week_days: str
    years: tuple[int, ...]

    def next_after(self, date_us: int, _began_us: int, zone: tzinfo = UTC) -> int | None:
        """The next minute that all fields admit. An hour that a zone's clock leaves out happens not at all."""
        local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=date_us)).astimezone(zone)
        for year in self.years:
            if year < local.year:
                continue
            for month in self.months:
                if (year, month) < (local.year, local.month):
                    continue
                for day in sorted(self.days(year, month)):
                    if (year, month, day) < (local.year, local.month, local.day):
                        continue
                    found = self._in_day(year, month, day, date_us, zone)
                    if found is not None:
                        return found
        return None

    def days(self, year: int, month: int) -> set[int]:
        """The days of that month on which it happens."""
        return (
            _of_week(self.week_days, year, month) if self.month_days == "?" else _of_month(self.month_days, year, month)
        )

    def _in_day(self, year: int, month: int, day: int, date_us: int, zone: tzinfo) -> int | None:
        for hour in self.hours:
            if to_utc(datetime(year, month, day, hour, 59), zone) <= date_us:  # noqa: DTZ001
                continue
            for minute in self.minutes:
                moment = datetime(year, month, day, hour, minute)  # noqa: DTZ001
                found = to_utc(moment, zone)
                if found > date_us and _exists(found, moment, zone):
                    return found
        return None


Schedule: TypeAlias = Rate | Cron | At


def to_utc(local: datetime, zone: tzinfo) -> int:
    """µs since 1970 of a time on the zone's clock."""
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _exists(found_us: int, local: datetime, zone: tzinfo) -> bool:
    there = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=found_us)
    return there.astimezone(zone).replace(tzinfo=None) == local


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(4096)
def compile_schedule(text: str, *, at: bool = False) -> Schedule:
    """Rate or cron; `at` too, where a service knows it. Raises ScheduleError."""
    if rate := RATE.fullmatch(text):
        value, unit, plural = int(rate[1]), rate[2], rate[3]
        if value == 0 or value > LARGEST_RATE or (value == 1) == bool(plural):
            raise ScheduleError(text)
        return Rate(value * UNITS[unit])
    if cron := CRON.fullmatch(text):
        return _cron(cron[1])
    if at and (once := AT.fullmatch(text)):
        try:
            moment = datetime.fromisoformat(once[1])
        except ValueError:
            raise ScheduleError(text) from None
        return At((moment - EPOCH) // timedelta(microseconds=1))
    raise ScheduleError(text)


def _cron(text: str) -> Cron:
    fields = text.split()
    if len(fields) != 6:
        raise ScheduleError(text)
    minutes, hours, month_days, months, week_days, years = (field.upper() for field in fields)
    if (month_days == "?") == (week_days == "?"):
        raise ScheduleError(text)
    cron = Cron(
        _values(minutes, 0, 59),
        _values(hours, 0, 23),
        month_days,
        _values(months, 1, 12, MONTHS),
        week_days,
        _values(years, FIRST_YEAR, LAST_YEAR),
    )
    cron.days(2024, 1)
    return cron


def _values(field: str, low: int, high: int, names: dict[str, int] | None = None) -> tuple[int, ...]:
    """What a field admits: lists of values, ranges and steps."""
    found: set[int] = set()
    for part in field.split(","):
        found.update(_part(part, low, high, names or {}))
    return tuple(sorted(found))


def _part(part: str, low: int, high: int, names: dict[str, int]) -> range:
    span, slash, step_text = part.partition("/")
    step = _number(step_text, 1, high, {}) if slash else 1
    if span == "*" or (slash and not span):
        return range(low, high + 1, step)
    first_text, dash, last_text = span.partition("-")
    first = _number(first_text, low, high, names)
    if dash:
        last = _number(last_text, low, high, names)
        if last < first:
            raise ScheduleError(part)
        return range(first, last + 1, step)
    return range(first, (high if slash else first) + 1, step)


def _number(text: str, low: int, high: int, names: dict[str, int]) -> int:
    value = names.get(text, -1)
    if value < 0 and text.isascii() and text.isdecimal():
        value = int(text)
    if not low <= value <= high:
        raise ScheduleError(text)
    return value


def _of_month(field: str, year: int, month: int) -> set[int]:
    """Day-of-month: numbers, L (the last day), 15W (the weekday nearest to the 15th), LW."""
    last = monthrange(year, month)[1]
    found: set[int] = set()
    for part in field.split(","):
        if part == LAST:
            found.add(last)
        elif part == LAST + NEAREST:
            found.add(_weekday_near(year, month, last, last))
        elif part.endswith(NEAREST):
            found.add(_weekday_near(year, month, min(_number(part[:-1], 1, 31, {}), last), last))
        else:
            found.update(day for day in _part(part, 1, 31, {}) if day <= last)
    return found


def _weekday_near(year: int, month: int, day: int, last: int) -> int:
    """Monday to Friday, in the same month."""
    weekday = datetime(year, month, day).weekday()  # noqa: DTZ001
    if weekday == 5:
        return day - 1 if day > 1 else day + 2
    if weekday == 6:
        return day + 1 if day < last else day - 2
    return day


def _of_week(field: str, year: int, month: int) -> set[int]:
    """Day-of-week: numbers and names, FRI#2 (the second Friday), FRIL (the last Friday), L (Saturday)."""
    last = monthrange(year, month)[1]
    first_weekday = (datetime(year, month, 1).weekday() + 1) % 7 + 1  # noqa: DTZ001
    by_weekday = {number: list(range(1 + (number - first_weekday) % 7, last + 1, 7)) for number in range(1, 8)}
    found: set[int] = set()
    for part in field.split(","):
        name, hash_, nth = part.partition("#")
        if hash_:
            days = by_weekday[_number(name, 1, 7, WEEKDAYS)]
            found.update(days[_number(nth, 1, 5, {}) - 1 :][:1])
        elif part == LAST:
            found.update(by_weekday[7])
        elif part.endswith(LAST):
            found.add(by_weekday[_number(part[:-1], 1, 7, WEEKDAYS)][-1])
        else:
            for number in _part(part, 1, 7, WEEKDAYS):
                found.update(by_weekday[number])
    return found
