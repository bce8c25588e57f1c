"""Checkpoints: a cache, so that a restart need not simulate everything again. All of them may be deleted at any moment.

Theory of operation.

- Written after a slice's commit, in a database of their own, and only while all of them together have cost at most a
  twentieth of the time spent simulating.
- One taken in an older generation is usable if it lies before every truncation since: its records and its commands are a
  prefix of what is stored.
- Opening one runs `pickle`, so it is signed with the installation's secret, and its place in the history with it. One that
  cannot be verified or opened is deleted and the next older one tried.
"""

from __future__ import annotations

import logging
from hmac import compare_digest
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.utils.crypto import salted_hmac

from flows.models import Checkpoint
from flows.runs import space, wall_clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from flows.models import Execution
    from flows.runs.cache import Live

SHARE = 0.05
"""Of the time spent simulating, at most."""
HANDED_OVER_SHARE = 0.1
FIRST_COST_S = 0.02
"""What one is expected to cost before one was written."""
KEPT = 3

logger = logging.getLogger(__name__)


def write_if_cheap(live: Live, *, handed_over: bool = False) -> bool:
    """After the commit of everything the simulation has recorded. `handed_over`: another worker goes on."""
    if not space.is_left():
        return False
    share = HANDED_OVER_SHARE if handed_over else SHARE
    if live.checkpointing_s + (live.checkpoint_cost_s or FIRST_COST_S) > share * live.simulating_s:
        return False
    began_s = wall_clock.seconds()
    written = _write(live)
    live.checkpoint_cost_s = wall_clock.seconds() - began_s
    live.checkpointing_s += live.checkpoint_cost_s
    return written


def _write(live: Live) -> bool:
    checkpoint = Checkpoint(
        execution_id=live.execution_id,
        generation=live.generation,
        at=live.simulation.now_at,
        sequence=live.simulation.sequence,
        command_at=live.position[0],
        command_ordinal=live.position[1],
        fingerprint=live.fingerprint,
        blob=live.simulation.checkpoint(),
    )
    checkpoint.signature = sign(checkpoint)
    try:
        checkpoint.save(force_insert=True)
        newest = Checkpoint.objects.filter(execution_id=live.execution_id).order_by("-id").values_list("id", flat=True)
        Checkpoint.objects.filter(id__in=list(newest[KEPT:])).delete()
    except DatabaseError as error:
        logger.warning("no checkpoint of execution %s: %s", live.execution_id, error)
        return False
    return True


def usable(execution: Execution, until_at: int, sequence: int) -> Iterator[Checkpoint]:
    """Those that lie on the stored history up to there, newest first."""
    cuts = list(execution.truncations.values_list("generation", "at"))
    candidates = Checkpoint.objects.filter(
        execution_id=execution.id, fingerprint=execution.engine_fingerprint, at__lte=until_at, sequence__lte=sequence
    ).order_by("-sequence", "-at", "-id")
    for checkpoint in candidates.iterator(chunk_size=1):
        if any(generation > checkpoint.generation and at < checkpoint.at for generation, at in cuts):
            continue
        if compare_digest(checkpoint.signature, sign(checkpoint)):
            yield checkpoint
        else:
            logger.warning(
                "checkpoint %s of execution %s is not signed by this installation", checkpoint.id, execution.id
            )
            checkpoint.delete()


def drop_after(execution_id: UUID, at: int) -> None:
    """Those past a truncation are of no use; that they stay behind does no harm."""
    try:
        Checkpoint.objects.filter(execution_id=execution_id, at__gt=at).delete()
    except DatabaseError as error:
        logger.warning("useless checkpoints of execution %s stay: %s", execution_id, error)


def sign(checkpoint: Checkpoint) -> str:
    place = (
        checkpoint.execution_id,
        checkpoint.generation,
        checkpoint.at,
        checkpoint.sequence,
        checkpoint.command_at,
        checkpoint.command_ordinal,
        checkpoint.fingerprint,
    )
    signed = salted_hmac("flows.runs.checkpoints", repr(place), algorithm="sha256")
    signed.update(bytes(checkpoint.blob))
    return signed.hexdigest()
