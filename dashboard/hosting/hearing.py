"""A worker that no longer hears its queues ends itself; whoever looks after it starts another.

Theory of operation. After its connection to the broker has broken, Celery connects again; now and then it then takes nothing more,
without a word (github.com/celery/celery/issues/8030 and 8091), and while a broker is away it asks at ever longer intervals. Both
look the same from a thread beside it: a task stands in one of the queues, none is in hand, and none has been begun since the last
look. So seen `LOOKS` times in a row it ends with `DEAF`, which costs nothing: nothing was in hand, the tasks stay in their queues.
"""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery.worker import state
from redis import RedisError

from dashboard.hosting import presence

if TYPE_CHECKING:
    from collections.abc import Sequence

EVERY_S = 1.5
LOOKS = 3
DEAF = 75
"""The exit code: a failure that passes (EX_TEMPFAIL)."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Hearing:
    begun: int = -1
    """Tasks that had been begun at the last look."""
    in_vain: int = 0

    def is_lost(self, *, waiting: bool, busy: bool, begun: int) -> bool:
        """At this look and those before."""
        self.in_vain = self.in_vain + 1 if waiting and not busy and begun == self.begun else 0
        self.begun = begun
        return self.in_vain >= LOOKS


def watch(queues: Sequence[str], stop: threading.Event) -> None:
    """From now on, until `stop`."""
    threading.Thread(target=_look, args=(tuple(queues), stop), name="hearing", daemon=True).start()


def _look(queues: tuple[str, ...], stop: threading.Event) -> None:
    hearing = Hearing()
    while not stop.wait(EVERY_S):
        try:
            waiting = any(presence.waiting(queues).values())
        except RedisError:
            hearing = Hearing()
            continue
        if hearing.is_lost(waiting=waiting, busy=bool(state.active_requests), begun=state.all_total_count[0]):
            logger.error("tasks wait in %s and are not taken: this worker ends, to be started again", ", ".join(queues))
            os._exit(DEAF)
