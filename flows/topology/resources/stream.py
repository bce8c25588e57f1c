"""A Kinesis stream, as its CloudFormation properties say."""

from __future__ import annotations

from dataclasses import dataclass

HOUR_US = 3_600_000_000


@dataclass(frozen=True, slots=True)
class StreamNodeConfig:
    name: str
    shards: int = 1
    retention_us: int = 24 * HOUR_US
    on_demand: bool = False
    consumers: tuple[str, ...] = ()
    """The names of its registered consumers."""
    created: bool = False
    """Made by an operation while the execution ran: then it is CREATING first."""
