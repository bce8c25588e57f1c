"""Bringing a simulation to where an execution stands, or back to an instant it has passed.

Theory of operation. Begin from the nearest thing there is (a box in memory, a checkpoint, nothing) and apply the rest of the
command log. The same commands give the same records, so what is simulated again is not stored again; instead its digest is
compared with the stored one. If they differ, what was stored is not what this engine would do, and nobody may build on it.

A slice may have ended in the middle of the frontier's instant, when its bound was reached. So a replay runs to just before
the frontier, then notice by notice until the last stored record is written.

A replay may be interrupted (`flows.runs.patience`). What it has got to is kept in memory, and is the nearest thing there is when
its turn comes again.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from flows.models import CommandStatus, DemandKind
from flows.runs import checkpoints, simulations
from flows.runs.bounds import Bound
from flows.runs.cache import HOT, Live
from flows.runs.demands import Demand
from flows.runs.runner import advance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flows.models import Execution
    from flows.runs.boxes import Position
    from flows.runs.runner import Simulation
    from flows.simulation import Command

RECORDS_AT_A_TIME = 5_000
STEPS_AT_A_TIME = 1_000

PARTS: dict[UUID, Live] = {}
"""This process's interrupted replays, the earliest first."""
PARTS_KEPT = 4

logger = logging.getLogger(__name__)


class Interrupted(Exception):
    """Somebody else goes first. Nothing is lost of what was replayed."""


class RecordsDiffer(Exception):
    """Simulated again, the past is another one than what is stored."""


def to_frontier(execution: Execution, renew: Callable[[], None]) -> Live:
    """Where the stored records end. `renew` is called every now and then: a replay may be longer than a lease."""
    if not execution.digest:
        return simulations.begin(execution)
    live = next(_beginnings(execution, execution.frontier_at, execution.head))
    commands = _applied_after(execution, live.position, execution.frontier_at)
    before = [command for command in commands if command.at < execution.frontier_at]
    with _kept_if_interrupted(execution, live):
        _run_until(live, execution.frontier_at - 1, before, renew)
        for command in commands[len(before) :]:
            _run_until(live, command.at, [], renew)
            live.simulation.apply(command)
            live.position = (command.at, command.ordinal)
        _step_to_the_last_record(live.simulation, execution, renew)
    live.stands_at(execution)
    return live


def back_to(execution: Execution, at: int, renew: Callable[[], None]) -> Live:
    """An instant before the frontier, with everything done that happens at it."""
    hot = HOT.take(execution)
    box = hot.boxes.newest_until(at) if hot else None
    if hot and box:
        live = simulations.open_box(execution, box.blob)
        live.position = box.position
        live.inherit(hot)
        live.boxes.went_back(at)
    else:
        live = next(_beginnings(execution, at, execution.head))
    with _kept_if_interrupted(execution, live):
        _run_until(live, at, _applied_after(execution, live.position, at), renew)
    return live


def _beginnings(execution: Execution, at: int, sequence: int) -> Iterator[Live]:
    """What an interrupted replay had got to; the newest checkpoint that can be opened; at last instant 0."""
    part = PARTS.pop(execution.id, None)
    if part is not None and part.leads_to(execution, at, sequence):
        yield part
    for checkpoint in checkpoints.usable(execution, at, sequence):
        try:
            live = simulations.open_box(execution, bytes(checkpoint.blob))
        except Exception as error:  # noqa: BLE001 - only a cache: an older one will do, or none
            logger.warning("checkpoint %s of execution %s cannot be opened: %s", checkpoint.id, execution.id, error)
            checkpoint.delete()
            continue
        live.position = (checkpoint.command_at, checkpoint.command_ordinal)
        yield live
    yield simulations.begin(execution)


@contextmanager
def _kept_if_interrupted(execution: Execution, live: Live) -> Iterator[None]:
    try:
        yield
    except Interrupted:
        live.stands_at(execution)
        PARTS[execution.id] = live
        while len(PARTS) > PARTS_KEPT:
            del PARTS[next(iter(PARTS))]
        raise


def _applied_after(execution: Execution, position: Position, until_at: int) -> list[Command]:
    at, ordinal = position
    done = execution.commands.filter(
        ~Q(status=CommandStatus.PENDING), Q(at__gt=at) | Q(at=at, ordinal__gt=ordinal), at__lte=until_at
    )
    return [simulations.as_logged(row) for row in done.order_by("at", "ordinal")]


def _run_until(live: Live, at: int, commands: list[Command], renew: Callable[[], None]) -> None:
    """Everything up to and including `at`. What is written is thrown away: it is stored."""
    if at < live.simulation.now_at:
        return
    demand = Demand(DemandKind.UNTIL, at, token=0)
    reached = False
    while not reached:
        advanced = advance(live.simulation, demand, Bound(RECORDS_AT_A_TIME), commands)
        for command, _ in advanced.answers:
            live.position = (command.at, command.ordinal)
        commands = commands[len(advanced.answers) :]
        reached = advanced.reached
        live.simulation.drain()
        renew()


def _step_to_the_last_record(simulation: Simulation, execution: Execution, renew: Callable[[], None]) -> None:
    """Notices that record nothing may still stand between here and where the slice ended: on, while the digest differs."""
    steps = 0
    while simulation.sequence < execution.head or (
        simulation.digest() != execution.digest and _waits_until(simulation, execution.frontier_at)
    ):
        if not simulation.step() or simulation.sequence > execution.head:
            break
        steps += 1
        if steps % STEPS_AT_A_TIME == 0:
            simulation.drain()
            renew()
    if simulation.sequence != execution.head or simulation.digest() != execution.digest:
        raise RecordsDiffer
    simulation.drain()
    if not _waits_until(simulation, execution.frontier_at):
        simulation.run_until(execution.frontier_at)


def _waits_until(simulation: Simulation, at: int) -> bool:
    return simulation.next_at is not None and simulation.next_at <= at
