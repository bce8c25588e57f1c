"""One message's way: everything that happened to every copy of it, oldest first."""

from __future__ import annotations

from typing import Any

from flows.traces.printing import Words, sentence
from flows.traces.reading import Reading, Record


def journey(reading: Reading, words: Words, root: int, count: int | None = None) -> list[dict[str, Any]]:
    """What happened to all copies of one root, within the first `count` records; rows as `row` gives them."""
    return [row(record, words) for record in reading.about(reading.copies(root), count)]


def row(record: Record, words: Words) -> dict[str, Any]:
    """One record, printed:

    `{"sequence", "at", "kind", "node", "subject", "request", "cause" (a sequence, 0 none), "attempt", "outcome",
    "sentence", "fields"}`.
    """
    return {
        "sequence": record.sequence,
        "at": record.at,
        "kind": record.kind.name,
        "node": record.node,
        "subject": record.subject,
        "request": record.request,
        "cause": record.cause,
        "attempt": record.attempt,
        "outcome": record.kind.outcome,
        "sentence": sentence(record, words),
        "fields": record.fields,
    }
