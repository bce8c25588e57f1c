"""Filter criteria of a pipe: which events go through it. What no pattern matches, the pipe deletes from the queue.

Up to five patterns; one that matches is enough. Patterns are definitions: their texts are kept with the pipe, what is compiled is
remembered by `flows.patterns`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flows.patterns import Pattern, PatternError, compile_mapping_filter
from flows.services.pipes import records

if TYPE_CHECKING:
    from flows.services.pipes.pipe import Pipe
    from flows.services.ports import Batch, Json

SOURCE = "sqs"


def texts_of(criteria: Any) -> tuple[str, ...]:
    """The patterns of filter criteria."""
    filters = criteria.get("Filters") if isinstance(criteria, dict) else None
    texts = [each.get("Pattern") for each in filters or ()]
    return tuple(text if isinstance(text, str) else json.dumps(text) for text in texts if text)


def patterns_of(criteria: Any) -> list[Pattern]:
    """They, compiled. Raises PatternError."""
    return [compile_mapping_filter(text, SOURCE) for text in texts_of(criteria)]


def is_wrong(criteria: Any) -> bool:
    try:
        patterns_of(criteria)
    except PatternError:
        return True
    return False


def drop_unwanted(pipe: Pipe, batch: Batch, request: int, link: int) -> None:
    """What no pattern lets through is deleted, and says why."""
    patterns = patterns_of(pipe.setting("SourceParameters", "FilterCriteria"))
    if not patterns:
        return
    unwanted = [
        (index, _why(patterns, record))
        for index, record in enumerate(batch.event()["Records"])
        if not any(pattern.matches(record) for pattern in patterns)
    ]
    if not unwanted:
        return
    subjects, tickets, attempts = batch.subjects(), batch.tickets, batch.attempts()
    write = pipe.environment.recorder.write
    causes = [
        write(records.FILTERED, pipe.node, subjects[i], request, tickets[i], attempts[i], (link, why))
        for i, why in unwanted
    ]
    batch.drop([index for index, _ in unwanted], causes, request)


def _why(patterns: list[Pattern], event: Json) -> str:
    """The first field that failed, of the last pattern that was tried."""
    mismatch = patterns[-1].explain(event)
    return mismatch.sentence if mismatch is not None else "it matches no pattern"
