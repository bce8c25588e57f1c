"""A worker that finds its broker again soon.

Celery tries again after 2, 4, 6 … seconds, which suits a broker that is away for long. Ours is mostly started again at once, by
the playground or by whoever looks after the machine, and was there a moment after the first try: then everybody's clicks wait.
So the first tries follow quickly on one another, and Celery's own come after them.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from celery.worker.consumer import Consumer
from celery.worker.state import maybe_shutdown
from kombu.exceptions import OperationalError

if TYPE_CHECKING:
    from kombu import Connection

FIRST_PAUSE_S = LONGER_BY_S = 0.1
LONGEST_PAUSE_S = 1.0
TRIES = 20
"""In about 15 seconds."""


class Reconnecting(Consumer):
    def ensure_connected(self, conn: Connection) -> Connection:
        """`conn`, connected. Raises what Celery raises where the worker is asked to end meanwhile."""
        with contextlib.suppress(OperationalError):
            conn.ensure_connection(
                max_retries=TRIES,
                interval_start=FIRST_PAUSE_S,
                interval_step=LONGER_BY_S,
                interval_max=LONGEST_PAUSE_S,
                callback=maybe_shutdown,
            )
        return super().ensure_connected(conn)
