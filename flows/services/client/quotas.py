"""What one traffic may be, as data. AWS knows no such thing; the numbers keep a run within reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quotas:
    messages: int = 10_000_000
    rate_milli: int = 100_000_000
    variants: int = 100


QUOTAS = Quotas()
