"""An event source mapping: what polls a source for a function. `id` is the logical id, and answers to UUID as well."""

from __future__ import annotations

from dataclasses import dataclass

NO_LIMIT = -1


@dataclass(frozen=True, slots=True)
class StreamConfig:
    """What only a mapping on a stream has. An age or a number of retries of NO_LIMIT: until the record expires."""

    starting_position: str = "LATEST"
    starting_wall_us: int = 0
    """AT_TIMESTAMP: microseconds since 1970."""
    parallelization_factor: int = 1
    maximum_record_age_us: int = NO_LIMIT
    maximum_retry_attempts: int = NO_LIMIT
    bisect: bool = False
    tumbling_window_us: int = 0
    on_failure: int | None = None
    consumer: str = ""
    """The name of the registered consumer through which it reads (enhanced fan-out)."""


@dataclass(frozen=True, slots=True)
class MappingConfig:
    id: str
    source: int
    function: int
    batch_size: int = 10
    batching_window_us: int = 0
    enabled: bool = True
    report_batch_item_failures: bool = False
    maximum_concurrency: int | None = None
    filters: tuple[str, ...] = ()
    """The patterns of the filter criteria, as texts: one that matches lets a message through."""
    qualifier: str = ""
    """The version or alias that is invoked; "" for the function as it is now."""
    created: bool = False
    """Made by an operation while the execution ran: then it is Creating first."""
    stream: StreamConfig | None = None
    """Where the source is a stream."""
