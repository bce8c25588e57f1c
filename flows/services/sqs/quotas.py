"""SQS's documented limits, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass

SECOND_US = 1_000_000
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that a message may not contain."""


@dataclass(frozen=True, slots=True)
class Quotas:
    batch_entries: int = 10
    receive_messages: int = 10
    in_flight: int = 120_000
    message_bytes: int = 1_048_576
    smallest_maximum_bytes: int = 1_024
    message_attributes: int = 10
    delay_us: int = 900 * SECOND_US
    visibility_us: int = 43_200 * SECOND_US
    receive_wait_us: int = 20 * SECOND_US
    shortest_retention_us: int = 60 * SECOND_US
    longest_retention_us: int = 1_209_600 * SECOND_US
    receives: int = 1_000
    move_task_rate: int = 500
    listed_move_tasks: int = 10
    listed_queues: int = 1_000
    tags: int = 50
    statements: int = 20
    permitted_actions: int = 7
    shortest_key_reuse_s: int = 60
    longest_key_reuse_s: int = 86_400
    usual_key_reuse_s: int = 300
    between_purges_us: int = 60 * SECOND_US
    between_names_us: int = 60 * SECOND_US
    """A name may be used again so long after its queue was deleted."""
    propagation_us: int = 60 * SECOND_US
    """How long a changed attribute may take to hold everywhere."""
    deduplication_us: int = 300 * SECOND_US
    attempt_us: int = 300 * SECOND_US
    """How long a receive request attempt id is remembered."""
    fifo_calls: int = 300
    """Calls a second of one operation: of a FIFO queue, or of one message group at high throughput."""


QUOTAS = Quotas()
