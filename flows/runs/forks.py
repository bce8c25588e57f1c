"""A fork: a new execution with the same past.

Its past is not copied but simulated again from the copied command log and effect log: same topology, seed and commands give
the same records, and under a newer engine it is the newer engine's past, whole. It counts as seen up to where it was forked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max

from flows.models import Command, DemandKind, Effect, Execution, ExecutionState, Visibility
from flows.runs import dispatch
from flows.simulation import ENGINE_FINGERPRINT

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def fork(execution: Execution, at: int, *, actor: str, owner: User | None, fork_key: str = "") -> Execution:
    """Within a transaction that has locked `execution`. Nothing is forked from a future that has not been simulated.

    Who follows a shared execution follows its owner into the fork, too; somebody else's fork is hers alone until she shares it.
    """
    at = min(at, execution.frontier_at)
    commands = list(execution.commands.filter(at__lte=at))
    branch = Execution.objects.create(
        topology_version_id=execution.topology_version_id,
        name=execution.name,
        seed=execution.seed,
        epoch=execution.epoch,
        engine_fingerprint=ENGINE_FINGERPRINT,
        created_by=actor,
        owner=owner,
        visibility=execution.visibility if owner == execution.owner else Visibility.PRIVATE,
        parent=execution,
        forked_at=at,
        fork_key=fork_key,
        seen_at=at,
        next_ordinal=1 + (execution.commands.aggregate(last=Max("ordinal"))["last"] or 0),
        state=ExecutionState.RUNNING,
        demand_kind=DemandKind.UNTIL,
        demand_at=at,
        demand_token=1,
        wanted=True,
    )
    Command.objects.bulk_create(
        Command(
            execution=branch,
            ordinal=command.ordinal,
            at=command.at,
            actor=command.actor,
            key=command.key,
            operation=command.operation,
            params=command.params,
        )
        for command in commands
    )
    if execution.engine_fingerprint == ENGINE_FINGERPRINT:
        Effect.objects.bulk_create(
            Effect(
                execution=branch,
                ordinal=effect.ordinal,
                code_hash=effect.code_hash,
                input_hash=effect.input_hash,
                outcome=effect.outcome,
                at=effect.at,
            )
            for effect in execution.effects.filter(at__lte=at)
        )
    dispatch.hint_after_commit(branch.id)
    return branch
