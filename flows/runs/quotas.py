"""How much one account may have, where there are accounts: so that nobody uses up what belongs to all.

| setting | bounds | asked |
|---|---|---|
| `MOST_EXECUTIONS` | executions of one account | when one begins, or is forked |
| `MOST_BYTES` | what its documents and executions take in the database | then, when a document is written, and when a run should go on |
| `MOST_RUNNING` | executions of it that should go on at once | when one more should |

0 is no bound. What belongs to nobody, as everything does on one's own machine, has none. Counted without a lock: of two that
ask at one moment both may pass. A run that outgrows the bytes is stopped within seconds by the one that looks around
(`stop_excess`); what it recorded is kept, and nothing is ever deleted for a quota's sake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.db.models import Sum
from django.db.models.functions import Length

from flows.models import Execution, TopologyVersion
from flows.runs import usage
from flows.runs.api import stop
from flows.runs.refusals import Refusal

if TYPE_CHECKING:
    from uuid import UUID

REMEMBERED_S = 10
"""A run that is watched asks every second, and to add up what an account has takes a while."""
MEGABYTE = 1024 * 1024
MORE = "Delete executions or topologies that you no longer need, or ask whoever looks after this installation for more."


class OverQuota(Exception):
    """The account has as much as it may."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def may_begin(owner_id: int | None) -> None:
    """One more execution; raises `OverQuota`."""
    _raise(_too_many(owner_id) or too_large(owner_id))


def may_write(owner_id: int | None) -> None:
    """One more document; raises `OverQuota`."""
    _raise(too_large(owner_id))


def why_not_fork(execution_id: UUID) -> Refusal | None:
    """Why the owner of an execution may not have one more."""
    owner_id = _owner_of(execution_id)
    return _too_many(owner_id) or too_large(owner_id)


def why_not_go_on(execution_id: UUID) -> Refusal | None:
    """Why an execution may not go on for its owner's sake."""
    owner_id = _owner_of(execution_id)
    if owner_id is None:
        return None
    most = settings.MOST_RUNNING
    if most:
        running = Execution.objects.filter(owner_id=owner_id, wanted=True).exclude(id=execution_id).count()
        if running >= most:
            said = f"{running:,} executions of yours are running, as many as one account may have at once here."
            return Refusal("TooManyRunning", said, "Wait until one of them is done, or stop one.")
    return too_large(owner_id, remembered=True)


def too_large(owner_id: int | None, *, remembered: bool = False) -> Refusal | None:
    most = settings.MOST_BYTES
    if owner_id is None or not most:
        return None
    taken = cache.get(f"taken:{owner_id}") if remembered else None
    if taken is None:
        taken = taken_by(owner_id)
        cache.set(f"taken:{owner_id}", taken, REMEMBERED_S)
    if taken < most:
        return None
    said = f"Your topologies and executions take {taken // MEGABYTE:,} MB; one account may store {most // MEGABYTE:,} MB here."
    return Refusal("TooMuchStored", said, MORE)


def taken_by(owner_id: int) -> int:
    """Bytes, of what its executions recorded and its documents say."""
    ids = list(Execution.objects.filter(owner_id=owner_id).order_by().values_list("id", flat=True))
    versions = TopologyVersion.objects.filter(topology__owner_id=owner_id).order_by()
    documents = versions.aggregate(bytes=Sum(Length("document") + Length("report")))["bytes"] or 0
    pages = (ids[first : first + usage.AT_A_TIME] for first in range(0, len(ids), usage.AT_A_TIME))
    return documents + sum(sum(usage.of_executions(page).values()) for page in pages)


def stop_excess() -> int:
    """Runs of accounts that have too much; how many were stopped."""
    if not settings.MOST_BYTES:
        return 0
    stopped = 0
    running = Execution.objects.filter(wanted=True, owner__isnull=False).order_by()
    for owner_id in set(running.values_list("owner_id", flat=True)):
        refusal = too_large(owner_id)
        for execution_id in running.filter(owner_id=owner_id).values_list("id", flat=True) if refusal else ():
            stop(execution_id)
            stopped += 1
    return stopped


def _too_many(owner_id: int | None) -> Refusal | None:
    most = settings.MOST_EXECUTIONS
    if owner_id is None or not most or Execution.objects.filter(owner_id=owner_id).count() < most:
        return None
    return Refusal("TooManyExecutions", f"You have {most:,} executions, as many as one account may have here.", MORE)


def _owner_of(execution_id: UUID) -> int | None:
    return Execution.objects.filter(id=execution_id).values_list("owner_id", flat=True).first()


def _raise(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise OverQuota(refusal)
