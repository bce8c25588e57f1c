"""Wall dates as AWS writes them: an instant of the execution as ISO 8601 with milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flows.engine.environment import Environment

UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(environment: Environment, at: int | None = None) -> str:
    """`2026-01-01T00:00:01.250Z`; now, if no instant is given."""
    wall_us = environment.wall_us(environment.now_at if at is None else at)
    moment = UNIX_EPOCH + timedelta(milliseconds=wall_us // 1000)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{wall_us // 1000 % 1000:03d}Z"


def iso_seconds(environment: Environment) -> str:
    """`2026-01-01T00:00:01Z`."""
    return f"{iso(environment)[:19]}Z"


def instant_of(value: object) -> int | None:
    """Microseconds since 1970 of a date as requests give it: seconds since 1970, or ISO 8601; None if it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return round(value * 1_000_000)
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - UNIX_EPOCH) // timedelta(microseconds=1)
