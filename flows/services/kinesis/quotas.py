"""The documented limits of Kinesis Data Streams, as data."""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Quotas:
    records_a_second: int = 1_000
    bytes_a_second: int = 1_048_576
    read_bytes_a_second: int = 2_097_152
    reads_a_second: int = 5
    record_bytes: int = 1_048_576
    read_records: int = 10_000
    read_bytes: int = 10_485_760
    batch_records: int = 500
    batch_bytes: int = 5_242_880
    iterator_us: int = 300 * SECOND_US
    shortest_retention_h: int = 24
    longest_retention_h: int = 8_760
    consumers: int = 20
    on_demand_shards: int = 4
    listed: int = 100
    listed_shards: int = 1_000
    transition_us: int = SECOND_US
    """How long a stream says that it is being created or changed."""
    polled_every_us: int = SECOND_US
    """How often Lambda asks a shard for records."""


QUOTAS = Quotas()
