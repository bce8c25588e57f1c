"""From the command to the ready line, and from there to the end.

A child that ends without being asked, killed or crashed, is started again: whoever had its executions in hand goes on from
what is stored. One that ends again and again, and a janitor that is gone, end it all. Children are forked at any time,
so the parent runs no thread that could hold a lock in that instant, and never talks to the database or the broker:
what has to be done every few seconds has a child of its own (`sweeping.py`).
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import fcntl
import gc
import http.client
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

from dashboard import environment
from dashboard.playground import children, sweeping, words
from dashboard.playground.family import HANDLED, Child, Family

READY_WITHIN_S = 60.0
SHORT_LIVES = 5
"""A child that has ended so often in a row as soon as it began is not started again."""
NO = "http-"
LONGEST_SOCKET_PATH = 90
"""The kernel's limit is about 107 bytes."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    home = Path(os.environ.get("REDRIVE_HOME") or environment.CHECKOUT / ".redrive").absolute()
    logs = home / "logs"
    environment.keep_private()
    environment.make_private(home)
    logs.mkdir(exist_ok=True)
    listener = _bind(options.host, options.port)
    url = f"http://{_shown(options.host)}:{listener.getsockname()[1]}"
    with _only_one(home, url):
        return Playground(home, logs, listener, options.host, url).run()


class Playground:
    def __init__(self, home: Path, logs: Path, listener: socket.socket, host: str, url: str) -> None:
        self._listener = listener
        self._host, self._port = host, listener.getsockname()[1]
        self._url = url
        self._logs = logs
        self._asked_to_stop = 0
        self._said: set[str] = set()
        self._news_read, self._news_write = os.pipe()
        for descriptor in (self._news_read, self._news_write):
            os.set_blocking(descriptor, False)
        for number in HANDLED:
            signal.signal(number, self._on_signal)
        signal.set_wakeup_fd(self._news_write, warn_on_full_buffer=False)
        self._family = Family(_run_directory(home), logs)

    def run(self) -> int:
        try:
            ended = self._start() or self._watch()
        finally:
            self._family.stop(hurry=lambda: self._asked_to_stop > 1)
        if ended is None:
            print(words.stopped(), flush=True)
            return 0
        print(ended, file=sys.stderr, flush=True)
        return 1

    # ── starting ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _start(self) -> str | None:
        """None when all serve (or somebody asked us to stop); else why not, in words."""
        gc.disable()
        broker = None if os.environ.get("REDIS_URL") else self._start_valkey()
        self._speak_for_host()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
        os.environ["CELERY_SKIP_CHECKS"] = "1"
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        import django

        django.setup()
        from django.conf import settings

        queues = [*settings.SIMULATION_QUEUES, *settings.LONG_QUEUES, *settings.UPKEEP_QUEUES]
        children.preload_shared()
        descriptor = self._listener.fileno()
        gc.freeze()
        self._family.fork("web", "the web server", lambda: children.web(descriptor, self._tell))
        children.preload_worker()
        gc.freeze()
        if broker is not None and not self._await_socket(broker):
            return self._crashed() or words.too_slow(["the broker"], self._logs)
        for queue in queues:
            self._family.fork(f"worker-{queue}", f"the worker for {queue}", partial(children.worker, queue, self._tell))
        self._family.fork("sweeper", "the sweeper", sweeping.sweep_for_ever)
        gc.enable()
        knocking = threading.Thread(target=self._knock, daemon=True)
        knocking.start()
        refused = self._await_ready({"web", "http", *queues})
        knocking.join(0 if refused or self._asked_to_stop else READY_WITHIN_S)
        return refused

    def _start_valkey(self) -> Path:
        directory = self._family.run_directory
        path = directory / "valkey.sock"
        self._family.fork("valkey", "the broker (Valkey)", lambda: children.valkey(directory, path))
        os.environ["REDIS_URL"] = f"unix://{path}"
        return path

    def _speak_for_host(self) -> None:
        if self._host not in LOOPBACK:
            names = [*environment.LOCAL_HOSTS, self._host, socket.gethostname()]
            os.environ.setdefault("ALLOWED_HOSTS", ",".join(names))

    def _await_socket(self, path: Path) -> bool:
        until = time.monotonic() + READY_WITHIN_S
        while not path.exists() and time.monotonic() < until and not self._asked_to_stop:
            if self._crashed():
                return False
            time.sleep(0.01)
        return path.exists()

    def _await_ready(self, wanted: set[str]) -> str | None:
        until = time.monotonic() + READY_WITHIN_S
        while not self._asked_to_stop:
            if crashed := self._crashed():
                return crashed
            missing = sorted(wanted - self._said)
            if not missing:
                print(words.ready(self._url), flush=True)
                if self._host not in LOOPBACK:
                    print(words.open_to_all(), flush=True)
                return None
            if refused := next((word for word in self._said if word.startswith(NO)), None):
                return words.refused(refused.removeprefix(NO), self._logs)
            if time.monotonic() > until:
                return words.too_slow(missing, self._logs)
            self._listen(0.5)
        return None

    def _knock(self) -> None:
        """Ready means that HTTP answers, so ask."""
        connection = http.client.HTTPConnection(_reachable(self._host), self._port, timeout=READY_WITHIN_S)
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/ready/")
            status = connection.getresponse().status
            self._tell("http" if status == http.HTTPStatus.OK else f"{NO}{status}")

    # ── serving ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _watch(self) -> str | None:
        children.preload_web()  # for the next one: the first was not to wait for it
        while not self._asked_to_stop:
            for child in self._family.reap():
                if child.body is None or child.short_lives >= SHORT_LIVES:
                    return words.ended(child)
                self._family.again(child)
                print(words.started_again(child), file=sys.stderr, flush=True)
            self._listen(5.0)
        return None

    def _crashed(self) -> str | None:
        self._family.reap()
        ended = [child for child in self._family.children if child.ended is not None]
        return words.ended(_most_telling(ended)) if ended else None

    def _tell(self, word: str) -> None:
        os.write(self._news_write, f"{word}\n".encode())

    def _listen(self, seconds: float) -> None:
        """Returns early when a child speaks or ends, or a signal arrives (whose byte lands in the same pipe)."""
        if select.select([self._news_read], [], [], seconds)[0]:
            heard = os.read(self._news_read, 4096).decode(errors="replace")
            self._said.update("".join(letter for letter in word if letter.isprintable()) for word in heard.splitlines())

    def _on_signal(self, number: int, _frame: object) -> None:
        if number != signal.SIGCHLD:
            self._asked_to_stop += 1


def _most_telling(ended: list[Child]) -> Child:
    """When the broker dies the others may fall over it: name the one that was killed, else the first."""
    return next((child for child in ended if (child.ended or 0) < 0), ended[0])


# ── the command's surroundings ────────────────────────────────────────────────────────────────────────────────────────


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("manage.py playground", description="Redrive on this machine, with all it needs.")
    parser.add_argument("--port", type=int, default=8000, help="default 8000; 0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1: this machine only")
    return parser.parse_args(arguments)


def _bind(host: str, port: int) -> socket.socket:
    """Bound here and handed to the web server: a taken port is known at once, and nobody can take it in between."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        sys.exit(words.port_taken(host, port) if taken else words.may_not_bind(host, port, error))
    listener.listen(1024)  # a room that comes at once
    return listener


@contextlib.contextmanager
def _only_one(home: Path, url: str) -> Iterator[IO[str]]:
    with (home / "playground.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            sys.exit(words.running_already(home, file.read().strip()))
        file.seek(0)
        file.truncate()
        file.write(url)
        file.flush()
        yield file


def _run_directory(home: Path) -> Path:
    """Private to its owner, with a path short enough for a socket. What a killed predecessor left is removed."""
    kept = home / "run"
    if len(str(kept)) > LONGEST_SOCKET_PATH - len("/valkey.sock"):
        return Path(tempfile.mkdtemp(prefix="redrive-"))
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(mode=0o700)
    return kept


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "") else host  # noqa: S104


def _shown(host: str) -> str:
    return socket.gethostname() if host in ("0.0.0.0", "") else host  # noqa: S104
