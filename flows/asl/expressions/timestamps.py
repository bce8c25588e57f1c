"""Timestamps as the States Language demands them: RFC 3339 with a capital T, and a capital Z or an offset with a colon.

Accepted and refused forms are those of the recorded cases (choice_operators/test_timestamp_operators, scenarios/wait_timestamp):
"2016-12-05T21:29:29Z" is one; a blank for the T, a missing offset and a month 13 are none.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

_FORM: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def parse_timestamp(text: str) -> int | None:
    """Microseconds since 1970, or None when the text is no timestamp."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    microsecond = int((found[7] or "0").ljust(6, "0")[:6])
    offset = timedelta(hours=int(found[9] or 0), minutes=int(found[10] or 0)) * (-1 if found[8] == "-" else 1)
    try:
        instant = datetime(year, month, day, hour, minute, second, microsecond, tzinfo=timezone(offset))
    except ValueError:
        return None
    return (instant - _EPOCH) // _MICROSECOND
