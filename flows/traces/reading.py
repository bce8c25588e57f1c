"""Records made whole again: what projections read.

A chunk's row is a handful of integers; here it gets back its kind, its detail's fields by name, absolute instants and an
absolute cause. A `Reading` is a run's records up to some instant (or any stretch that follows itself), with the table of
subjects. It is the twin of the browser's `store/reader.ts` and `store/trace.ts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from flows.engine.kinds import FieldType, Kind, KindTable
from flows.engine.segment import SUBJECT_COLUMNS, Column, Detail, Segment
from flows.traces.chunk import join

UNKNOWN = Kind(0, "", "Unknown", sentence="something this version does not know happened")
NEVER = -1
"""An instant in a detail that never comes."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `fields` has the detail by name; instants in it are absolute, -1 is never."""

    sequence: int
    at: int
    kind: Kind
    node: int
    subject: int = 0
    request: int = 0
    cause: int = 0
    attempt: int = 0
    fields: dict[str, Any] = field(default_factory=dict)


class Reading:
    """Records that follow each other, and everything that is known about subjects."""

    def __init__(self, kinds: KindTable, parts: Sequence[Segment]) -> None:
        whole = (join(parts) if len(parts) > 1 else parts[0]) if parts else _nothing()
        self.kinds = kinds
        self.first = whole.first
        self.columns = whole.columns
        self.details: list[Detail] = whole.details
        self._parts = parts

    @cached_property
    def subjects(self) -> dict[str, Column]:
        """Columns by handle; row 0 is nobody. Of a stretch late in a long run it is much longer than the stretch."""
        return _subject_table(self._parts)

    @property
    def count(self) -> int:
        """How many records."""
        return len(self.columns["at"])

    def until(self, at: int) -> int:
        """How many records there are up to and including instant `at`."""
        return int(np.searchsorted(self.columns["at"], at, side="right"))

    def record(self, index: int) -> Record:
        """The record at `index` (0 is the first)."""
        number = int(self.columns["detail"][index])
        row = {name: int(column[index]) for name, column in self.columns.items()}
        return _record(self.kinds, self.first + index, row, self.details[number - 1] if number else None)

    def about(self, subjects: Iterable[int], count: int | None = None) -> list[Record]:
        """The first `count` records' share about any of these subjects, oldest first."""
        wanted = np.fromiter(subjects, dtype=np.int64)
        if len(wanted) == 1:
            found = np.flatnonzero(self.columns["subject"][:count] == wanted[0])
        else:
            found = np.flatnonzero(np.isin(self.columns["subject"][:count], wanted))
        return [self.record(index) for index in found.tolist()]

    def copies(self, root: int) -> list[int]:
        """The subjects whose journey began with `root`, oldest first."""
        return np.flatnonzero(self.subjects["root"] == root).tolist() if root else []


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A few records of a chunk."""

    sequences: Column
    columns: dict[str, Column]
    details: Mapping[int, Detail]
    """By the numbers in column `detail`."""

    @classmethod
    def of(cls, part: Segment, rows: Column) -> Excerpt:
        columns = {name: column[rows] for name, column in part.columns.items()}
        numbers = columns["detail"].tolist()
        return cls(part.first + rows, columns, {number: part.details[number - 1] for number in numbers if number})


class Stories:
    """Only the records about some subjects, picked out of chunks one by one: for few of many."""

    def __init__(self, kinds: KindTable, subjects: dict[str, Column], excerpts: Iterable[Excerpt]) -> None:
        self.subjects = subjects
        self.first = 1
        self._records: dict[int, list[Record]] = {}
        for excerpt in excerpts:
            rows = zip(*(column.tolist() for column in excerpt.columns.values()), strict=True)
            for sequence, values in zip(excerpt.sequences.tolist(), rows, strict=True):
                row = dict(zip(excerpt.columns, values, strict=True))
                record = _record(kinds, sequence, row, excerpt.details.get(row["detail"]))
                self._records.setdefault(record.subject, []).append(record)

    def all(self) -> Iterator[Record]:
        """Every record, one subject's after another's."""
        for records in self._records.values():
            yield from records

    def about(self, subjects: Iterable[int], count: int | None = None) -> list[Record]:
        """The records about any of these up to the sequence `count`, oldest first."""
        found = [record for subject in subjects for record in self._records.get(subject, ())]
        return sorted(
            (record for record in found if count is None or record.sequence <= count),
            key=lambda record: record.sequence,
        )


def with_parents(subjects: dict[str, Column], handles: Iterable[int]) -> Column:
    """These and those they were made of, ascending."""
    wanted = np.fromiter(handles, dtype=np.int64)
    everyone = np.union1d(wanted, subjects["parent"][wanted])
    return everyone[everyone > 0]


def _record(kinds: KindTable, sequence: int, row: Mapping[str, int], detail: Detail | None) -> Record:
    kind = kinds.by_number.get(row["kind"], UNKNOWN)
    return Record(
        sequence,
        row["at"],
        kind,
        row["node"],
        row["subject"],
        row["request"],
        sequence - row["cause"] if row["cause"] else 0,
        row["attempt"],
        named(kind, row["at"], detail) if detail is not None else {},
    )


def named(kind: Kind, at: int, detail: Detail) -> dict[str, Any]:
    """A detail's values by their kind's names; instants made absolute."""
    return {
        declared.name: at + value if declared.type is FieldType.INSTANT and value != NEVER else value
        for declared, value in zip(kind.fields, detail, strict=False)
    }


def _subject_table(parts: Sequence[Segment]) -> dict[str, Column]:
    """A later part may tell a handle again (after a truncation)."""
    size = max((part.first_subject + len(part.subjects["kind"]) for part in parts), default=1)
    table: dict[str, Column] = {name: np.zeros(size, dtype=dtype) for name, dtype in SUBJECT_COLUMNS.items()}
    for part in parts:
        for name, column in part.subjects.items():
            table[name][part.first_subject : part.first_subject + len(column)] = column
    return table


def _nothing() -> Segment:
    from flows.engine.environment import Environment

    return Environment.begin(0).recorder.drain()
