"""A window on a long run: where it begins, and the whole run's timeline, without reading the whole run.

Theory of operation. A browser holds a run of up to `LONG` records whole. Of a longer one it holds a stretch around its playhead, which
begins at the end of a chunk, `LEAD` chunks before the one that the playhead is in (what is on its way set out before it). Who is
where at that record comes from the keyframe before it and at most 16 chunks, folded; what was counted, from the shares beside
the chunks (`flows.traces.totals`). Chunks that upkeep has not packed yet have no share: theirs is made here, and remembered.

The positions last asked for are kept, a few for the whole process: who scrubs asks for neighbours. So is what was read of the
list of chunks, as far as they are packed and full: within a generation of the execution those stay as they are. What belongs to another
generation has another key, so nothing here can be stale.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.models import Execution, Keyframe, TraceChunk
from flows.runs import hot
from flows.services.kinds import KINDS
from flows.traces import keyframe, totals, window
from flows.traces.chunk import CHUNK_RECORDS, decode
from flows.traces.projections.positions import Positions
from flows.traces.totals import MOVES, Share, Totals

if TYPE_CHECKING:
    from uuid import UUID

LONG = 32 * CHUNK_RECORDS
LEAD = 2
KEPT = 8
SHARES = 2048
STRETCH = ("generation", "first", "last", "first_at", "last_at", "totals", "lasting")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A chunk, as the list of chunks tells it."""

    generation: int
    first: int
    last: int
    first_at: int
    last_at: int
    share: Share


def beginning(execution_id: UUID, at: int) -> tuple[int, int, bytes] | None:
    """(generation, the record before it, its frame) of the window in which `at` is seen; None: there is no such execution."""
    generations = Execution.objects.filter(id=execution_id).values_list("generation", flat=True)
    generation = generations.first()
    while generation is not None:
        found = _beginning(execution_id, generation, at)
        standing, generation = generation, generations.first()
        if found and standing == generation:
            return generation, *found
    return None


def _beginning(execution_id: UUID, generation: int, at: int) -> tuple[int, bytes] | None:
    """None: what is stored has changed meanwhile."""
    known = stretches(execution_id, generation)
    before = known[: bisect_left(known, at, key=lambda each: each.last_at)][:-LEAD]
    try:
        positions = _positions_after(execution_id, before)
    except hot.Gone:
        with _lock:
            _packed.pop((execution_id, generation), None)
        return None
    frame = window.encode(
        positions,
        Totals.of(each.share.totals for each in before),
        (each.share.lasting for each in before if each.share.lasting),
        execution=str(execution_id),
        generation=generation,
        at=before[-1].last_at if before else 0,
        asked=at,
    )
    return (before[-1].last if before else 0), frame


def timeline(execution_id: UUID, count: int, until_at: int) -> list[dict[str, int]]:
    """`count` equal stretches from 0 to `until_at`, as `projections.timelines.bins`, but to the precision of a chunk: what a chunk
    counts is spread evenly over the time it covers.
    """
    edges = np.array([until_at * index // count for index in range(count + 1)], dtype=np.int64)
    sums = np.zeros((2, count + 1))
    generation = Execution.objects.filter(id=execution_id).values_list("generation", flat=True).first()
    for each in stretches(execution_id, generation) if generation is not None else ():
        share = Totals.of([each.share.totals])
        length = max(1, each.last_at - each.first_at)
        part = np.clip((edges - each.first_at + (each.last_at == each.first_at)) / length, 0, 1)
        for row in (0, 1):
            sums[row] += part * share.one(MOVES, row)
    sums[:, 0] = 0
    records, failures = np.diff(np.rint(sums)).astype(int)
    return [
        {"from": int(edge), "records": int(moved), "failures": int(failed)}
        for edge, moved, failed in zip(edges[:-1], records, failures, strict=True)
    ]


def stretches(execution_id: UUID, generation: int) -> list[Stretch]:
    """All chunks in order, each with its share, of an execution that is in this generation."""
    key = (execution_id, generation)
    with _lock:
        known = _packed.get(key, [])
    found = TraceChunk.objects.filter(execution_id=execution_id, first__gt=known[-1].last if known else 0)
    rows = found.order_by("first").values_list(*STRETCH)
    read = [_stretch(execution_id, row) for row in rows]
    staying = sum(1 for _ in takewhile(_stays, rows))
    with _lock:
        _packed[key] = known + read[:staying]
        _packed.move_to_end(key)
        while len(_packed) > KEPT:
            _packed.popitem(last=False)
    return known + read


def forget() -> None:
    """As if nobody had asked yet."""
    with _lock:
        _kept.clear()
        _packed.clear()
    hot.forget()
    _share.cache_clear()


def _stays(row: tuple[Any, ...]) -> bool:
    """Packed, and full: as long as the generation is the same nobody writes it again."""
    _, _, last, _, _, counted, _ = row
    return bool(counted) and last % CHUNK_RECORDS == 0


def _stretch(execution_id: UUID, row: tuple[Any, ...]) -> Stretch:
    generation, first, last, first_at, last_at, counted, lasting = row
    stored = Share(bytes(counted), bytes(lasting)) if counted else _share(execution_id, generation, first, last)
    return Stretch(generation, first, last, first_at, last_at, stored)


@lru_cache(maxsize=SHARES)
def _share(execution_id: UUID, generation: int, first: int, last: int) -> Share:
    """Of a chunk that is not packed; named by its records, so that one which has grown is another."""
    row = TraceChunk.objects.filter(execution_id=execution_id, generation=generation, first=first, last=last).first()
    return totals.share(decode(row.frame), KINDS) if row else Share(b"", b"")


# ── positions ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_lock = threading.Lock()
_kept: OrderedDict[Any, Positions] = OrderedDict()
_packed: OrderedDict[tuple[UUID, int], list[Stretch]] = OrderedDict()


def _positions_after(execution_id: UUID, before: list[Stretch]) -> Positions:
    """Where everyone is after the last of these chunks; the answer is nobody's to change."""
    if not before:
        return Positions(KINDS)
    key = (execution_id, before[-1].generation, before[-1].last)
    with _lock:
        known = _kept.get(key)
        nearest = _nearest(execution_id, before)
    if known is not None:
        return known
    positions = _from_keyframe(execution_id, before[-1].last, nearest)
    until = bisect_right(before, positions.sequence, key=lambda each: each.last)
    for first, columns in hot.parts(
        execution_id, [(each.generation, each.first, each.last) for each in before[until:]]
    ):
        positions.fold_columns(first, columns)
    with _lock:
        _kept[key] = positions
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return positions


def _nearest(execution_id: UUID, before: list[Stretch]) -> Positions | None:
    """The latest that is kept of one of these chunks."""
    ours = (kept for key, kept in _kept.items() if key[0] == execution_id and _is_end_of(before, key[1], key[2]))
    return max(ours, key=lambda kept: kept.sequence, default=None)


def _is_end_of(chunks: list[Stretch], generation: int, last: int) -> bool:
    place = bisect_left(chunks, last, key=lambda each: each.last)
    return place < len(chunks) and (chunks[place].generation, chunks[place].last) == (generation, last)


def _from_keyframe(execution_id: UUID, sequence: int, nearest: Positions | None) -> Positions:
    held = Keyframe.objects.filter(execution_id=execution_id, sequence__lte=sequence).order_by("-sequence")
    newest = held.values_list("sequence", flat=True).first() or 0
    if nearest is not None and nearest.sequence >= newest:
        return nearest.copy()
    row = held.first()
    return keyframe.unpack(KINDS, bytes(row.blob)) if row else Positions(KINDS)
