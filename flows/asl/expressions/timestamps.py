"""Timestamps as Step Functions reads them: "ISO-8601 extended offset date-time", in AWS's own sentence.

That is the name of Java's `DateTimeFormatter.ISO_OFFSET_DATE_TIME`: a T between date and time, an offset with a colon or Z, seconds and
fractions that may be missing, letters in either case. The recorded cases agree (choice_operators/test_timestamp_operators,
scenarios/test_wait_timestamp_path): a blank for the T, a missing offset and a month 13 are refused.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

_FORM: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{0,9}))?)?(?:Z|([+-])(\d\d):(\d\d))",
    re.ASCII | re.IGNORECASE,
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def parse_timestamp(text: str) -> int | None:
    """Microseconds since 1970, or None when the text is no timestamp."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    microsecond = int((found[7] or "0").ljust(6, "0")[:6])
    offset = timedelta(hours=int(found[9] or 0), minutes=int(found[10] or 0)) * (-1 if found[8] == "-" else 1)
    try:
        instant = datetime(year, month, day, hour, minute, second, microsecond, tzinfo=timezone(offset))
    except ValueError:
        return None
    return (instant - _EPOCH) // _MICROSECOND
