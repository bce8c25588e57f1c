"""What is in a place: looking is free, nothing is received by it."""

from __future__ import annotations

from typing import Any

from flows.traces.printing import Words, sentence
from flows.traces.projections.positions import Positions
from flows.traces.reading import Reading


def contents(
    reading: Reading,
    positions: Positions,
    words: Words,
    node: int,
    place: str,
    *,
    offset: int = 0,
    limit: int = 100,
) -> list[dict[str, Any]]:
    """One page of the copies in a place at a node, oldest first:

    `[{"subject", "root", "id", "state", "at" (since when), "body" (number), "attempt", "reason"}]`. The reason is the
    sentence of the record that put it there: "in flight until …" is why it does not move.
    """
    rows = []
    for subject in positions.at(node, place)[offset : offset + limit]:
        settled = reading.record(int(positions.settled_by[subject]) - reading.first)
        rows.append(
            {
                "subject": subject,
                "root": int(reading.subjects["root"][subject]),
                "id": words.subject_id(subject),
                "state": place,
                "at": settled.at,
                "body": int(reading.subjects["body"][subject]),
                "attempt": attempts(reading, positions, subject),
                "reason": sentence(settled, words),
            },
        )
    return rows


def attempts(reading: Reading, positions: Positions, subject: int) -> int:
    """The newest attempt told about a copy."""
    told = [record.attempt for record in reading.about([subject], positions.sequence - reading.first + 1)]
    return next((attempt for attempt in reversed(told) if attempt), 0)
