"""Who may work on an execution: one holder at a time, for ten seconds at a time.

Theory of operation. A lease is three columns of the execution: owner, token, until. Taking it is a filtered `update` whose
row count says whether it worked: 1, it is ours; 0, somebody else's. No lock is held while a simulation runs. Whoever takes it
raises the token, and every commit asks for its token in its `where` (`flows.runs.commit`): a holder that slept past its lease
finds 0 rows and has changed nothing. So correctness hangs on the token alone; the ten seconds only say when to look, by clocks that
may differ, and be put back.

Between two slices a lease waits: the task that will go on with it stands in the broker's queue, perhaps behind fifty long
runs. A waiting lease can be taken from its queue by whoever is asked to hurry, under a new token; the task it was left to then
finds a token that is no longer good, and ends. So however many hints there are, one chain of tasks goes on.

A worker that was killed leaves its lease behind. Leases of processes that are gone from this very machine are void at
once: if that is ever judged wrongly, the token still protects. A worker that is asked to stop gives its lease up.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flows.models import Execution
from flows.runs import stopping, wall_clock

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

LENGTH = timedelta(seconds=10)
CLOCKS_DIFFER = timedelta(seconds=30)
"""Between hosts, at most."""
RENEW_AFTER_S = 3.0
WAITING = "waiting:"
"""Before the owner's name: nobody is at work."""


class LeaseLost(Exception):
    """Somebody else has the execution now, or it is gone. Nothing was committed; forget what was simulated."""


class Stopping(Exception):
    """This process is asked to end: give the lease up, so that another goes on without waiting for it to lapse."""


@dataclass(slots=True)
class Lease:
    execution: Execution
    """Its row, as it was when the lease was taken."""
    token: int
    renewed_s: float

    def renew(self) -> None:
        """Often called, seldom does anything."""
        if stopping.is_asked():
            raise Stopping
        if wall_clock.seconds() - self.renewed_s < RENEW_AFTER_S:
            return
        held = Execution.objects.filter(id=self.execution.id, lease_token=self.token)
        if not held.update(lease_until=wall_clock.now() + LENGTH):
            raise LeaseLost
        self.renewed_s = wall_clock.seconds()


def take(execution_id: UUID, token: int | None = None) -> Lease | None:
    """A new lease; or, with the token of one, that lease again, to go on with.

    None: nothing is wanted, or somebody else has it.
    """
    row = Execution.objects.filter(id=execution_id, wanted=True).first()
    if row is None:
        return None
    now = wall_clock.now()
    if token is None and is_held(row) and not is_gone(row.lease_owner):
        return None
    if token is not None and token != row.lease_token:
        return None
    held = Execution.objects.filter(
        id=execution_id,
        wanted=True,
        lease_token=row.lease_token if token is None else token,
        generation=row.generation,
        head=row.head,
    )
    taken = row.lease_token + 1 if token is None else token
    if not held.update(lease_token=taken, lease_owner=owner(), lease_until=now + LENGTH):
        return None
    return Lease(row, taken, wall_clock.seconds())


def release(lease: Lease) -> None:
    Execution.objects.filter(id=lease.execution.id, lease_token=lease.token).update(lease_until=wall_clock.now())


def is_live(execution: Execution) -> bool:
    return is_good_until(execution.lease_until)


def is_good_until(until: datetime) -> bool:
    """One that is good for much longer than any is given was given before somebody's clock was put back: it would stay so for as long."""
    return timedelta() < until - wall_clock.now() <= LENGTH + CLOCKS_DIFFER


def is_held(execution: Execution) -> bool:
    """Somebody is at work on it, and will see what is asked when it commits."""
    return is_live(execution) and not execution.lease_owner.startswith(WAITING)


def owner() -> str:
    return f"{socket.gethostname()}:{_boot()}:{os.getpid()}"


def is_gone(lease_owner: str) -> bool:
    """A process of this machine that no longer exists. Another machine's cannot be judged from here."""
    machine, _, pid = lease_owner.removeprefix(WAITING).rpartition(":")
    if machine != f"{socket.gethostname()}:{_boot()}" or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@cache
def _boot() -> str:
    """Two containers may share a host name, but not a process namespace."""
    try:
        return str(Path("/proc/self/ns/pid").readlink()).strip("pid:[]")
    except OSError:
        return "0"
