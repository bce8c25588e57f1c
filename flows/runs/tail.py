"""From what a simulation recorded to chunk rows: aligned blocks of 4096, and provisional pieces of the last one.

A slice rarely ends where a block does, so the last block lies there in pieces: one per slice. They are joined when the block
is full, and when they have become many: a browser that opens the execution reads few rows, and no record is encoded more than
a few times. What is written is prepared before the transaction begins.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.models import TraceChunk
from flows.runs import bodies
from flows.runs.bodies import NewBodies
from flows.traces import chunk as codec

if TYPE_CHECKING:
    from flows.engine.segment import Segment
    from flows.models import Execution

PIECES = 16


@dataclass(slots=True)
class Tail:
    """What a commit writes. Stored pieces from sequence `replaces` on are part of the first chunk."""

    chunks: list[TraceChunk] = field(default_factory=list)
    replaces: int | None = None
    new_bodies: NewBodies = field(default_factory=NewBodies)

    def write(self, execution: Execution) -> None:
        """Within the slice's transaction."""
        if self.replaces is not None:
            TraceChunk.objects.filter(execution=execution, first__gte=self.replaces).delete()
        TraceChunk.objects.bulk_create(self.chunks)
        self.new_bodies.write(execution)


def prepare(execution: Execution, segment: Segment | None) -> Tail:
    if segment is None:
        return Tail()
    tail = Tail(new_bodies=bodies.prepare(execution, segment.bodies))
    blocks = list(codec.cut(segment))
    pieces = _stored_pieces(execution, segment.first)
    if pieces and (_ends_block(blocks[0].last) or len(pieces) + 1 >= PIECES):
        tail.replaces = pieces[0].first
        blocks[0] = codec.join([*(codec.decode(piece.frame) for piece in pieces), blocks[0]])
    tail.chunks = [as_row(execution, codec.encode(block, str(execution.id), execution.generation)) for block in blocks]
    return tail


def cut_at(execution: Execution, at: int, subjects: int) -> TraceChunk | None:
    """What is left of the chunk that a truncation at `at` goes through, in the generation that begins."""
    straddling = execution.chunks.filter(first_at__lte=at, last_at__gt=at).order_by("-first").first()
    if straddling is None:
        return None
    kept = codec.keep_until(straddling.frame, at, subjects)
    return None if kept is None else as_row(execution, kept)


def as_row(execution: Execution, frame: bytes) -> TraceChunk:
    header = codec.read_header(frame)
    cold_from = len(frame) - header["cold"]["length"]
    hot_from = cold_from - header["hot"]["length"]
    last = header["first"] + header["count"] - 1
    return TraceChunk(
        execution=execution,
        generation=header["generation"],
        first=header["first"],
        last=last,
        first_at=header["first_at"],
        last_at=header["last_at"],
        header=frame[:hot_from],
        hot=frame[hot_from:cold_from],
        cold=frame[cold_from:],
        provisional=not _ends_block(last),
    )


def _stored_pieces(execution: Execution, first: int) -> list[TraceChunk]:
    """Those of the block that `first` goes on with."""
    block_first = (first - 1) // codec.CHUNK_RECORDS * codec.CHUNK_RECORDS + 1
    return list(execution.chunks.filter(first__gte=block_first, first__lt=first).order_by("first"))


def _ends_block(last: int) -> bool:
    return last % codec.CHUNK_RECORDS == 0
