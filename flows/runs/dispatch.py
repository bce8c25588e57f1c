"""Hints to workers: which queue an execution's slices go through, and how a hint is sent.

Theory of operation. The database is the queue of record: what is wanted stands in the execution's row. A broker message only
says "look at this one now"; one that is lost costs until the next sweep, one too many costs a query. So sending never fails
its caller.

Executions are spread over `sim.0 … sim.K-1` by a hash, each queue consumed by one single-process worker, so that an
execution always meets the worker that has it in memory. A demand that turns out long goes on in `long.0`, so that it does not
sit before a click. A task that ends with its demand unmet sends the next one with its lease's token: the lease goes on, and
there is never more than one such chain. Three priorities say who waits for whom: a click (a command, a step) goes before what
somebody has just asked for (to play, to go to the end), and that before what goes on by itself. So a click waits for the slice
in hand and for other clicks, neither for fifty runs that go on nor for fifty that begin. A slice that lasts asks now and then
whether a click waits behind it, and ends (`flows.runs.bounds`).
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING
from zlib import crc32

from celery import Celery
from django.conf import settings
from django.db import transaction

from flows.runs import observing, wall_clock
from flows.runs.silence import ANSWER_S, Silence

if TYPE_CHECKING:
    from uuid import UUID

ADVANCE = "flows.tasks.advance"
UPKEEP = "flows.tasks.upkeep"
CLICKED = 0
FRESH = 3
CONTINUED = 6
"""Priorities: on Redis the lower goes first."""
KINDS = {CLICKED: "clicked", FRESH: "fresh", CONTINUED: "continued"}
VOID = -1
"""The token of no lease."""

logger = logging.getLogger(__name__)


def worker_queue(execution_id: UUID, *, long_running: bool = False) -> str:
    queues: list[str] = settings.LONG_QUEUES if long_running else settings.SIMULATION_QUEUES
    return queues[crc32(execution_id.bytes) % len(queues)]


def hint_after_commit(execution_id: UUID, *, long_running: bool = False, priority: int = FRESH) -> None:
    def send() -> None:
        hint(execution_id, long_running=long_running, priority=priority)

    transaction.on_commit(send)


def hint(execution_id: UUID, *, long_running: bool = False, token: int | None = None, priority: int = FRESH) -> bool:
    """False: it could not be sent."""
    queue = worker_queue(execution_id, long_running=long_running)
    if _silence.lasts():
        return False
    began_s = wall_clock.seconds()
    try:
        _sender().send_task(
            ADVANCE,
            (str(execution_id), token),
            queue=queue,
            priority=priority,
            headers=observing.headers(KINDS[priority]),
            ignore_result=True,
            retry=False,
        )
    except Exception as error:  # noqa: BLE001 - whatever keeps a broker away, the sweeper makes up for it
        _silence.is_kept_if_slow(began_s)
        logger.warning("no hint for execution %s (the sweeper will send one): %s", execution_id, error)
        return False
    return True


def hint_upkeep(execution_id: UUID) -> None:
    """One that is lost is sent again by a later look (`flows.runs.upkeep`)."""
    queue: str = settings.UPKEEP_QUEUES[0]
    if _silence.lasts():
        return
    began_s = wall_clock.seconds()
    try:
        _sender().send_task(
            UPKEEP, (str(execution_id),), queue=queue, priority=CONTINUED, ignore_result=True, retry=False
        )
    except Exception as error:  # noqa: BLE001 - as above
        _silence.is_kept_if_slow(began_s)
        logger.warning("no upkeep for execution %s for now: %s", execution_id, error)


@cache
def _sender() -> Celery:
    """Sends only. Rooms below `dashboard` do not know its application, and a web process may not have loaded it.

    One that is away is asked once: left to itself Celery tries again for six seconds, and waits for ever for one that is mute.
    """
    sender = Celery("redrive.hints", set_as_current=False)
    sender.config_from_object("django.conf:settings", namespace="CELERY")
    once = {"max_retries": 0, "socket_timeout": ANSWER_S, "socket_connect_timeout": ANSWER_S}
    sender.conf.broker_transport_options = {**sender.conf.broker_transport_options, **once}
    return sender


_silence = Silence()
