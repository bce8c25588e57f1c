"""A slice's one transaction: everything it did becomes true at once, or nothing.

Theory of operation. The first statement moves the execution's row, and only a row that still has the lease's token, the
slice's generation and the record the slice began at. No row moved: the lease has lapsed and somebody else went on, so the
transaction is rolled back. It also locks the row, so that what is asked of the execution (a demand, a command) either is
seen here, and the lease goes on, or comes after, and finds no live lease and wakes a worker: no wish falls between.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
from django.db import transaction

from flows.models import Command, CommandStatus, DemandKind, Effect, Execution, ExecutionState
from flows.runs import dispatch, wall_clock
from flows.runs.leases import LENGTH, WAITING, LeaseLost, owner
from flows.runs.refusals import NO_SPACE

if TYPE_CHECKING:
    from flows.runs.demands import Demand
    from flows.runs.leases import Lease
    from flows.runs.runner import Simulation
    from flows.runs.tail import Tail
    from flows.services.effects import Effect as LoggedEffect
    from flows.services.ports import Answer
    from flows.simulation import Command as LoggedCommand

LONG_S = 1.0
"""A demand that has had a processor for this long goes on in the queue for long ones."""
ENDLESS = "Something was still under way after ten million records: perhaps traffic without an end. Ask again to go on."


@dataclass(slots=True)
class Slice:
    """What has been simulated from the row as it was read."""

    execution: Execution
    lease: Lease
    demand: Demand
    reached: bool
    answers: list[tuple[LoggedCommand, Answer]]
    tail: Tail
    effects: list[LoggedEffect] = field(default_factory=list)
    demanded_s: float = 0.0
    speed: float | None = None
    endless: bool = False
    """It was to go on until nothing waits, and has recorded so much that there may be no such instant."""
    priority: int = dispatch.CONTINUED
    """Of the task that goes on with it, as the commit finds."""


def commit(done: Slice, simulation: Simulation) -> Execution:
    """The execution as it is afterwards; `wanted` says whether the lease goes on."""
    execution, lease = done.execution, done.lease
    held = Execution.objects.filter(
        id=execution.id, lease_token=lease.token, generation=execution.generation, head=execution.head
    )
    digest = simulation.digest() if simulation.sequence > execution.head or not execution.digest else execution.digest
    now = wall_clock.now()
    with transaction.atomic():
        moved = held.update(
            head=simulation.sequence,
            frontier_at=max(simulation.now_at, execution.frontier_at),
            digest=digest,
            next_at=simulation.next_at,
            quiet=simulation.quiet,
            effective_speed=done.speed,
            updated_at=now,
            lease_until=now + LENGTH,
            lease_owner=WAITING + owner(),
        )
        if not moved:
            raise LeaseLost
        done.tail.write(execution)
        _write_answers(execution, done.answers)
        _write_effects(execution, done.effects)
        row = Execution.objects.get(id=execution.id)
        _decide(row, done)
    return row


def _write_answers(execution: Execution, answers: list[tuple[LoggedCommand, Answer]]) -> None:
    for command, answer in answers:
        refusal = answer.refusal
        Command.objects.filter(execution=execution, ordinal=command.ordinal).update(
            status=CommandStatus.APPLIED if refusal is None else CommandStatus.REFUSED,
            result=answer.output,
            error=None if refusal is None else {"code": refusal.code, "message": refusal.message},
        )


def _write_effects(execution: Execution, effects: list[LoggedEffect]) -> None:
    """Dated by the slice's beginning: one that is kept past a truncation is found by its hashes or not at all."""
    Effect.objects.bulk_create(
        (
            Effect(
                execution=execution,
                ordinal=effect.ordinal,
                code_hash=effect.code_hash,
                input_hash=effect.input_hash,
                outcome=msgspec.to_builtins(effect.outcome),
                at=execution.frontier_at,
            )
            for effect in effects
        ),
        update_conflicts=True,
        unique_fields=["execution", "ordinal"],
        update_fields=["code_hash", "input_hash", "outcome", "at"],
    )


def _decide(row: Execution, done: Slice) -> None:
    """Is anything still wanted? Then the lease goes on; else it ends with this transaction."""
    if resumed := row.error == NO_SPACE.message:
        row.state, row.error = ExecutionState.RUNNING, ""
    met = (done.reached or done.endless) and row.demand_token == done.demand.token
    due = row.commands.filter(status=CommandStatus.PENDING, at__lte=row.frontier_at).exists()
    if due:
        done.priority = dispatch.CLICKED
    elif done.answers or row.demand_token != done.demand.token:
        done.priority = dispatch.FRESH
    if met:
        row.demand_kind, row.demand_at = DemandKind.NONE, None
        if done.endless:
            row.state, row.error = ExecutionState.STOPPED, ENDLESS
    row.wanted = due or bool(row.demand_kind)
    long_running = row.wanted and (row.long_running or done.demanded_s > LONG_S)
    if (
        row.wanted
        and not met
        and row.state == ExecutionState.RUNNING
        and row.long_running == long_running
        and not resumed
    ):
        return
    row.long_running = long_running
    if row.wanted:
        row.state = ExecutionState.RUNNING
    else:
        row.state = ExecutionState.IDLE if row.state == ExecutionState.RUNNING else row.state
        row.lease_until = wall_clock.now()
    row.save(update_fields=["demand_kind", "demand_at", "wanted", "state", "long_running", "lease_until", "error"])
