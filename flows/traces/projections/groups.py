"""The message groups of a queue, as lanes: who stands in which, in what order, and who blocks whom until when.

A record with a field `group` and a state puts its message into that group of its node, for good; the order of a lane is that of
these records. Who blocks is not worked out: the last GroupBlocked or GroupFreed of a group says so. (In a fair queue nobody
is ever blocked.)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from flows.traces.printing import Words, sentence
from flows.traces.projections.positions import Positions
from flows.traces.reading import Reading, Record

BLOCKED, FREED = "GroupBlocked", "GroupFreed"
STANDING = ("in_flight", "visible", "delayed")
NOT_BLOCKED = -1


def groups(
    reading: Reading,
    positions: Positions,
    words: Words,
    node: int,
    *,
    offset: int = 0,
    limit: int = 100,
    messages: int = 10,
) -> list[dict[str, Any]]:
    """One page of the groups at a node that have messages, blocked ones first, then by their first message:

    `[{"group", "count", "visible", "in_flight", "delayed", "blocked_by" (subject, 0 nobody), "until" (-1 not blocked),
    "reason" ("" not blocked), "messages": [{"subject", "root", "id", "state", "at" (since when), "reason"}]}]`. Of each group
    the first few messages are given, in order.
    """
    count = positions.sequence - reading.first + 1
    state = {subject: place for place in STANDING for subject in positions.at(node, place)}
    lanes: dict[str, list[int]] = {}
    for record in _about_groups(reading, node, count, placing=True):
        if record.subject in state:
            lanes.setdefault(record.fields["group"], []).append(record.subject)
    blocks = {record.fields["group"]: record for record in _about_groups(reading, node, count, placing=False)}
    blocking = {group: record for group, record in blocks.items() if record.kind.name == BLOCKED and group in lanes}
    page = sorted(lanes, key=lambda group: (group not in blocking, lanes[group][0]))[offset : offset + limit]
    return [
        {
            "group": group,
            "count": len(lanes[group]),
            **{place: sum(state[subject] == place for subject in lanes[group]) for place in STANDING},
            **_blocked(blocking.get(group), words),
            "messages": [
                _message(reading, positions, words, subject, state[subject]) for subject in lanes[group][:messages]
            ],
        }
        for group in page
    ]


def _about_groups(reading: Reading, node: int, count: int, *, placing: bool) -> list[Record]:
    """The records at the node that put a message into a group, or those that say whether a group is blocked."""
    kinds = [
        kind.number
        for kind in reading.kinds
        if (kind.to if placing else kind.name in {BLOCKED, FREED})
        and any(field.name == "group" for field in kind.fields)
    ]
    columns = reading.columns
    found = np.flatnonzero(np.isin(columns["kind"][:count], kinds) & (columns["node"][:count] == node))
    return [reading.record(index) for index in found.tolist()]


def _blocked(record: Record | None, words: Words) -> dict[str, Any]:
    if record is None:
        return {"blocked_by": 0, "until": NOT_BLOCKED, "reason": ""}
    return {"blocked_by": record.subject, "until": record.fields["visible_at"], "reason": sentence(record, words)}


def _message(reading: Reading, positions: Positions, words: Words, subject: int, place: str) -> dict[str, Any]:
    settled = reading.record(int(positions.settled_by[subject]) - reading.first)
    return {
        "subject": subject,
        "root": int(reading.subjects["root"][subject]),
        "id": words.subject_id(subject),
        "state": place,
        "at": settled.at,
        "reason": sentence(settled, words),
    }
