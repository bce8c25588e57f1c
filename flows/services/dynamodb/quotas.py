"""The documented limits of DynamoDB, as data."""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Quotas:
    item_bytes: int = 409_600
    hash_key_bytes: int = 2_048
    range_key_bytes: int = 1_024
    answer_bytes: int = 1_048_576
    batch_get: int = 100
    batch_write: int = 25
    transaction: int = 100
    read_unit_bytes: int = 4_096
    write_unit_bytes: int = 1_024
    burst_s: int = 300
    """So many seconds of units that were not used are kept for later."""
    stream_retention_us: int = 86_400 * SECOND_US
    stream_polled_every_us: int = SECOND_US // 4
    """How often Lambda asks a table's stream."""
    oldest_ttl_s: int = 5 * 365 * 86_400
    """What ended longer ago is no date of this kind."""
    backoff_us: int = SECOND_US
    longest_backoff_us: int = 60 * SECOND_US
    """A change that a Kinesis stream refuses is put again after a second, doubling to a minute."""
    listed: int = 100
    transition_us: int = SECOND_US


QUOTAS = Quotas()
