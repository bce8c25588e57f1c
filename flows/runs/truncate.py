"""A command in the speculative stretch: what had been simulated after its instant is cut off, and a new generation begins.

Chunks after the instant go, the one it goes through is cut, and whatever else came after (bodies, effects, answers to later
commands) is as if it had never been; later commands are pending again. It is a transaction of its own, under the lease:
killed after it, the execution simply stands at the command's instant, with the command still to be applied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Least

from flows.models import Command, CommandStatus, Execution, Truncation
from flows.runs import bodies, checkpoints, doorbell, keyframes, restore, tail, wall_clock
from flows.runs.cache import HOT
from flows.runs.leases import LeaseLost

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.runs.leases import Lease


def truncate(execution: Execution, lease: Lease, at: int, renew: Callable[[], None]) -> Execution:
    """The execution as it stands at `at`, an instant before its frontier; the hot cache holds its simulation."""
    live = restore.back_to(execution, at, renew)
    simulation = live.simulation
    kept = tail.cut_at(execution, at, len(simulation.environment.subjects))
    after = simulation.sequence
    if kept is not None and kept.last != after:
        raise restore.RecordsDiffer
    held = Execution.objects.filter(id=execution.id, lease_token=lease.token, generation=execution.generation)
    with transaction.atomic():
        moved = held.update(
            generation=execution.generation + 1,
            head=after,
            compacted=Least(F("compacted"), after),
            keyframed=Least(F("keyframed"), after // keyframes.RECORDS * keyframes.RECORDS),
            frontier_at=at,
            digest=simulation.digest(),
            next_at=simulation.next_at,
            quiet=simulation.quiet,
            seen_at=Least(F("seen_at"), at),
            updated_at=wall_clock.now(),
        )
        if not moved:
            raise LeaseLost
        execution.chunks.filter(last__gt=after).delete()
        if kept is not None:
            kept.save(force_insert=True)
        keyframes.drop_after(execution, after)
        bodies.drop_after(execution, len(simulation.environment.bodies))
        execution.effects.filter(at__gt=at).delete()
        Command.objects.filter(~Q(status=CommandStatus.PENDING), execution=execution, at__gt=at).update(
            status=CommandStatus.PENDING, result=None, error=None
        )
        Truncation.objects.create(execution=execution, generation=execution.generation + 1, at=at, after=after)
        row = Execution.objects.get(id=execution.id)
    live.stands_at(row)
    HOT.put(live)
    checkpoints.drop_after(row.id, at)
    doorbell.ring(row, truncated_at=at)
    return row
