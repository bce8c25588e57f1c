"""A stored run as tables, for whoever analyses it elsewhere: what may be large is made a chunk at a time.

| table | a row is | in memory meanwhile |
|---|---|---|
| `records` | one record, with its sentence | the table of subjects: 17 bytes each |
| `journeys` | one message or event with all its copies: from its first record to its last | 45 bytes a subject |
| `dead-letters` | one copy that lies in a dead-letter queue at the end, and the story of the copy that died for it | positions, and the letters' own records |

A `Run` is asked for its chunks as often as a table needs them. Instants are µs since the run's beginning (`at`) and dates of its
epoch (`time`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from flows.engine.kinds import KindTable
from flows.engine.segment import SUBJECT_COLUMNS, Column, Segment
from flows.engine.subjects import SubjectKind
from flows.traces.opened import Opened
from flows.traces.printing import Words, sentence
from flows.traces.projections.dead_letters import dead_letters
from flows.traces.projections.positions import Positions, grown
from flows.traces.reading import Excerpt, Reading, Stories, with_parents

Row: TypeAlias = tuple[Any, ...]
Batches: TypeAlias = Iterator[list[Row]]

LETTERS_PER_BATCH = 256
JOURNEYS_PER_BATCH = 4096
MESSAGES = (SubjectKind.MESSAGE, SubjectKind.EVENT)


@dataclass(frozen=True, slots=True)
class Run:
    """What a table is made of. `texts` gives bodies by their numbers."""

    kinds: KindTable
    nodes: Sequence[str]
    """Their ids; `names` is what sentences call them."""
    names: Sequence[str]
    links: Sequence[tuple[int, int]]
    dead_letter_queues: Sequence[int]
    seed: int
    epoch: datetime
    chunks: Callable[[], Iterable[Segment]]
    texts: Callable[[Iterable[int]], Mapping[int, str]]

    def node(self, index: int) -> str:
        return self.nodes[index] if 0 <= index < len(self.nodes) else ""

    def time(self, at: int) -> str:
        """The instant as a date."""
        return (self.epoch + timedelta(microseconds=at)).isoformat(timespec="microseconds").replace("+00:00", "Z")

    def words(self, subjects: Mapping[str, Column]) -> Words:
        return Words(self.names, self.links, self.seed, subjects)


@dataclass(frozen=True, slots=True)
class Table:
    """`columns`: name → the type of its values: int, str, or dict (an object)."""

    columns: Mapping[str, type]
    batches: Callable[[Run], Batches]


class SubjectTable:
    """The subjects of the chunks taken in so far, as columns by handle; row 0 is nobody.

    `room` is for how many there is room at once; none of it costs anything before it is used.
    """

    def __init__(self, room: int = 1) -> None:
        self.columns = {name: np.zeros(room, dtype=dtype) for name, dtype in SUBJECT_COLUMNS.items()}
        self.count = 1

    def take(self, part: Segment | Opened) -> None:
        self.count = max(self.count, part.first_subject + len(part.subjects["kind"]))
        for name, column in part.subjects.items():
            mine = self.columns[name]
            mine = self.columns[name] = grown(mine, self.count)
            mine[part.first_subject : part.first_subject + len(column)] = column


def records(run: Run) -> Batches:
    """A batch per chunk."""
    subjects = SubjectTable()
    for part in run.chunks():
        subjects.take(part)
        words, reading = run.words(subjects.columns), Reading(run.kinds, [part])
        identify = lru_cache(maxsize=None)(words.subject_id)
        rows = []
        for index in range(reading.count):
            record = reading.record(index)
            subject = record.subject
            rows.append(
                (
                    record.sequence,
                    record.at,
                    run.time(record.at),
                    record.kind.service,
                    record.kind.name,
                    run.node(record.node),
                    subject,
                    identify(subject) if subject else "",
                    int(subjects.columns["root"][subject]),
                    record.request,
                    record.cause,
                    record.attempt,
                    record.kind.outcome,
                    sentence(record, words),
                    record.fields,
                )
            )
        yield rows


def journeys(run: Run) -> Batches:
    """In the order in which they began."""
    subjects = SubjectTable()
    first, last = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    count, attempts = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    last_kind, last_node = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)
    for part in run.chunks():
        subjects.take(part)
        first, last, count, attempts, last_kind, last_node = (
            grown(each, subjects.count) for each in (first, last, count, attempts, last_kind, last_node)
        )
        roots = subjects.columns["root"][part.columns["subject"]].astype(np.int64)
        at = part.columns["at"]
        known, begins = np.unique(roots, return_index=True)
        new = count[known] == 0
        first[known[new]] = at[begins[new]]
        np.add.at(count, roots, 1)
        np.maximum.at(attempts, roots, part.columns["attempt"])
        last[roots], last_kind[roots], last_node[roots] = at, part.columns["kind"], part.columns["node"]
    count = count[: subjects.count]
    handles = np.arange(len(count))
    kinds = subjects.columns["kind"][: len(count)]
    wanted = (count > 0) & np.isin(kinds, MESSAGES) & (subjects.columns["root"][: len(count)] == handles)
    copies = np.bincount(subjects.columns["root"][: len(count)], minlength=len(count))
    words = run.words(subjects.columns)
    found = np.flatnonzero(wanted).tolist()
    for begin in range(0, len(found), JOURNEYS_PER_BATCH):
        yield [
            (
                handle,
                words.subject_id(handle),
                int(first[handle]),
                int(last[handle]),
                run.time(int(first[handle])),
                int(last[handle] - first[handle]),
                int(count[handle]),
                int(copies[handle]),
                int(attempts[handle]),
                run.kinds.by_number[int(last_kind[handle])].name,
                run.node(int(last_node[handle])),
            )
            for handle in found[begin : begin + JOURNEYS_PER_BATCH]
        ]


def letters(run: Run) -> Batches:
    """Newest first."""
    subjects, positions = SubjectTable(), Positions(run.kinds)
    for part in run.chunks():
        subjects.take(part)
        positions.fold(part)
    lying = positions.present_at(run.dead_letter_queues)
    wanted = with_parents(subjects.columns, lying)
    stories = Stories(run.kinds, subjects.columns, _excerpts(run.chunks(), wanted))
    found = dead_letters(stories, positions, run.words(subjects.columns), run.dead_letter_queues)
    for begin in range(0, len(found), LETTERS_PER_BATCH):
        batch = found[begin : begin + LETTERS_PER_BATCH]
        texts = run.texts({each[name] for each in batch for name in ("body", "error")})
        yield [
            (
                each["id"],
                run.node(each["node"]),
                run.node(each["source"]),
                each["state"],
                each["at"],
                run.time(each["at"]),
                each["reason"],
                each["error_type"],
                texts.get(each["error"], ""),
                each["attempts"],
                each["first_receive_at"],
                each["last_receive_at"],
                texts.get(each["body"], ""),
            )
            for each in batch
        ]


def _excerpts(parts: Iterable[Segment], wanted: Column) -> Iterator[Excerpt]:
    """What they tell of these subjects."""
    for part in parts:
        rows = np.flatnonzero(np.isin(part.columns["subject"], wanted))
        if len(rows):
            yield Excerpt.of(part, rows)


TABLES: dict[str, Table] = {
    "records": Table(
        {
            "sequence": int,
            "at": int,
            "time": str,
            "service": str,
            "kind": str,
            "node": str,
            "subject": int,
            "id": str,
            "root": int,
            "request": int,
            "cause": int,
            "attempt": int,
            "outcome": str,
            "sentence": str,
            "fields": dict,
        },
        records,
    ),
    "journeys": Table(
        {
            "subject": int,
            "id": str,
            "first_at": int,
            "last_at": int,
            "time": str,
            "length": int,
            "records": int,
            "copies": int,
            "attempts": int,
            "last_kind": str,
            "last_node": str,
        },
        journeys,
    ),
    "dead-letters": Table(
        {
            "id": str,
            "node": str,
            "source": str,
            "state": str,
            "at": int,
            "time": str,
            "reason": str,
            "error_type": str,
            "error": str,
            "attempts": int,
            "first_receive_at": int,
            "last_receive_at": int,
            "body": str,
        },
        letters,
    ),
}
