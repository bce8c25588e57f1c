"""RFC 3339 timestamps as the Amazon States Language wants them: upper-case T and Z, seconds, and a date that exists."""

from __future__ import annotations

import re
from calendar import monthrange

SHAPE = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-](\d\d):(\d\d))", re.ASCII)


def is_timestamp(text: str) -> bool:
    found = SHAPE.fullmatch(text)
    if found is None:
        return False
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    hours, minutes = (int(part or 0) for part in found.groups()[6:])
    in_year = 1 <= month <= 12 and year >= 1 and 1 <= day <= monthrange(year, month)[1]
    return in_year and hour < 24 and minute < 60 and second < 60 and hours < 24 and minutes < 60
