"""Firehose's documented limits, as data. Those at the end are ours where AWS gives no number."""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Quotas:
    record_bytes: int = 1_024_000
    batch_bytes: int = 4 * 1_048_576
    listed: int = 10
    source_batch: int = 10_000
    """Records that are read from a Kinesis stream at a time."""
    backoff_us: int = SECOND_US
    longest_backoff_us: int = 300 * SECOND_US
    """A delivery or an invocation that failed is tried again after a second, doubling."""
    transition_us: int = SECOND_US


QUOTAS = Quotas()


def backoff_us(failures: int) -> int:
    """How long to wait after so many failures in a row."""
    return min(QUOTAS.backoff_us << min(failures - 1, 16), QUOTAS.longest_backoff_us)
