"""The keys of a delivery stream's objects ("Understand custom prefixes for Amazon S3 objects").

A prefix without expressions gets the date after it, by the hour; one with `!{timestamp:…}`, `!{firehose:random-string}` or
`!{firehose:error-output-type}` is taken as it is, with those filled in. Dates are UTC, and those at which the oldest record of the object
came. What failed goes under the error prefix, or under the prefix and the kind of failure. An object is named after its stream, its version and the date, and something that no other object has.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

EXPRESSION = re.compile(r"!\{(timestamp|firehose):([^}]*)\}")
PATTERN = re.compile(r"yyyy|MM|dd|HH|mm|ss|SSS|'[^']*'")
DATE = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
BY_THE_HOUR = "yyyy/MM/dd/HH/"
FAILED = "processing-failed"
RANDOM_CHARACTERS = 11
UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def prefix_of(prefix: str, moment: datetime, unique: str) -> str:
    """Where records go that are as they should be."""
    if EXPRESSION.search(prefix):
        return _filled(prefix, moment, unique, "")
    return prefix + dated(BY_THE_HOUR, moment)


def error_prefix_of(error_prefix: str, prefix: str, moment: datetime, unique: str) -> str:
    """Where records go that were not transformed."""
    if EXPRESSION.search(error_prefix):
        return _filled(error_prefix, moment, unique, FAILED)
    return (error_prefix or f"{prefix}{FAILED}/") + dated(BY_THE_HOUR, moment)


def object_name(stream: str, version: int, moment: datetime, unique: str, extension: str) -> str:
    return f"{stream}-{version}-{moment:%Y-%m-%d-%H-%M-%S}-{unique}{extension}"


def moment_of(wall_us: int) -> datetime:
    return UNIX_EPOCH + timedelta(microseconds=wall_us)


def dated(pattern: str, moment: datetime) -> str:
    """A date by a pattern of Java's."""

    def part(found: re.Match[str]) -> str:
        word = found[0]
        if word == "SSS":
            return f"{moment.microsecond // 1000:03d}"
        return word.strip("'") if word.startswith("'") else moment.strftime(DATE[word])

    return PATTERN.sub(part, pattern)


def _filled(prefix: str, moment: datetime, unique: str, failure: str) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] == "timestamp":
            return dated(found[2], moment)
        return {"random-string": unique.replace("-", "")[:RANDOM_CHARACTERS], "error-output-type": failure}.get(
            found[2], ""
        )

    return EXPRESSION.sub(value, prefix)
