"""What the web side may ask of executions. All of it is synchronous and writes rows only: workers do the work.

A verb that cannot be done for a reason a person should read answers with a `Refusal`; nothing is raised for it. A row that is
not there raises `Execution.DoesNotExist`. Commands are idempotent by their key, demands by being targets.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Min, Q

from flows.models import (
    Checkpoint,
    Command,
    CommandStatus,
    DemandKind,
    Execution,
    ExecutionState,
)
from flows.runs import dispatch, doorbell, forks, leases, wall_clock
from flows.runs.reading import Kept, Status, bodies, chunks_after, kept_since, status
from flows.runs.refusals import NO_SPACE, OTHER_ENGINE, Refusal, already_failed
from flows.simulation import ENGINE_FINGERPRINT

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import User

    from flows.models import TopologyVersion

__all__ = [
    "Kept",
    "Status",
    "Submitted",
    "bodies",
    "chunks_after",
    "create_execution",
    "delete_execution",
    "demand",
    "fork",
    "kept_since",
    "set_seen",
    "status",
    "stop",
    "submit_command",
]

EPOCH = "2026-01-01T00:00:00Z"
SEEDS = 2**32


@dataclass(frozen=True, slots=True)
class Submitted:
    """`command` belongs to `fork` if there is one; with a refusal there is neither."""

    command: Command | None = None
    fork: Execution | None = None
    refusal: Refusal | None = None


# ── beginning and ending ──────────────────────────────────────────────────────────────────────────────────────────────


def create_execution(
    version: TopologyVersion,
    *,
    name: str = "",
    seed: int | None = None,
    actor: str = "",
    owner: User | None = None,
    epoch: str = EPOCH,
) -> Execution:
    """A new execution, at instant 0, in which nothing has happened."""
    return Execution.objects.create(
        topology_version=version,
        name=name,
        seed=secrets.randbelow(SEEDS) if seed is None else seed,
        epoch=epoch,
        engine_fingerprint=ENGINE_FINGERPRINT,
        created_by=actor,
        owner=owner,
    )


def fork(execution_id: UUID, at: int, actor: str, owner: User | None = None) -> Execution:
    """A new execution with the same past up to `at`."""
    with transaction.atomic():
        return forks.fork(_locked(execution_id), at, actor=actor, owner=owner)


def stop(execution_id: UUID) -> None:
    """Ask for nothing more; a slice under way is the last, and its lease goes to nobody. The next demand goes on."""
    stopped = Execution.objects.filter(~Q(state=ExecutionState.FAILED), id=execution_id).update(
        demand_kind=DemandKind.NONE,
        demand_at=None,
        demand_token=F("demand_token") + 1,
        wanted=False,
        long_running=False,
        state=ExecutionState.STOPPED,
        lease_until=wall_clock.now(),
    )
    if stopped:
        doorbell.ring(Execution.objects.get(id=execution_id))


def delete_execution(execution_id: UUID) -> None:
    """Gone, with all that belongs to it. Forks live on, without a parent.

    The row is locked first: a slice that would commit meanwhile waits, and finds no row. On a server it would otherwise add chunks
    to what is half deleted, and the deletion would be refused.
    """
    with transaction.atomic():
        found = Execution.objects.filter(id=execution_id)
        list(found.select_for_update().values_list("pk"))
        found.delete()
    Checkpoint.objects.filter(execution_id=execution_id).delete()


# ── asking and doing ──────────────────────────────────────────────────────────────────────────────────────────────────


def demand(execution_id: UUID, *, kind: str, until_at: int | None = None, actor: str = "") -> Refusal | None:  # noqa: ARG001
    """Replace what is asked of the execution. An instant that lies behind the frontier is met already."""
    kind = DemandKind(kind)
    with transaction.atomic():
        execution = _locked(execution_id)
        if refusal := _refusal_to_go_on(execution):
            return refusal
        if (
            kind == DemandKind.UNTIL
            and until_at is not None
            and not execution.wanted
            and until_at < execution.frontier_at
        ):
            return None
        priority = dispatch.CLICKED if kind in (DemandKind.STEP, DemandKind.NEXT) else dispatch.FRESH
        _want(execution, priority, demand_kind=kind, demand_at=until_at, demand_token=F("demand_token") + 1)
    return None


def wake(execution_id: UUID) -> None:
    """Somebody is looking. Stranded, it goes on; and the way to the workers is open before the first click needs it (opening it
    takes half a second, once). What stands in a queue stays there: its worker has it in memory.
    """
    row = Execution.objects.filter(id=execution_id).first()
    long_running = row is not None and row.long_running
    stranded = row is not None and row.wanted and (not leases.is_live(row) or leases.is_gone(row.lease_owner))
    dispatch.hint(execution_id, long_running=long_running, token=None if stranded else dispatch.VOID)


def submit_command(
    execution_id: UUID, *, key: str, at: int, operation: str, params: dict[str, Any], actor: str
) -> Submitted:
    """Write a command into the log, or into a fork's if its instant has been seen already."""
    with transaction.atomic():
        execution = _locked(execution_id)
        if known := execution.commands.filter(key=key).first():
            return Submitted(known)
        if forked := Execution.objects.filter(parent=execution, fork_key=key).first():
            return Submitted(forked.commands.get(key=key), forked)
        branch = None
        if at < execution.seen_at or execution.engine_fingerprint != ENGINE_FINGERPRINT:
            branch = execution = forks.fork(execution, at, actor=actor, owner=execution.owner, fork_key=key)
        elif execution.state == ExecutionState.FAILED:
            return Submitted(refusal=already_failed(execution.error))
        command = Command.objects.create(
            execution=execution,
            ordinal=execution.next_ordinal,
            at=at,
            actor=actor,
            key=key,
            operation=operation,
            params=params,
        )
        Execution.objects.filter(id=execution.id).update(next_ordinal=F("next_ordinal") + 1)
        if branch is None and at <= execution.frontier_at:
            _want_applied(execution, at)
        transaction.on_commit(lambda: doorbell.ring_for_command(execution.id, command.ordinal))
    return Submitted(command, branch)


def set_seen(execution_id: UUID, at: int) -> None:
    """The driver's playhead. It only goes forward, never past the frontier, never past a command that may truncate."""
    with transaction.atomic():
        execution = _locked(execution_id)
        pending = execution.commands.filter(status=CommandStatus.PENDING).aggregate(first_at=Min("at"))["first_at"]
        seen_at = min(at, execution.frontier_at, execution.frontier_at if pending is None else pending)
        if seen_at > execution.seen_at:
            Execution.objects.filter(id=execution_id).update(seen_at=seen_at)


# ── within a transaction ──────────────────────────────────────────────────────────────────────────────────────────────


def _locked(execution_id: UUID) -> Execution:
    """SQLite has locked the whole file already (`transaction_mode IMMEDIATE`)."""
    return Execution.objects.select_for_update().get(id=execution_id)


def _refusal_to_go_on(execution: Execution) -> Refusal | None:
    if execution.state == ExecutionState.FAILED:
        return already_failed(execution.error)
    return OTHER_ENGINE if execution.engine_fingerprint != ENGINE_FINGERPRINT else None


def _want_applied(execution: Execution, at: int) -> None:
    """A command is due. What is asked of the execution anyway leads past it; if nothing is, its instant is asked for."""
    if execution.demand_kind:
        _want(execution, dispatch.CLICKED)
    else:
        asked = {"demand_kind": DemandKind.UNTIL, "demand_at": at, "demand_token": F("demand_token") + 1}
        _want(execution, dispatch.CLICKED, **asked)


def _want(execution: Execution, priority: int, **changes: Any) -> None:
    """Whoever is at work on it sees it when it commits, and a click in its queue makes that soon; otherwise somebody has to be woken."""
    if execution.error != NO_SPACE.message:  # that is said until something could be written again
        changes |= {"state": ExecutionState.RUNNING, "error": ""}
    Execution.objects.filter(~Q(state=ExecutionState.FAILED), id=execution.id).update(wanted=True, **changes)
    if priority == dispatch.CLICKED or not leases.is_held(execution):
        dispatch.hint_after_commit(execution.id, long_running=execution.long_running, priority=priority)
