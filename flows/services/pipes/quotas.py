"""EventBridge Pipes' documented limits, as data. Those at the end are ours where AWS gives no number."""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Quotas:
    batch: int = 10
    """BatchSize of a queue, unless the pipe says otherwise."""
    fifo_batch: int = 10
    stream_batch: int = 1
    """BatchSize of a stream, unless the pipe says otherwise (CDK's documentation of its sources)."""
    window_s: int = 300
    first_pollers: int = 5
    pollers: int = 1_250
    pollers_a_second: int = 5
    """300 a minute."""
    entries: int = 10
    """Of one PutEvents."""
    page: int = 10
    transition_us: int = SECOND_US
    """How long a pipe says that it is being created, started, stopped, updated or deleted."""
    shortest_us: int = 1_000
    """A run takes that long besides what it waits for: a pipe into its own source would never leave an instant."""
    failed_rest_us: int = SECOND_US
    """A poller whose batch failed rests: a queue without visibility timeout would otherwise be tried for ever at one instant."""


QUOTAS = Quotas()
