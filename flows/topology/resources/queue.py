"""A queue, as its CloudFormation properties say. Lengths are microseconds; nodes are indexes into the topology."""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class RedrivePolicy:
    """After `max_receive_count` receives the next one moves the message to the dead-letter queue instead."""

    dead_letter_target: int
    max_receive_count: int


@dataclass(frozen=True, slots=True)
class RedriveAllowPolicy:
    """Which queues may name this one as their dead-letter queue: allowAll, denyAll or byQueue (then `sources`, and their
    ARNs as they were written).
    """

    permission: str = "allowAll"
    sources: tuple[int, ...] = ()
    source_arns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueConfig:
    name: str
    fifo: bool = False
    visibility_timeout_us: int = 30 * SECOND_US
    delay_us: int = 0
    retention_us: int = 345_600 * SECOND_US
    receive_wait_us: int = 0
    maximum_message_size: int = 1_048_576
    redrive: RedrivePolicy | None = None
    redrive_allow: RedriveAllowPolicy = RedriveAllowPolicy()
    content_based_deduplication: bool = False
    deduplication_scope: str = "queue"
    throughput_limit: str = "perQueue"
