"""Positions at any instant from the keyframe before it and at most 16 chunks; and writing those keyframes, behind the run.

A keyframe is made in upkeep, one in a step, from the one before it. It is conditional on the generation like compaction; a
truncation takes back what lies after its last record. Without any, everything is folded: only slower.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction
from django.db.models import F

from flows.models import Execution, Keyframe, TraceChunk
from flows.runs import hot, reading
from flows.services.kinds import KINDS
from flows.traces import keyframe
from flows.traces.chunk import CHUNK_RECORDS, decode_hot
from flows.traces.projections.positions import Positions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from flows.engine.segment import Column

CHUNKS = 16
RECORDS = CHUNKS * CHUNK_RECORDS
AT_A_TIME = 50


def positions_at(execution_id: UUID, at: int) -> Positions:
    """Where everyone is after everything up to and including the instant."""
    before = Keyframe.objects.filter(execution_id=execution_id, at__lte=at).order_by("sequence").last()
    while True:
        positions = keyframe.unpack(KINDS, bytes(before.blob)) if before else Positions(KINDS)
        chunks = TraceChunk.objects.filter(execution_id=execution_id, first__gt=positions.sequence, first_at__lte=at)
        listed = chunks.order_by("first").values_list("generation", "first", "last")
        with suppress(hot.Gone):
            for first, columns in hot.parts(execution_id, listed):
                positions.fold_columns(first, columns, int(np.searchsorted(columns["at"], at, side="right")))
            return positions


def chunks_from(execution_id: UUID, after: int = 0) -> Iterator[tuple[int, dict[str, Column]]]:
    """First sequence and hot columns of each; a few at a time, so that no read holds the database for long."""
    while chunks := reading.chunks_after(execution_id, after, CHUNKS):
        yield from (decode_hot(frame) for *_, frame in chunks)
        after = chunks[-1][1]


def waiting() -> list[UUID]:
    """Executions that have come to where the next one belongs."""
    found = Execution.objects.filter(head__gte=F("keyframed") + RECORDS).order_by("updated_at")
    return list(found.values_list("id", flat=True)[:AT_A_TIME])


def write_next(execution_id: UUID) -> bool:
    """The next keyframe, if there is enough for it."""
    execution = Execution.objects.filter(id=execution_id).first()
    if execution is None or execution.head < execution.keyframed + RECORDS:
        return False
    sequence = execution.keyframed + RECORDS
    before = Keyframe.objects.filter(execution=execution, sequence=execution.keyframed).first()
    positions = keyframe.unpack(KINDS, bytes(before.blob)) if before else Positions(KINDS)
    at = 0
    for first, columns in chunks_from(execution_id, positions.sequence):
        positions.fold_columns(first, columns)
        at = int(columns["at"][-1])
        if positions.sequence >= sequence:
            break
    if positions.sequence != sequence:
        return False
    new = Keyframe(execution=execution, sequence=sequence, at=at, blob=keyframe.pack(positions))
    with transaction.atomic():
        held = Execution.objects.filter(
            id=execution.id, generation=execution.generation, keyframed=execution.keyframed
        ).update(keyframed=sequence)
        if held:
            new.save(force_insert=True)
    return bool(held)


def drop_after(execution: Execution, sequence: int) -> None:
    """Within a truncation's transaction."""
    Keyframe.objects.filter(execution=execution, sequence__gt=sequence).delete()
