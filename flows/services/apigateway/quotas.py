"""API Gateway's limits, as data. Source: "Quotas for REST APIs", "Quotas for HTTP APIs" (developer guide)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quotas:
    rate_milli: int = 10_000_000
    burst: int = 5_000
    """Of an account in a region: requests a second, in thousandths, and at once."""
    body_bytes: int = 10_485_760


QUOTAS = Quotas()
