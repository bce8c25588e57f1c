"""Who is there: each worker tells the broker every few seconds, and whoever looks after the installation can see it.

Kept in the broker and not in the database, because a worker that cannot reach its broker does not work, whatever it says.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from redis import Redis, RedisError

from flows.runs import queued

if TYPE_CHECKING:
    from collections.abc import Sequence

EVERY_S = 5.0
GONE_S = 20
"""A worker that has said nothing for so long is not listed. A long slice may keep it from speaking for a while."""
PREFIX = "redrive:worker:"
ANSWER_S = 2.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Present:
    name: str
    host: str
    pid: int
    queues: list[str]
    since: float
    """Seconds since 1970."""
    seen: float


def name(queues: Sequence[str]) -> str:
    return f"{'+'.join(queues)}.{os.getpid()}@{socket.gethostname()}"


def announce(queues: Sequence[str], stop: threading.Event) -> None:
    """From now on, until `stop`."""
    threading.Thread(target=_repeat, args=(tuple(queues), stop), name="presence", daemon=True).start()


def leave(queues: Sequence[str]) -> None:
    try:
        broker().delete(PREFIX + name(queues))
    except RedisError as error:
        logger.info("the broker was not told that this worker leaves: %s", error)


def present() -> list[Present]:
    """In the order of their names. Raises `RedisError` where the broker does not answer."""
    kept = sorted(broker().scan_iter(match=PREFIX + "*", count=1000))
    told = broker().mget(kept) if kept else []
    return [Present(**json.loads(one)) for one in told if one]


def waiting(queues: Sequence[str]) -> dict[str, int]:
    """How many tasks stand in each queue: Celery keeps a list for each priority of it."""
    steps: list[int] = settings.CELERY_BROKER_TRANSPORT_OPTIONS["priority_steps"]
    lists = [[queued.list_of(queue, step) for step in steps] for queue in queues]
    with broker().pipeline(transaction=False) as asked:
        for one in lists:
            for each in one:
                asked.llen(each)
        lengths = iter(asked.execute())
    return {queue: sum(next(lengths) for _ in one) for queue, one in zip(queues, lists, strict=True)}


def broker_life() -> str:
    """Another one after each start of the broker: what it had in its queues may be gone. Empty: it does not answer."""
    try:
        return str(broker().info("server")["run_id"])
    except RedisError as error:
        logger.warning("the broker does not answer: %s", error)
        return ""


@cache
def broker() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S)


def _repeat(queues: tuple[str, ...], stop: threading.Event) -> None:
    since = time.time()
    while not stop.is_set():
        here = Present(name(queues), socket.gethostname(), os.getpid(), list(queues), since, time.time())
        try:
            broker().set(PREFIX + here.name, json.dumps(asdict(here)), ex=GONE_S)
        except RedisError as error:
            logger.warning("the broker was not told that this worker is here: %s", error)
        stop.wait(EVERY_S)
