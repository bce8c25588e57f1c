"""What stands in the workers' queues, asked of the broker beside Celery, which keeps a list for each priority of a queue.

Asked in the middle of slices, so it is quick or not at all: of a broker that does not answer at once nothing is asked for a
while, and the answer is that nobody waits.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from redis import Redis, RedisError

from flows.runs import wall_clock
from flows.runs.dispatch import CLICKED

if TYPE_CHECKING:
    from collections.abc import Callable

ANSWER_S = 0.1
SILENT_S = 2.0

logger = logging.getLogger(__name__)

TAKEN: list[str] = []
"""The queues this process takes its tasks from, all of them; empty in one that is no worker of ours."""


def click_behind(queue: str) -> Callable[[], bool]:
    """To be asked whether a click waits for whoever works on something of `queue`."""
    lists = [list_of(each, CLICKED) for each in TAKEN or [queue]]
    return lambda: bool(_told(lambda broker: broker.exists(*lists)))


def standing(queue: str, priority: int) -> int:
    """How many tasks."""
    return _told(lambda broker: broker.llen(list_of(queue, priority)))


def list_of(queue: str, priority: int) -> str:
    """Kombu's name of it (`kombu.transport.redis`)."""
    return f"{queue}\x06\x16{priority}" if priority else queue


class _Silent:
    until_s = 0.0


def _told(ask: Callable[[Redis], Any]) -> int:
    if wall_clock.seconds() < _Silent.until_s:
        return 0
    try:
        return int(ask(_broker()))
    except RedisError as error:
        _Silent.until_s = wall_clock.seconds() + SILENT_S
        logger.info("not known what stands in the queues: %s", error)
        return 0


@cache
def _broker() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S)
