"""How streams are read, as data. Those at the end are ours where AWS gives no number."""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Quotas:
    payload_bytes: int = 6_291_456
    """Of one batch, as the event that holds it."""
    pushed_every_us: int = 70_000
    """A registered consumer is pushed what arrives; AWS says that it takes about so long."""
    backoff_us: int = SECOND_US
    longest_backoff_us: int = 60 * SECOND_US


QUOTAS = Quotas()


def backoff_us(failures: int) -> int:
    """How long a batch waits after so many failures in a row."""
    return min(QUOTAS.backoff_us << min(failures - 1, 16), QUOTAS.longest_backoff_us)
