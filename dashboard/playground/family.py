"""Children that never outlive their parent, whatever kills it.

All children share one process group, led by the *janitor*: a small process that does nothing but read from a pipe whose
other end only the parent holds. When the parent dies, by `kill -9` too, the read returns; the janitor then asks the group
to end, waits until the last member has let go of a second pipe, removes the run directory and kills the group with itself
in it. The group is not the terminal's foreground group, so Ctrl-C reaches the parent alone.

When parent and janitor are killed in the same instant, Linux itself tells the others to end (`PR_SET_PDEATHSIG`); what they
leave of the run directory is removed by the next start.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

LAST_GASP_S = 2.0
"""How long orphans may take to end by themselves."""
STOP_S = 5.0
"""How long a child may take to end when the parent asks it to: a slice in hand is finished."""
SHORT_LIFE_S = 2.0
PR_SET_PDEATHSIG = 1
HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)


@dataclass(slots=True)
class Child:
    name: str
    what: str
    """As the terminal calls it: "the web server"."""
    pid: int
    log: Path
    body: Callable[[], object] | None = None
    """What it does, to be started again with; the janitor is not."""
    ended: int | None = None
    """The exit code, or minus the signal's number."""
    began_s: float = field(default_factory=time.monotonic)
    short_lives: int = 0
    """How often in a row it has ended almost as soon as it began."""


class Family:
    def __init__(self, run_directory: Path, logs: Path) -> None:
        self.run_directory = run_directory
        self.children: list[Child] = []
        self._logs = logs
        self._life_read, self._life_write = os.pipe()
        self._alive_read, self._alive_write = os.pipe()
        self._group = os.fork()
        if self._group == 0:
            self._be_janitor()
        with contextlib.suppress(PermissionError, ProcessLookupError):
            os.setpgid(self._group, self._group)
        os.close(self._alive_read)
        os.close(self._life_read)
        self.children.append(Child("janitor", "the janitor process", self._group, logs / "janitor.log"))

    def fork(self, name: str, what: str, body: Callable[[], object]) -> Child:
        log = self._logs / f"{name}.log"
        child = Child(name, what, self._born(name, log, body), log, body)
        self.children.append(child)
        return child

    def again(self, child: Child) -> None:
        """One that has ended, once more: the same name and work in a new process, and a log of its own."""
        if child.body is not None:
            child.pid, child.ended = self._born(child.name, child.log, child.body), None
            child.began_s = time.monotonic()

    def _born(self, name: str, log: Path, body: Callable[[], object]) -> int:
        if log.exists():
            log.replace(log.with_suffix(".log.before"))
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._be_child(parent, name, log, body)
        return pid

    def reap(self) -> list[Child]:
        """The children that have ended since the last time somebody asked."""
        news = []
        for child in self.children:
            if child.ended is None:
                pid, status = os.waitpid(child.pid, os.WNOHANG)
                if pid:
                    child.ended = os.waitstatus_to_exitcode(status)
                    child.short_lives = child.short_lives + 1 if time.monotonic() < child.began_s + SHORT_LIFE_S else 0
                    news.append(child)
        return news

    def stop(self, hurry: Callable[[], bool]) -> None:
        """The youngest first, the broker after those who talk to it, the janitor last. `hurry()` cuts the waiting short."""
        rest = self.children[1:]  # without the janitor
        broker = [child for child in rest if child.name == "valkey"]
        for some in ([child for child in rest if child not in broker], broker):
            self._signal(some, signal.SIGTERM)
            until = time.monotonic() + STOP_S
            while any(child.ended is None for child in some) and time.monotonic() < until and not hurry():
                time.sleep(0.01)
                self.reap()
            self._signal(some, signal.SIGKILL)
        shutil.rmtree(self.run_directory, ignore_errors=True)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._group, signal.SIGKILL)
        for child in self.children:
            if child.ended is None:
                child.ended = os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])

    @staticmethod
    def _signal(children: list[Child], number: signal.Signals) -> None:
        for child in children:
            if child.ended is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.pid, number)

    def _be_janitor(self) -> NoReturn:
        os.setpgid(0, 0)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        os.close(self._life_write)
        os.close(self._alive_write)
        _be_called("redrive-janitor")
        _redirect(os.devnull)
        while os.read(self._life_read, 1):
            pass
        os.killpg(os.getpgrp(), signal.SIGTERM)
        select.select([self._alive_read], [], [], LAST_GASP_S)  # readable at its end: nobody holds the other side
        shutil.rmtree(self.run_directory, ignore_errors=True)
        os.killpg(os.getpgrp(), signal.SIGKILL)
        os._exit(0)

    def _be_child(self, parent: int, name: str, log: Path, body: Callable[[], object]) -> NoReturn:
        code = 1
        try:
            os.setpgid(0, self._group)
            signal.set_wakeup_fd(-1)
            for number in HANDLED:
                signal.signal(number, signal.SIG_DFL)
            _die_with(parent)
            os.close(self._life_write)
            os.set_inheritable(self._alive_write, True)
            _be_called(f"redrive-{name}")
            _redirect(str(log))
            body()
            code = 0
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else int(bool(leaving.code))
        except BaseException:  # noqa: BLE001 - it goes to the log, and the parent says that the child ended
            traceback.print_exc()
        finally:
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before we could ask
        os._exit(1)


def _be_called(name: str) -> None:
    """The name `ps` and `top` show; where it cannot be set nothing is lost."""
    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_text(name[:15])


def _redirect(target: str) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    out = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(nothing, 0)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.close(nothing)
    os.close(out)
