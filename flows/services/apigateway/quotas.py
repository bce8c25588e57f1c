"""API Gateway's limits, as data. Source: "Quotas for REST APIs", "Quotas for HTTP APIs" (developer guide)."""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Quotas:
    rate_milli: int = 10_000_000
    burst: int = 5_000
    """Of an account in a region: requests a second, in thousandths, and at once."""
    rest_timeout_us: int = 29 * SECOND_US
    http_timeout_us: int = 30 * SECOND_US
    shortest_timeout_us: int = 50_000
    body_bytes: int = 10_485_760


QUOTAS = Quotas()
