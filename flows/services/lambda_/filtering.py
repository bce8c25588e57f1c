"""Filter criteria of a mapping: which messages the function gets to see. What no pattern matches, the mapping deletes.

Theory of operation. Up to five patterns; one that matches is enough. AWS says that it looks at the `body` of a queue's message
only; a pattern about its other members is held against the whole record. How a body is read, `flows/patterns/mapping.py` knows.
Patterns are definitions: their texts are kept here, what is compiled is remembered there.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from flows.patterns import Pattern, PatternError, compile_mapping_filter
from flows.services.lambda_.quotas import QUOTAS
from flows.services.lambda_.version_records import FILTERED
from flows.services.ports import Batch, Json

if TYPE_CHECKING:
    from flows.services.lambda_.event_source_mapping import Mapping

SOURCE, BODY = "sqs", "body"
INVALID = "Invalid filter pattern definition."


def problem_of(criteria: object) -> str:
    """What AWS says to filter criteria that it does not take; "" if it does."""
    filters = criteria.get("Filters") if isinstance(criteria, dict) else None
    if filters is None:
        return ""
    if not isinstance(filters, list) or not all(isinstance(each, dict) for each in filters):
        return INVALID
    if len(filters) > QUOTAS.filters:
        return (
            f"1 validation error detected: Value at 'filterCriteria.filters' failed to satisfy constraint: "
            f"Member must have length less than or equal to {QUOTAS.filters}"
        )
    for each in filters:
        text = each.get("Pattern")
        if not isinstance(text, str) or len(text) > QUOTAS.filter_characters or not _compiles(text):
            return INVALID
    return ""


def patterns_of(criteria: object) -> tuple[str, ...]:
    """The patterns of checked filter criteria."""
    filters = criteria.get("Filters") if isinstance(criteria, dict) else None
    return tuple(each["Pattern"] for each in filters or ())


def criteria_of(filters: tuple[str, ...]) -> Json:
    return {"Filters": [{"Pattern": text} for text in filters]}


def drop_unwanted(mapping: Mapping, batch: Batch, request: int) -> None:
    """What no pattern lets through is deleted, and says why."""
    environment = mapping.environment
    text, write = environment.bodies.text, environment.recorder.write
    found = unwanted(mapping.filters, batch, [text(body) for body in batch.bodies()])
    if not found:
        return
    node, subjects, tickets, attempts = mapping.function.node, batch.subjects(), batch.tickets, batch.attempts()
    causes = [
        write(FILTERED, node, subjects[index], request, tickets[index], attempts[index], (mapping.link, why))
        for index, why in found
    ]
    batch.drop([index for index, _ in found], causes, request)


def unwanted(filters: tuple[str, ...], batch: Batch, texts: list[str]) -> list[tuple[int, str]]:
    """(index, why) of each message that no pattern lets through; `texts` are the bodies."""
    patterns = [compile_mapping_filter(text, SOURCE) for text in filters]
    records = [{BODY: text} for text in texts]
    if not all(_is_about_the_body(text) for text in filters):
        records = batch.event()["Records"]
    return [
        (index, _why(patterns, record))
        for index, record in enumerate(records)
        if not any(pattern.matches(record) for pattern in patterns)
    ]


def _why(patterns: list[Pattern], event: Json) -> str:
    """The first field that failed, of the last pattern that was tried."""
    mismatch = patterns[-1].explain(event)
    said = mismatch.sentence if mismatch is not None else "it matches no pattern"
    return said if len(patterns) == 1 else f"none of {len(patterns)} patterns matches it; the last: {said}"


@lru_cache(1024)
def _is_about_the_body(pattern: str) -> bool:
    """Whether nothing but the body needs to be looked at."""
    return set(json.loads(pattern)) == {BODY}


def _compiles(text: str) -> bool:
    try:
        compile_mapping_filter(text, SOURCE)
    except PatternError:
        return False
    return True
