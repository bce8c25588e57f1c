"""What is in a place: looking is free, nothing is received by it."""

from __future__ import annotations

from typing import Any

from flows.engine.kinds import FINISHED
from flows.traces.printing import Words, sentence
from flows.traces.projections.positions import Positions
from flows.traces.reading import Reading, Record, Stories

FIRST_PAGE = slice(0, 100)


def contents(
    reading: Reading | Stories,
    positions: Positions,
    words: Words,
    node: int,
    place: str,
    page: slice = FIRST_PAGE,
) -> list[dict[str, Any]]:
    """One page of the copies in a place at a node, oldest first, of those that have ended the newest first:

    `[{"subject", "root", "id", "state", "at" (since when), "body" (number), "attempt", "reason"}]`. The reason is the
    sentence of the record that put it there: "in flight until …" is why it does not move.
    """
    rows = []
    for subject in copies(positions, node, place, page):
        told = reading.about([subject], positions.sequence - reading.first + 1)
        settled = next((record for record in reversed(told) if record.kind.to), None)
        if settled is None:
            continue
        rows.append(
            {
                "subject": subject,
                "root": int(reading.subjects["root"][subject]),
                "id": words.subject_id(subject),
                "state": place,
                "at": settled.at,
                "body": int(reading.subjects["body"][subject]),
                "attempt": _attempts(told),
                "reason": sentence(settled, words),
            },
        )
    return rows


def copies(positions: Positions, node: int, place: str, page: slice) -> list[int]:
    """The subjects on that page."""
    there = positions.at(node, place)
    return (there[::-1] if place in FINISHED else there)[page]


def _attempts(told: list[Record]) -> int:
    """The newest attempt told about a copy."""
    return next((record.attempt for record in reversed(told) if record.attempt), 0)
