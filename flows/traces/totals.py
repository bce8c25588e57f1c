"""What a chunk adds to the counts a viewer shows, and those of its records that matter for as long as the run lasts.

Theory of operation. A long run is looked at through a window (`window.py`): a few chunks around the playhead. What the canvas and the
timeline count was counted since the beginning, so each chunk's share is written beside it once, when it is packed; the shares
of all chunks before a window, added up, are what it begins from. A share is pairs of numbers:

| counter | index | counts |
|---|---|---|
| RATE | node | records of the kinds that count in its rate |
| FAILURES | node | failures there |
| CROSSED | link · 3 + tone | what set out over a link: flowing, going back, lost |
| MOVES | 0, 1 | what the timeline counts: all, and the failures among them |
| TOLD | node · 4096 + kind | records of a kind at a node |
| SENT | traffic's handle | messages that running traffic has sent |

It is the twin of `static/src/studio/store/fold.ts`. Places are not in it: they are in `Positions`.

`lasting` picks the few records that are asked for at any later instant: traffic and faults begun, settings changed, redrives
and replays started; and of what is scheduled the newest that says when it fires next (`latest` leaves one of each node). Each is
written whole, with its subject's row, as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from flows.engine.kinds import FieldType, Kind, KindTable
from flows.engine.segment import SUBJECT_COLUMNS, Column, Segment
from flows.traces.projections.failures import failed_at_nodes, is_failure
from flows.traces.projections.timelines import counts_on_the_timeline

RATE, FAILURES, CROSSED, MOVES, TOLD, SENT = range(6)
KIND_ROOM = 4096
GROUP_BITS = 28
INDEX_MASK = (1 << GROUP_BITS) - 1
TONES = {"neutral": 0, "delivered": 0, "retry": 1, "lost": 2}
PAIR = 2
NODE, KIND = 2, 3
"""Places in a row of `lasting`."""
SENDS = (
    "MessageSent",
    "MessageDelayed",
    "MessagePublished",
    "ObjectCreated",
    "ObjectReplaced",
    "EventQueued",
    "InvocationStarted",
    "EventPut",
)
"""What a request to a queue, a topic, a bucket, a function or a bus leaves where it arrives."""
PASSING = ("VisibilityChanged",)
"""Changes of a message, not of a setting."""
LASTING = (
    "FaultPlanned",
    "FaultBegan",
    "FaultEnded",
    "FaultDeleted",
    "MoveTaskStarted",
    "MoveTaskProgressed",
    "MoveTaskCompleted",
    "MoveTaskCancelled",
    "MoveTaskFailed",
    "TrafficStarted",
    "TrafficEnded",
    "ReplayStarted",
    "ReplayRunning",
    "ReplayCompleted",
    "ReplayCancelling",
    "ReplayCancelled",
)


@dataclass(frozen=True, slots=True)
class Share:
    """As stored beside a chunk. `lasting` is empty where there is none."""

    totals: bytes
    lasting: bytes


@dataclass(slots=True)
class Totals:
    """Shares added up."""

    counts: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, shares: Iterable[bytes]) -> Totals:
        pairs = np.frombuffer(b"".join(shares), dtype="<u4").reshape(-1, PAIR)
        keys, places = np.unique(pairs[:, 0], return_inverse=True)
        sums = np.bincount(places, weights=pairs[:, 1], minlength=len(keys)).astype(np.int64)
        return cls(dict(zip(keys.tolist(), sums.tolist(), strict=True)))

    def group(self, group: int) -> list[list[int]]:
        """`[[index, count]]` of one counter."""
        return [[key & INDEX_MASK, count] for key, count in self.counts.items() if key >> GROUP_BITS == group]

    def one(self, group: int, index: int) -> int:
        return self.counts.get(group << GROUP_BITS | index, 0)


def share(segment: Segment, kinds: KindTable) -> Share:
    """One chunk's."""
    return Share(_totals(segment, kinds), _lasting(segment, kinds))


def _totals(segment: Segment, kinds: KindTable) -> bytes:
    numbers, nodes = segment.columns["kind"], segment.columns["node"]
    counts: dict[int, int] = {}
    told, how_many = np.unique(nodes.astype(np.int64) * KIND_ROOM + numbers, return_counts=True)
    for here, count in zip(told.tolist(), how_many.tolist(), strict=True):
        _add(counts, TOLD, here, count)
        kind = kinds.by_number.get(here % KIND_ROOM)
        if kind is None:
            continue
        if kind.rate:
            _add(counts, RATE, here // KIND_ROOM, count)
        if counts_on_the_timeline(kind):
            _add(counts, MOVES, 0, count)
            if is_failure(kind):
                _add(counts, MOVES, 1, count)
    _add_all(counts, SENT, _traffic(segment, kinds))
    _add_all(counts, FAILURES, nodes[failed_at_nodes(segment.columns, segment.details, kinds)])
    for number in np.unique(told % KIND_ROOM).tolist():
        kind = kinds.by_number.get(number)
        if kind is not None and kind.motion:
            for link, count in _links(segment, kind):
                _add(counts, CROSSED, link * len(set(TONES.values())) + TONES[kind.outcome], count)
    return np.array(sorted(counts.items()), dtype="<u4").tobytes()


def _add(counts: dict[int, int], group: int, index: int, count: int) -> None:
    key = group << GROUP_BITS | index
    counts[key] = counts.get(key, 0) + count


def _add_all(counts: dict[int, int], group: int, indices: Column) -> None:
    found, how_many = np.unique(indices, return_counts=True)
    for index, count in zip(found.tolist(), how_many.tolist(), strict=True):
        _add(counts, group, index, count)


def _traffic(segment: Segment, kinds: KindTable) -> Column:
    """By whom each new message was sent: one that comes of no other, and was asked for by somebody else than itself.

    Traffic is among these; whether a handle is traffic's, a chunk that was written later cannot tell.
    """
    subjects, requests = segment.columns["subject"], segment.columns["request"]
    parents = segment.subjects["parent"]
    rows = subjects.astype(np.int64) - segment.first_subject
    new = (rows >= 0) & (rows < len(parents))
    root = np.zeros(len(rows), dtype=bool)
    root[new] = parents[rows[new]] == 0
    sent = np.isin(segment.columns["kind"], [kinds.by_name[name].number for name in SENDS if name in kinds.by_name])
    by: Column = requests[sent & root & (requests > 0) & (requests != subjects)]
    return by


def _links(segment: Segment, kind: Kind) -> Iterator[tuple[int, int]]:
    """The links that records of a kind name, and how many do; those that name none left out."""
    place = next(index for index, each in enumerate(kind.fields) if each.name == "link" and each.type is FieldType.LINK)
    mine = segment.columns["detail"][segment.columns["kind"] == kind.number]
    details, how_many = np.unique(mine, return_counts=True)
    for detail, count in zip(details.tolist(), how_many.tolist(), strict=True):
        link = segment.details[detail - 1][place] if detail else -1
        if link >= 0:
            yield link, count


def _lasting(segment: Segment, kinds: KindTable) -> bytes:
    wanted = np.isin(segment.columns["kind"], numbers_of_lasting(kinds))
    planning = np.flatnonzero(np.isin(segment.columns["kind"], numbers_of_plans(kinds)))
    for node in np.unique(segment.columns["node"][planning]).tolist():
        wanted[planning[segment.columns["node"][planning] == node][-1]] = True
    rows = [_row(segment, index) for index in np.flatnonzero(wanted).tolist()]
    return json.dumps(rows, separators=(",", ":")).encode() if rows else b""


@lru_cache(maxsize=4)
def numbers_of_lasting(kinds: KindTable) -> tuple[int, ...]:
    """The kinds whose records are kept in sight."""
    return tuple(
        kind.number
        for kind in kinds
        if kind.name in LASTING or (kind.name.endswith("Changed") and kind.name not in PASSING)
    )


@lru_cache(maxsize=4)
def numbers_of_plans(kinds: KindTable) -> tuple[int, ...]:
    """The kinds that say when their node fires next."""
    return tuple(kind.number for kind in kinds if any(field.name == "next_at" for field in kind.fields))


def latest(rows: list[list[Any]], kinds: KindTable) -> list[list[Any]]:
    """Rows of `lasting` of many chunks, in order: all, but of each node's plans only the newest."""
    plans = set(numbers_of_plans(kinds))
    newest = {row[NODE]: row[0] for row in rows if row[KIND] in plans}
    return [row for row in rows if row[KIND] not in plans or newest[row[NODE]] == row[0]]


def _row(segment: Segment, index: int) -> list[Any]:
    """`[sequence, at, node, kind, subject, request, attempt, detail, subject's kind, parent, root, identity, body]`."""
    columns = {name: int(column[index]) for name, column in segment.columns.items()}
    detail = list(segment.details[columns["detail"] - 1]) if columns["detail"] else []
    place = columns["subject"] - segment.first_subject
    known = 0 <= place < len(segment.subjects["kind"])
    about = [int(segment.subjects[name][place]) if known else 0 for name in SUBJECT_COLUMNS]
    record = [columns[name] for name in ("at", "node", "kind", "subject", "request", "attempt")]
    return [segment.first + index, *record, detail, *about]
