"""Lambda's documented limits, as data. Those at the end are ours where it gives no number."""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Quotas:
    timeout_s: int = 900
    smallest_memory_mb: int = 128
    largest_memory_mb: int = 10_240
    concurrency: int = 1_000
    unreserved_at_least: int = 100
    growth: int = 1_000
    growth_us: int = 10 * SECOND_US
    """A function may have so many environments more in so much time."""
    environments_per_minute: int = 6_000
    """How fast provisioned concurrency is begun."""
    payload_bytes: int = 6_291_456
    reply_bytes: int = 6_291_556
    event_bytes: int = 1_048_576
    retry_waits_us: tuple[int, ...] = (60 * SECOND_US, 120 * SECOND_US)
    retry_attempts: int = 2
    recursion: int = 16
    backoff_us: int = SECOND_US
    longest_backoff_us: int = 300 * SECOND_US
    shortest_event_age_s: int = 60
    longest_event_age_s: int = 21_600
    first_pollers: int = 5
    pollers: int = 1_250
    pollers_per_minute: int = 300
    smallest_maximum_concurrency: int = 2
    largest_maximum_concurrency: int = 1_000
    batch_without_window: int = 10
    batch: int = 10_000
    batching_window_s: int = 300
    fifo_batch: int = 10
    filters: int = 5
    filter_characters: int = 4_096
    transition_us: int = SECOND_US
    """How long a function or a mapping says that it is being created or changed."""
    idle_environment_us: int = 600 * SECOND_US
    shortest_us: int = 1_000
    """Nothing takes no time: a batch that fails and is visible at once would otherwise be tried for ever at one instant."""
    throttled_rest_us: int = SECOND_US
    stream_batch: int = 100
    parallelization: int = 10
    shortest_record_age_s: int = 60
    longest_record_age_s: int = 604_800
    most_stream_retries: int = 10_000
    longest_window_s: int = 900
    idle_before_scale_in_us: int = 60 * SECOND_US


QUOTAS = Quotas()
