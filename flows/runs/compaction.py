"""Compaction: what slices wrote is written again, packed, when a block is full and nobody waits for it.

Theory of operation. A slice writes what costs it least: chunks of format 1, the last block in pieces. `compact` goes over them
behind it, a few blocks at a time: the pieces of a block become one chunk of format 2 with the same records, and `compacted`
says how far that has come. Nothing else changes, and whoever reads does not notice: a reader holds the sequence it has got to,
takes the chunks that end after it, and leaves out of the first what it has already.

It never meets a slice or a truncation halfway. Rows are read and packed before the transaction; its first statement moves the
execution's row only if the generation is still the one that was read, and every row that was read must still be there to be
deleted, else all of it is as if it had not been. A truncation that comes after it cuts the packed chunk. A truncation under way
has read its chunk already: of a full block the packed chunk has the same first and last record, so it goes all the same; pieces
are joined only while nobody has the lease and nobody has taken it since (the fencing token).
"""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q

from flows.models import Execution, TraceChunk
from flows.runs import leases, tail, wall_clock
from flows.services.kinds import KINDS
from flows.traces import chunk as codec
from flows.traces import packed, totals
from flows.traces.mentions import mentions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

ROWS_PER_STEP = 16
AT_A_TIME = 50
AT_REST = timedelta(seconds=30)
"""An execution that has not moved for so long gets its last block joined, too."""


class Changed(Exception):
    """Somebody else changed the rows meanwhile: the next step looks again."""


def waiting() -> list[UUID]:
    """Executions that have something to compact."""
    full = Q(head__gte=F("compacted") + codec.CHUNK_RECORDS)
    at_rest = Q(wanted=False, head__gt=F("compacted"), updated_at__lt=wall_clock.now() - AT_REST)
    found = Execution.objects.filter(full | at_rest).order_by("updated_at")
    return list(found.values_list("id", flat=True)[:AT_A_TIME])


def compact(execution_id: UUID) -> bool:
    """One bounded step; whether it got further, and there may be more."""
    execution = Execution.objects.filter(id=execution_id).first()
    if execution is None:
        return False
    block = codec.CHUNK_RECORDS
    busy = execution.wanted or leases.is_live(execution)
    at_rest = not busy and execution.updated_at < wall_clock.now() - AT_REST
    until = execution.head if at_rest else execution.head // block * block
    if until <= execution.compacted:
        return False
    after = execution.compacted // block * block
    found = execution.chunks.filter(first__gt=after, last__lte=until).order_by("first")
    blocks = _whole_blocks(list(found[:ROWS_PER_STEP]), after, until)
    if busy:
        blocks = [pieces for pieces in blocks if len(pieces) == 1]
    if not blocks:
        return False
    try:
        _write(execution, blocks, fenced=not busy)
    except Changed:
        return False
    return True


def _whole_blocks(rows: Sequence[TraceChunk], after: int, until: int) -> list[list[TraceChunk]]:
    """The rows by block, as far as they follow `after` and each other and end where a block does, or at `until`."""
    if not rows or rows[0].first != after + 1 or any(one.last + 1 != other.first for one, other in pairwise(rows)):
        return []
    blocks = [list(pieces) for _, pieces in groupby(rows, lambda row: (row.first - 1) // codec.CHUNK_RECORDS)]
    last = blocks[-1][-1].last
    return blocks if last == until or last % codec.CHUNK_RECORDS == 0 else blocks[:-1]


def _write(execution: Execution, blocks: Sequence[Sequence[TraceChunk]], *, fenced: bool) -> None:
    again = [pieces for pieces in blocks if len(pieces) > 1 or not _is_packed(pieces[0])]
    new = [_packed(execution, pieces) for pieces in again]
    old = [piece.pk for pieces in again for piece in pieces]
    held = Execution.objects.filter(id=execution.id, generation=execution.generation)
    if fenced:
        held = held.filter(lease_token=execution.lease_token, wanted=False, lease_until__lte=wall_clock.now())
    with transaction.atomic():
        if not held.update(compacted=blocks[-1][-1].last):
            raise Changed
        if TraceChunk.objects.filter(pk__in=old).delete()[0] != len(old):
            raise Changed
        TraceChunk.objects.bulk_create(new)


def _packed(execution: Execution, pieces: Sequence[TraceChunk]) -> TraceChunk:
    block = codec.merge([piece.frame for piece in pieces])
    row = tail.as_row(execution, packed.encode(block, block.execution, block.generation))
    row.mentions = mentions(block)
    share = totals.share(block, KINDS)
    row.totals, row.lasting = share.totals, share.lasting
    return row


def _is_packed(row: TraceChunk) -> bool:
    return bool(row.mentions)
