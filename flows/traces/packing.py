"""How format 2 writes columns: each kind's values together, as distances from what they were expected to be.

Theory of operation. What a record says is nearly said by the records before it: a kind's records are alike (same node, the
next subject, the same wait), an invocation's request is itself, a cause is the last record about the same subject. So every
column but the kinds is written as *residuals*: the value less the expected one, signed, as 2d or -2d-1 (zigzag). What is
expected is said per kind by a letter, a *base*, whichever of the column's makes the smallest residuals:

| base | expected |
|---|---|
| `K` | the value of the record before of the same kind (of a distance back: the same target) |
| `B` | the value of the record before |
| `R` | the record's own request (column subject) |
| `D` | 0 |
| `S` | for a cause: the distance to the last record in the chunk about the same subject; 0 where there is none |
| `Q` | for a cause: the distance to the last record in the chunk whose subject is this record's request |
| `C` | for a number in a detail: how long ago the cause was (0 where the cause lies in another chunk) |

Residuals lie sorted by kind, in planes: the lowest byte of all of them, then the next byte, up to the highest that is not 0.
Planes of zeros and repeated stretches are what zstd is best at, so a column that follows the rules costs next to nothing.
Every base is a function of columns decoded before, or of the same column's earlier rows, and all of a kind have one base: so a
kind's K are sums along the kind, and the B between two other rows are sums on top of the first (`undo_pointers`). Nothing is
done row by row. The browser's twin, `packing.ts`, walks the rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import zstandard

from flows.engine.segment import Column
from flows.traces.blobs import decompressed

PLANES = 8
SIGNED = np.array([each >> 1 ^ -(each & 1) for each in range(256)], dtype=np.int64)
"""What a residual of one byte is."""
LEVEL = 9


@dataclass(frozen=True)
class Groups:
    """The rows of each kind: `numbers` in ascending order, `index` a row's group, `order` the rows sorted by group."""

    numbers: Column
    index: Column
    order: Column
    sizes: Column
    """How many rows each group has, those without any left out."""

    @classmethod
    def of(cls, kinds: Column) -> Groups:
        numbers = np.flatnonzero(np.bincount(kinds))
        places = np.zeros(int(numbers[-1]) + 1 if len(numbers) else 0, dtype=np.int64)
        places[numbers] = np.arange(len(numbers))
        return cls.numbered(numbers, places[kinds])

    @classmethod
    def numbered(cls, numbers: Column, index: Column) -> Groups:
        """Of rows whose groups are known."""
        order = np.argsort(index.astype(np.uint16), kind="stable")
        sizes = np.bincount(index)
        return cls(numbers, index, order, sizes[sizes > 0])

    @classmethod
    def alone(cls, count: int) -> Groups:
        """One group of them all."""
        rows = np.arange(count, dtype=np.int64)
        one = min(count, 1)
        return cls(np.zeros(one, dtype=np.int64), np.zeros(count, dtype=np.int64), rows, np.full(one, count))

    @cached_property
    def before(self) -> Column:
        """The row before of the same group; -1 where there is none."""
        rows = np.empty(len(self.order), dtype=np.int64)
        rows[self.order[1:]] = self.order[:-1]
        rows[self.order[self.begins]] = -1
        return rows

    @cached_property
    def begins(self) -> Column:
        """Where in `order` each group begins."""
        starts: Column = np.cumsum(self.sizes) - self.sizes
        return starts

    def sums(self, residuals: Column) -> Column:
        """Each row's residual and those of its group before it, added up."""
        if len(self.sizes) <= 1 or not residuals.any():
            return np.cumsum(residuals)
        mine = residuals[self.order]
        summed = np.cumsum(mine)
        out = np.empty_like(residuals)
        out[self.order] = summed - np.repeat(summed[self.begins] - mine[self.begins], self.sizes)
        return out

    def carried(self, values: Column, own: Column) -> Column:
        """Each row's value if it has one of its own, else that of the row before of its group; the first of a group has its own."""
        sorted_values, rows = values[self.order], np.arange(len(values), dtype=np.int64)
        stands = own[self.order]
        stands[self.begins] = True
        out = np.empty_like(values)
        out[self.order] = sorted_values[np.maximum.accumulate(np.where(stands, rows, 0))]
        return out

    def of_rows(self, bases: str) -> Column:
        """Every row's base."""
        return np.frombuffer(bases.encode(), dtype=np.uint8)[self.index]


def best(groups: Groups, residuals: Mapping[str, Column]) -> tuple[str, Column]:
    """Per group the base with the smallest residuals (the first of equals), and those residuals."""
    base, first = next(iter(residuals.items()))
    if len(residuals) == 1 or not first.any():
        return base * len(groups.numbers), first
    costs = [_cost(groups, each) for each in residuals.values()]
    chosen = np.argmin(costs, axis=0)
    letters, used = list(residuals), sorted(set(chosen.tolist()))
    mixed = residuals[letters[used[0]]]
    for each in used[1:]:
        mixed = np.where((chosen == each)[groups.index], residuals[letters[each]], mixed)
    return "".join(letters[each] for each in chosen.tolist()), mixed


def _cost(groups: Groups, residuals: Column) -> Column:
    """How many bits each group's residuals take: an exponent of a whole number is how long it is."""
    _, bits = np.frexp(residuals)
    return np.bincount(groups.index, weights=bits, minlength=len(groups.numbers))


def at_row(values: Column, rows: Column, otherwise: int = 0) -> Column:
    """`values[rows]`, and `otherwise` where a row is -1."""
    return np.append(values, otherwise)[rows]


def to_planes(residuals: Column, order: Column) -> tuple[int, bytes]:
    """The residuals in that order as planes of bytes, and how many planes."""
    if not residuals.any():
        return 0, b""
    coded = ((residuals << 1) ^ (residuals >> 63))[order].astype("<u8", copy=False)
    planes = (int(coded.max()).bit_length() + 7) // 8
    return planes, coded.view(np.uint8).reshape(-1, PLANES).T[:planes].tobytes()


def from_planes(raw: bytes, planes: int, groups: Groups) -> Column:
    """What `to_planes` wrote, in the rows' own order."""
    count = len(groups.order)
    if not planes:
        return np.zeros(count, dtype=np.int64)
    bytes_of = np.frombuffer(raw, dtype=np.uint8).reshape(planes, count)
    if planes == 1:
        signed: Column = SIGNED[bytes_of[0]]
    else:
        unsigned = bytes_of[0].astype(np.uint64)
        for place in range(1, planes):
            unsigned |= bytes_of[place].astype(np.uint64) << np.uint64(8 * place)
        signed = (unsigned >> np.uint64(1)).view(np.int64) ^ -(unsigned & np.uint64(1)).view(np.int64)
    if len(groups.sizes) <= 1:
        return signed
    out: Column = np.empty_like(signed)
    out[groups.order] = signed
    return out


class LastAbout:
    """For rows with these subjects: which row was the last about a subject before another row."""

    def __init__(self, subjects: Column) -> None:
        self._bits = len(subjects).bit_length()
        self._rows = np.arange(len(subjects), dtype=np.int64)
        self._keys = np.sort(subjects.astype(np.int64) << self._bits | self._rows)

    def distance(self, wanted: Column) -> Column:
        """How far back from every row the last one is whose subject is `wanted` there; 0 where there is none."""
        before = np.searchsorted(self._keys, wanted.astype(np.int64) << self._bits | self._rows) - 1
        found = np.append(self._keys, -1)[before]
        return np.where(found >> self._bits == wanted, self._rows - (found & (1 << self._bits) - 1), 0)


def distances(groups: Groups, values: Column, others: Mapping[str, Column]) -> dict[str, Column]:
    """The residuals of a distance back: to the same target as the group's last one (K), as it is (D), and `others`."""
    target = np.arange(len(values), dtype=np.int64) - values
    found = {"D": values, "K": target - at_row(target, groups.before)}
    return found | {base: values - expected for base, expected in others.items()}


def undo_distances(groups: Groups, residuals: Column, bases: str, others: Mapping[str, Column]) -> Column:
    """The distances behind the residuals."""
    letters = groups.of_rows(bases)
    values = residuals.copy()
    for base, expected in others.items():
        values += np.where(letters == ord(base), expected, 0)
    if "K" not in bases:
        return values
    return np.where(letters == ord("K"), np.arange(len(values), dtype=np.int64) - groups.sums(residuals), values)


def undo_pointers(groups: Groups, residuals: Column, bases: str, start: int, leaf: Column | None = None) -> Column:
    """The values behind residuals of K and B, and of R (`leaf`: what the residual is added to)."""
    if "B" not in bases and "R" not in bases:
        return groups.sums(residuals) + start
    letters = groups.of_rows(bases)
    values = groups.sums(residuals) + start if "K" in bases else residuals.copy()
    if leaf is not None:
        values = np.where(letters == ord("R"), residuals + leaf, values)
    follows = letters == ord("B")
    if not follows.any():
        return values
    rows = np.arange(len(residuals), dtype=np.int64)
    anchor = np.maximum.accumulate(np.where(follows, -1, rows))
    summed = np.cumsum(np.where(follows, residuals, 0))
    return np.where(follows, at_row(values, anchor, start) + summed - at_row(summed, anchor), values)


@dataclass(slots=True)
class Blob:
    """Columns on their way into a blob."""

    raw: bytearray = field(default_factory=bytearray)
    columns: list[list[Any]] = field(default_factory=list)

    def add(self, name: str, groups: Groups, residuals: dict[str, Column]) -> None:
        bases, chosen = best(groups, residuals)
        planes, written = to_planes(chosen, groups.order)
        self.raw += written
        self.columns.append([name, planes, bases])

    def close(self, words: dict[str, Any]) -> tuple[bytes, dict[str, int]]:
        """The blob and what the header says of it."""
        text = json.dumps({"columns": self.columns, **words}, separators=(",", ":")).encode()
        whole = bytes(self.raw) + text
        packed = zstandard.ZstdCompressor(level=LEVEL).compress(whole)
        return packed, {"length": len(packed), "raw": len(whole), "words": len(text)}


class Reader:
    """A decompressed blob: its columns one after another, then its words."""

    def __init__(self, packed: bytes, entry: dict[str, int]) -> None:
        self.raw = decompressed(packed, entry["raw"])
        self.words: dict[str, Any] = json.loads(self.raw[len(self.raw) - entry["words"] :])
        self._columns = iter(self.words["columns"])
        self._offset = 0

    def next(self, groups: Groups) -> tuple[Column, str]:
        """The next column's residuals, in the rows' order, and its bases."""
        _, planes, bases = next(self._columns)
        size = planes * len(groups.order)
        raw = self.raw[self._offset : self._offset + size]
        self._offset += size
        return from_planes(raw, planes, groups), bases

    def skip(self, count: int, columns: int = 1) -> None:
        """Past the next columns of so many values, unread."""
        for _ in range(columns):
            _, planes, _ = next(self._columns)
            self._offset += planes * count
