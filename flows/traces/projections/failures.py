"""What a node counts as its failures: each thing that went wrong there, once, and nothing that went wrong elsewhere.

Theory of operation. The timeline counts every try that fails (`is_failure`). A node counts nearly the same. But a
request of a program's is counted where it was refused, and by the invocation that fails because of it: code that catches the error
has not failed. And a function counts invocations: those that failed, those that were stopped, and those that reported items as
failed; the messages and events which they give back are not counted again.

It is the twin of `static/src/studio/store/failing.ts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from flows.engine.kinds import Kind, KindTable
from flows.engine.segment import Column

PROGRAMS, FUNCTIONS = "client", "lambda"
ITEMS = "failed_items"


def is_failure(kind: Kind) -> bool:
    """Every loss, every retry that travels, and every try of a copy that goes on waiting where it is.

    An invocation's own failure is not counted: it is told once per message that it gives back, or by the event.
    """
    if kind.outcome == "lost":
        return not _ends_tries(kind)
    return kind.outcome == "retry" and (bool(kind.motion) or stays_pending(kind))


def _ends_tries(kind: Kind) -> bool:
    """Giving up after tries that were each counted, and what is nobody's try (a fault that begins)."""
    return not kind.motion and kind.to in ("", "moved", "discarded")


def stays_pending(kind: Kind) -> bool:
    return kind.outcome == "retry" and not kind.motion and kind.to == "pending"


def fails_at_its_node(kind: Kind) -> bool:
    """Whatever its fields say."""
    if kind.service == PROGRAMS:
        return False
    if kind.service == FUNCTIONS and kind.outcome == "retry":
        return kind.to == "failed"
    return is_failure(kind)


def failed_at_nodes(columns: dict[str, Column], details: Sequence[tuple[Any, ...]], kinds: KindTable) -> Column:
    """Which of these records count as a failure of their node."""
    column = columns["kind"]
    always, by_items = _failing(kinds)
    failed: Column = np.isin(column, always)
    for number, place in by_items:
        mine = column == number
        if not mine.any():
            continue
        numbers, back = np.unique(columns["detail"][mine], return_inverse=True)
        items = np.array([details[number - 1][place] if number else 0 for number in numbers.tolist()])
        failed[mine] = items[back] > 0
    return failed


@lru_cache(maxsize=4)
def _failing(kinds: KindTable) -> tuple[list[int], list[tuple[int, int]]]:
    """The kinds that are a failure whatever their fields say; and those that are if they report items, with that field's place."""
    places = ((kind.number, place) for kind in kinds for place, each in enumerate(kind.fields) if each.name == ITEMS)
    return [kind.number for kind in kinds if fails_at_its_node(kind)], list(places)
