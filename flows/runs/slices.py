"""One slice of one execution: take the lease, go on, commit, ring. Everything a Celery task does.

Theory of operation. `go_on` is called with an execution's id, and with a token if a slice before it left its lease to it. It
may be called at any time, any number of times, by any worker: without a lease or without anything wanted it does nothing.
Killed anywhere, it has committed nothing or everything; what is left is a lease that lapses, and the sweeper.

What can go wrong, and what it comes to: the lease was lost – forget the simulation, somebody else is at it. The simulator
raised, contradicts what is stored, or made what the database does not take – the execution has failed, with a sentence; what was recorded is kept, and the stack
trace is in the log. The database is away – the task fails, and is swept up later. The disk is full – nothing was committed; the
execution says so, stays wanted, and goes on when there is room.
"""

from __future__ import annotations

import gc
import logging
from typing import TYPE_CHECKING

from django.db import DataError
from django.db import Error as DatabaseError

from flows.engine.garbage import collected_between_slices
from flows.models import CommandStatus, DemandKind, Execution, ExecutionState
from flows.runs import (
    checkpoints,
    commit,
    dispatch,
    doorbell,
    leases,
    observing,
    patience,
    restore,
    simulations,
    space,
    tail,
    truncate,
    wall_clock,
)
from flows.runs.cache import HOT
from flows.runs.demands import Demand
from flows.runs.refusals import NO_SPACE, OTHER_ENGINE, why_away
from flows.runs.runner import advance
from flows.simulation import ENGINE_FINGERPRINT

if TYPE_CHECKING:
    from uuid import UUID

    from flows.runs.bounds import Bound
    from flows.runs.cache import Live
    from flows.runs.leases import Lease
    from flows.simulation import Command

COMMANDS_AT_A_TIME = 1_000
UNBOUNDED = (DemandKind.QUIET, DemandKind.END)
RECORDS_PER_DEMAND = 10_000_000
"""After so many a demand that names no instant is given up."""
SPEED_WEIGHT = 0.3

logger = logging.getLogger(__name__)


def go_on(execution_id: UUID, token: int | None = None, bound: Bound | None = None) -> Execution | None:
    """One slice. None: nothing was to be done, or not by us."""
    lease = leases.take(execution_id, token)
    if lease is None:
        return None
    began_s = wall_clock.seconds()
    row, outcome = _went_on(lease, bound)
    observing.ended(lease.execution, outcome, wall_clock.seconds() - began_s)
    return row


def _went_on(lease: Lease, bound: Bound | None) -> tuple[Execution | None, str]:
    """And in a word what became of it."""
    execution = lease.execution
    if execution.engine_fingerprint != ENGINE_FINGERPRINT:
        return _end(execution, lease, ExecutionState.STOPPED, OTHER_ENGINE.message), "stopped"
    if not space.is_left():
        return _wait_for_space(execution, lease), "no space"
    try:
        with collected_between_slices():
            row, priority = _slice(execution, lease, bound)
    except leases.LeaseLost:
        HOT.forget(execution.id)
        return None, "lost"
    except leases.Stopping:
        HOT.forget(execution.id)
        _give_up(execution, lease, dispatch.FRESH)
        return None, "given up"
    except restore.Interrupted:
        due = patience.is_due(execution, _pending(execution))
        _give_up(execution, lease, dispatch.CLICKED if due else dispatch.CONTINUED)
        return None, "let go"
    except DatabaseError as error:
        HOT.forget(execution.id)
        if why_away(error) is NO_SPACE:
            return _wait_for_space(execution, lease), "no space"
        if not isinstance(error, DataError):
            raise
        return _fail(execution, lease, error), "failed"
    except restore.RecordsDiffer:
        sentence = "Simulated again, its past differs from what is stored."
        return _end(execution, lease, ExecutionState.FAILED, sentence), "failed"
    except Exception as error:  # noqa: BLE001 - whatever it is, it would be so again
        return _fail(execution, lease, error), "failed"
    gc.collect(0)
    if row.wanted and not dispatch.hint(row.id, long_running=row.long_running, token=lease.token, priority=priority):
        leases.release(lease)
    return row, "committed"


def _slice(execution: Execution, lease: Lease, bound: Bound | None) -> tuple[Execution, int]:
    """The row afterwards, and how urgently it goes on."""
    commands = _pending(execution)
    while commands and commands[0].at < execution.frontier_at:
        execution = truncate.truncate(execution, lease, commands[0].at, patience.renewing(lease))
        commands = _pending(execution)
    opened_s = wall_clock.seconds()
    live = HOT.take(execution)
    if live is None:
        observing.REPLAYS.inc()
        live = restore.to_frontier(execution, patience.renewing(lease))
    replaying_s = wall_clock.seconds() - opened_s

    demand = Demand.of(execution)
    live.begin_slice(demand.token)
    bound = bound or patience.bound_of(execution, replaying_s, commands)
    began_s, worked_s = wall_clock.seconds(), wall_clock.processor_seconds()
    target = _target(demand, commands)
    advanced = advance(live.simulation, target, bound, commands)
    live.simulating_s += wall_clock.seconds() - began_s
    worked_s = wall_clock.processor_seconds() - worked_s
    live.processor_s += worked_s
    live.demanded_s += worked_s

    sequence = live.simulation.sequence
    done = commit.Slice(
        execution=execution,
        lease=lease,
        demand=demand,
        reached=advanced.reached and target is demand,
        answers=advanced.answers,
        tail=tail.prepare(execution, live.simulation.drain() if sequence > execution.head else None),
        effects=live.effects.drain(),
        demanded_s=live.demanded_s,
        speed=_speed(execution, live, wall_clock.seconds() - began_s),
        endless=demand.kind in UNBOUNDED and sequence - live.demanded_from > RECORDS_PER_DEMAND,
    )
    row = commit.commit(done, live.simulation)
    if advanced.answers:
        last, _ = advanced.answers[-1]
        live.position = (last.at, last.ordinal)
    live.stands_at(row)
    _tell(row, done)
    observing.committed(done, row)
    handed_over = row.long_running != execution.long_running
    if handed_over or not bound.is_waited_for():
        live.boxes.keep(live.simulation, live.position, row.seen_at, live.processor_s)
        checkpoints.write_if_cheap(live, handed_over=handed_over)
    HOT.put(live)
    return row, done.priority


def _pending(execution: Execution) -> list[Command]:
    """Read once for a slice: what is submitted meanwhile may lie before the frontier, and is the next slice's."""
    rows = execution.commands.filter(status=CommandStatus.PENDING).order_by("at", "ordinal")
    return [simulations.as_logged(row) for row in rows[:COMMANDS_AT_A_TIME]]


def _target(demand: Demand, commands: list[Command]) -> Demand:
    """What this slice can go for: not past the last command it knows, when there may be more behind that."""
    if len(commands) < COMMANDS_AT_A_TIME or demand.kind in (DemandKind.STEP, DemandKind.NEXT):
        return demand
    last_at = commands[-1].at
    if demand.until_at is not None and demand.until_at < last_at:
        return demand
    return Demand(DemandKind.UNTIL, last_at, demand.token)


def _tell(row: Execution, done: commit.Slice) -> None:
    doorbell.ring(row)
    for command, _ in done.answers:
        doorbell.ring_for_command(row.id, command.ordinal)


def _speed(execution: Execution, live: Live, seconds: float) -> float | None:
    """Virtual seconds per second, smoothed; a slice in which no time passed says nothing."""
    passed_us = live.simulation.now_at - execution.frontier_at
    if passed_us <= 0 or seconds <= 0:
        return execution.effective_speed
    speed = passed_us / 1_000_000 / seconds
    before = execution.effective_speed
    return speed if before is None else before + SPEED_WEIGHT * (speed - before)


def _give_up(execution: Execution, lease: Lease, priority: int) -> None:
    """Whoever comes first goes on with it."""
    leases.release(lease)
    dispatch.hint(execution.id, long_running=execution.long_running, priority=priority)


def _wait_for_space(execution: Execution, lease: Lease) -> Execution | None:
    """It stays wanted: the sweeper asks again and again, and the first commit that succeeds takes the words back."""
    HOT.forget(execution.id)
    try:
        Execution.objects.filter(id=execution.id, lease_token=lease.token).update(
            state=ExecutionState.STOPPED, error=NO_SPACE.message, lease_until=wall_clock.now()
        )
    except DatabaseError as error:
        logger.warning("execution %s waits for space, and there is none to write that down: %s", execution.id, error)
        return None
    if execution.error != NO_SPACE.message:
        doorbell.ring(Execution.objects.get(id=execution.id))
    return None


def _fail(execution: Execution, lease: Lease, error: Exception) -> Execution | None:
    logger.error("execution %s failed", execution.id, exc_info=error)
    return _end(execution, lease, ExecutionState.FAILED, f"The simulator stopped: {type(error).__name__}: {error}")


def _end(execution: Execution, lease: Lease, state: ExecutionState, sentence: str) -> Execution | None:
    """Nothing more is wanted, and `sentence` says why. What is stored stays.

    What somebody sent may be quoted in it, and hold what no database keeps: then it could not be said, and were tried for ever.
    """
    HOT.forget(execution.id)
    sentence = sentence.encode(errors="replace").decode().replace("\x00", "␀")
    ended = Execution.objects.filter(id=execution.id, lease_token=lease.token).update(
        state=state, error=sentence, wanted=False, lease_until=wall_clock.now()
    )
    if not ended:
        return None
    row = Execution.objects.get(id=execution.id)
    doorbell.ring(row)
    return row
