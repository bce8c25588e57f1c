"""Records made whole again: what projections read.

A chunk's row is a handful of integers; here it gets back its kind, its detail's fields by name, absolute instants and an
absolute cause. A `Reading` is a run's records up to some instant (or any stretch that follows itself), with the table of
subjects. It is the twin of the browser's `store/reader.ts` and `store/trace.ts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
        columns = self.columns
        sequence, at = self.first + index, int(columns["at"][index])
        kind = self.kinds.by_number.get(int(columns["kind"][index]), UNKNOWN)
        distance, detail = int(columns["cause"][index]), int(columns["detail"][index])
        return Record(
            sequence,
            at,
            kind,
            int(columns["node"][index]),
            int(columns["subject"][index]),
            int(columns["request"][index]),
            sequence - distance if distance else 0,
            int(columns["attempt"][index]),
            named(kind, at, self.details[detail - 1]) if detail else {},
        )

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


class Stories:
    """Only the records about some subjects and their parents, picked out of chunks one by one: for few of many."""

    def __init__(
        self, kinds: KindTable, subjects: dict[str, Column], wanted: Iterable[int], parts: Iterable[Segment]
    ) -> None:
        self.subjects = subjects
        self.first = 1
        handles = np.fromiter(wanted, dtype=np.int64)
        handles = np.union1d(handles, subjects["parent"][handles])
        self._records: dict[int, list[Record]] = {subject: [] for subject in handles.tolist() if subject}
        for part in parts if self._records else ():
            found = np.flatnonzero(np.isin(part.columns["subject"], handles[handles > 0])).tolist()
            reading = Reading(kinds, [part]) if found else None
            for index in found:
                record = reading.record(index) if reading else None
                if record:
                    self._records[record.subject].append(record)

    def about(self, subjects: Iterable[int], count: int | None = None) -> list[Record]:
        """The records about any of these up to the sequence `count`, oldest first."""
        found = [record for subject in subjects for record in self._records.get(subject, ())]
        return sorted(
            (record for record in found if count is None or record.sequence <= count),
            key=lambda record: record.sequence,
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
