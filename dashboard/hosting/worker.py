"""A worker: one process, one task at a time, of the queues it is given.

Theory of operation. It may keep simulations alive between slices, so each `sim.K` and `long.K` is best consumed by one process.
Asked to end (SIGTERM, SIGINT), Celery lets the task in hand go to its end and takes no other: a slice is a fraction of a second,
commits, and leaves its lease to a task in the broker that the next worker of this queue takes up. What could take longer, a
replay after a cache miss, sees that it is asked to end, gives its lease up and sends the execution on its way again. A second
signal ends it at once; what it had in hand has then committed nothing, and is swept up.

One that nobody waits for (`long.*`, `upkeep.*` alone) lets others go first on a busy machine.
"""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING, Any

os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

from celery.signals import setup_logging, worker_ready, worker_shutting_down

from dashboard.celery import app
from dashboard.hosting import hearing, presence
from dashboard.hosting.reconnecting import Reconnecting
from flows.runs import queued, stopping
from flows.services.shapes import service_model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NICE = 10
HURRIED = "sim."
UPKEEP = "upkeep."
WARM_UP_AFTER_S = 1.0
"""Whoever starts beside it goes first."""


def work(queues: Sequence[str], ready: Callable[[], None], *, sweeps: bool = False) -> int:
    """Until asked to end; the exit code. `sweeps`: it also sends on their way what should go on and does not."""
    if not any(queue.startswith(HURRIED) for queue in queues):
        with contextlib.suppress(OSError):
            os.nice(NICE)
    stop = threading.Event()

    queued.TAKEN[:] = queues

    def begun(**_: Any) -> None:
        presence.announce(queues, stop)
        hearing.watch(queues, stop)
        if sweeps:
            threading.Thread(target=_sweep, name="sweeper", daemon=True).start()
        ready()
        threading.Thread(target=_warm_up, args=(stop,), name="warming up", daemon=True).start()

    def ending(**_: Any) -> None:
        stopping.ask()
        stop.set()

    setup_logging.connect(_as_django_does, weak=False)
    worker_ready.connect(begun, weak=False)
    worker_shutting_down.connect(ending, weak=False)
    consumer = app.Worker(
        hostname=presence.name(queues),
        queues=list(queues),
        pool_cls="solo",
        consumer_cls=Reconnecting,
        concurrency=1,
        loglevel="WARNING",
        quiet=True,
        without_mingle=True,
        without_gossip=True,
        without_heartbeat=True,
    )
    consumer.start()
    presence.leave(queues)
    return consumer.exitcode or 0


def _as_django_does(**_: Any) -> None:
    """Celery keeps its hands off logging when somebody listens to this."""


def _warm_up(stop: threading.Event) -> None:
    """Else the first click that a worker answers waits for botocore, which knows the shapes of operations: a tenth of a second or more."""
    if not stop.wait(WARM_UP_AFTER_S):
        service_model("sqs")


def _sweep() -> None:
    from dashboard.playground.sweeping import sweep

    sweep()
