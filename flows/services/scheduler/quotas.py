"""EventBridge Scheduler's documented limits, and the waits between attempts, as data."""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US


@dataclass(frozen=True, slots=True)
class Quotas:
    retries: int = 185
    """MaximumRetryAttempts, unless the schedule says otherwise: tries after the first."""
    age_s: int = 86_400
    """MaximumEventAgeInSeconds, unless the schedule says otherwise."""
    first_wait_us: int = SECOND_US
    longest_wait_us: int = 10 * MINUTE_US
    """AWS says "exponential back-off" and no numbers; with these 185 tries take about the 24 hours that are the other limit."""
    early_start_us: int = 5 * MINUTE_US
    """A StartDate may be so much in the past."""
    page: int = 100
    tags: int = 50
    attribute_bytes: int = 1024
    """A dead letter's ERROR_MESSAGE is cut here."""
    body_bytes: int = 1_048_576


QUOTAS = Quotas()
