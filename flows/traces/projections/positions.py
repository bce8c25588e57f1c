"""Where everyone is: the fold behind gauges, contents and dead letters.

Theory of operation. A position is one integer: node · 16 + place, where the place is the index of a state in PLACES (0 is
nowhere). A record whose kind has a `to` puts its subject at the record's node in that state. Counting is the same table read
twice: whoever leaves a present state is subtracted where they were, whoever arrives is added; finished states only ever grow.

A `Positions` is a snapshot: folding more records into it gives the later snapshot, whatever the cuts between them. It holds
integer columns only, and whole chunks are folded at once with numpy: within a chunk, a record's position before is that of
the record before it about the same subject, found by a stable sort.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from flows.engine.kinds import FINISHED, PRESENT, KindTable
from flows.engine.segment import Column, Segment

PLACES = ("", *PRESENT, *FINISHED)
PLACE_CODES = {place: code for code, place in enumerate(PLACES)}
PLACE_BITS = 4
PLACE_MASK = (1 << PLACE_BITS) - 1
LAST_PRESENT = len(PRESENT)
KIND_ROOM = 1 << 16


def position(node: int, place: str) -> int:
    """A place at a node in one number."""
    return node << PLACE_BITS | PLACE_CODES[place]


def is_present(where: Column) -> Column:
    """Which of these positions are at a place where one can be, rather than finished or nowhere yet."""
    places = where.astype(np.uint8) & np.uint8(PLACE_MASK)
    present: Column = places - np.uint8(1) < LAST_PRESENT  # nowhere is 255 then
    return present


@dataclass(slots=True)
class Positions:
    """Everyone's position after `sequence` records."""

    kinds: KindTable
    sequence: int = 0
    where: Column = field(default_factory=lambda: np.zeros(1, dtype=np.uint32))
    """By subject: node and place, 0 = nowhere yet."""
    settled_by: Column = field(default_factory=lambda: np.zeros(1, dtype=np.uint32))
    """By subject: the record that put it there, 0 = none."""
    counts: Column = field(default_factory=lambda: np.zeros(1 << PLACE_BITS, dtype=np.int64))
    """By position: how many are there, or, in a finished place, ever ended there."""

    def fold(self, segment: Segment, count: int | None = None) -> Positions:
        """Take in the segment's records (the first `count` of them); answers itself."""
        return self.fold_columns(segment.first, segment.columns, count)

    def fold_columns(self, first: int, columns: Mapping[str, Column], count: int | None = None) -> Positions:
        """The same of bare columns, of which it reads subject, kind and node; `first` is the first record's sequence."""
        subject, kind, node = (columns[name][:count] for name in ("subject", "kind", "node"))
        codes = _codes(self.kinds)[kind]
        placing = np.flatnonzero((codes > 0) & (subject > 0))
        subjects = subject[placing].astype(np.int64)
        after = (node[placing].astype(np.int64) << PLACE_BITS) | codes[placing]
        self._fit(subjects, after)
        before = self._before(subjects, after)
        moved = before != after
        left = before[moved]
        left = left[(left > 0) & ((left & PLACE_MASK) <= LAST_PRESENT)]
        room = len(self.counts)
        self.counts += np.bincount(after[moved], minlength=room) - np.bincount(left, minlength=room)
        self.where[subjects] = after
        self.settled_by[subjects] = first + placing
        self.sequence = first + len(kind) - 1
        return self

    def at(self, node: int, place: str) -> list[int]:
        """The subjects in a place at a node, oldest first."""
        found: list[int] = np.flatnonzero(self.where == position(node, place)).tolist()
        return found

    def present_at(self, nodes: Iterable[int]) -> list[int]:
        """The subjects present at any of these nodes."""
        return [subject for node in nodes for place in PRESENT for subject in self.at(node, place)]

    def count(self, node: int, place: str) -> int:
        """How many are in a place at a node; of a finished place, how many ever ended so."""
        here = position(node, place)
        return int(self.counts[here]) if here < len(self.counts) else 0

    def counters(self) -> dict[int, dict[str, int]]:
        """Node → place → how many; only those that are not 0."""
        found: dict[int, dict[str, int]] = {}
        for here in np.flatnonzero(self.counts).tolist():
            found.setdefault(here >> PLACE_BITS, {})[PLACES[here & PLACE_MASK]] = int(self.counts[here])
        return found

    def copy(self) -> Positions:
        """A snapshot that stays as it is while this one goes on."""
        return Positions(self.kinds, self.sequence, self.where.copy(), self.settled_by.copy(), self.counts.copy())

    def _fit(self, subjects: Column, after: Column) -> None:
        """Make room for new subjects and nodes."""
        people = int(subjects.max(initial=0)) + 1
        self.where = grown(self.where, people)
        self.settled_by = grown(self.settled_by, people)
        places = ((int(after.max(initial=0)) >> PLACE_BITS) + 1) << PLACE_BITS
        self.counts = grown(self.counts, places)

    def _before(self, subjects: Column, after: Column) -> Column:
        """Each record's subject's position before it."""
        before = self.where[subjects].astype(np.int64)
        order = np.argsort(subjects, kind="stable")
        again = np.flatnonzero(subjects[order][1:] == subjects[order][:-1])
        before[order[again + 1]] = after[order[again]]
        return before


@lru_cache(maxsize=4)
def _codes(kinds: KindTable) -> Column:
    """By kind: the place it puts its subject into."""
    codes = np.zeros(KIND_ROOM, dtype=np.int64)
    for kind in kinds:
        codes[kind.number] = PLACE_CODES[kind.to]
    return codes


def grown(column: Column, size: int) -> Column:
    """The column, at least so long; by doubling, so that what grows chunk by chunk is copied a few times only."""
    if len(column) >= size:
        return column
    grown = np.zeros(max(size, len(column) * 2), dtype=column.dtype)
    grown[: len(column)] = column
    return grown
