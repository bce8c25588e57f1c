"""The dead letters: every copy that lies in a dead-letter queue, and the story of the copy that died for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flows.engine.kinds import PRESENT
from flows.traces.printing import Words, sentence
from flows.traces.projections.positions import Positions
from flows.traces.reading import Reading, Record, Stories

ALL = slice(None)
TRIES = frozenset({"MessageReceived", "EventFailed", "EventNotAccepted", "NotificationFailed"})
"""A try to have the copy handled: a receive from a queue, or what came of a try of Lambda's or SNS's own."""


def dead_letters(
    reading: Reading | Stories, positions: Positions, words: Words, nodes: Iterable[int], page: slice = ALL
) -> list[dict[str, Any]]:
    """The copies present in the dead-letter queues `nodes`, newest first (that page of them):

    `[{"subject", "root", "id", "node", "source" (node, -1 unknown), "state", "at" (arrival), "reason", "error_type",
    "error" (body number, 0 none), "attempts", "first_receive_at", "last_receive_at", "born_at" (of the copy that died), "body"
    (number)}]`. The reason is
    the last sentence about the copy that died; its error is the last one of its deliveries; receives that never were are
    at 0.
    """
    lying = [(subject, node, place) for node in nodes for place in PRESENT for subject in positions.at(node, place)]
    return [_dead_letter(reading, positions, words, *each) for each in sorted(lying, reverse=True)[page]]


def _dead_letter(
    reading: Reading | Stories, positions: Positions, words: Words, subject: int, node: int, place: str
) -> dict[str, Any]:
    count = positions.sequence - reading.first + 1
    arrived = reading.about([subject], count)[0]
    story = _story(reading, int(reading.subjects["parent"][subject]), count)
    receives = [record for record in story if record.kind.name in TRIES]
    failures = [record for record in story if "error_type" in record.fields]
    told = [record.attempt for record in story if record.attempt]
    error = failures[-1].fields if failures else {}
    return {
        "subject": subject,
        "root": int(reading.subjects["root"][subject]),
        "id": words.subject_id(subject),
        "node": node,
        "source": arrived.fields.get("source", -1),
        "state": place,
        "at": arrived.at,
        "reason": sentence(story[-1] if story else arrived, words),
        "error_type": error.get("error_type", ""),
        "error": error.get("error", 0),
        "attempts": arrived.attempt or (told[-1] if told else 0),
        "first_receive_at": receives[0].at if receives else 0,
        "last_receive_at": receives[-1].at if receives else 0,
        "born_at": story[0].at if story else arrived.at,
        "body": int(reading.subjects["body"][subject]),
    }


def _story(reading: Reading | Stories, died: int, count: int) -> list[Record]:
    return reading.about([died], count) if died else []
