"""S3's documented limits, as data. How it tries notifications again is not documented: the last three numbers are ours."""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Quotas:
    key_bytes: int = 1_024
    object_bytes: int = 5_368_709_120
    listed_keys: int = 1_000
    backoff_us: int = SECOND_US
    longest_backoff_us: int = 300 * SECOND_US
    notification_age_us: int = 86_400 * SECOND_US


QUOTAS = Quotas()
