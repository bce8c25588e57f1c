"""Why not, as JSON: for the studio's filter editor, for reasons in records, for the nearest of several rules.

`explanation(pattern, event)` says whether the event matches, or the first field that failed. `nearest({1: …, 2: …}, event)` says the
same of the pattern that came nearest, with its "key". `tried(kind, text, given)` tries a pattern that may not even compile: it
answers "matched", "mismatch", AWS's "refusal" and all "problems". Nothing tried here is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flows.patterns.dialects import EVENTS, MAPPING, SNS_ATTRIBUTES, SNS_BODY
from flows.patterns.pattern import COMPILERS, Mismatch, Pattern
from flows.patterns.problems import problems
from flows.patterns.reading import PatternError
from flows.patterns.sns import explain_body, explain_message_attributes

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """What a pattern is held against: an event or record, a message's text, or its attributes."""

    event: Any = None
    message: str | None = None
    attributes: Mapping[str, Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """Whose compiler reads the pattern, and what of the given it is held against; `takes` names that."""

    compiler: str
    explain: Callable[[Pattern, Given], Mismatch | None]
    takes: tuple[str, ...]


def _record(pattern: Pattern, given: Given) -> Mismatch | None:
    """A mapping's record, or only the body of a queue's message."""
    return pattern.explain({"body": given.message} if given.event is None else given.event)


KINDS: dict[str, Kind] = {
    "event": Kind(EVENTS.name, lambda pattern, given: pattern.explain(given.event), ("event",)),
    "sns-attributes": Kind(
        SNS_ATTRIBUTES.name,
        lambda pattern, given: explain_message_attributes(pattern, given.attributes or {}),
        ("attributes",),
    ),
    "sns-body": Kind(SNS_BODY.name, lambda pattern, given: explain_body(pattern, given.message or ""), ("message",)),
    "mapping": Kind(f"{MAPPING.name}/sqs", _record, ("event", "message")),
}


def explanation(pattern: Pattern, event: Any) -> Json:
    """Whether the event matches, and else the first field that failed."""
    return told(pattern.explain(event))


def told(mismatch: Mismatch | None) -> Json:
    return {"matched": True} if mismatch is None else {"matched": False, **asdict(mismatch)}


def nearest(patterns: Mapping[int, Pattern], event: Any) -> Json | None:
    """A pattern that matches, or the one that came nearest (of several the first); None of none."""
    found: tuple[int, Mismatch] | None = None
    for key, pattern in patterns.items():
        mismatch = pattern.explain(event)
        if mismatch is None:
            return {"key": key, "matched": True}
        if found is None or mismatch.distance < found[1].distance:
            found = key, mismatch
    return None if found is None else {"key": found[0], **told(found[1])}


def tried(kind: str, text: str, given: Given) -> Json:
    """A pattern tried on something: `matched` is None where nothing was given, or where the pattern cannot be compiled."""
    how = KINDS[kind]
    compiler = COMPILERS[how.compiler]
    try:
        pattern = compiler(text)
    except PatternError as refused:
        found = [asdict(problem) for problem in problems(text, compiler)]
        return {"matched": None, "mismatch": None, "refusal": refused.message, "problems": found}
    answer: Json = {"matched": None, "mismatch": None, "refusal": "", "problems": []}
    if any(getattr(given, name) is not None for name in how.takes):
        mismatch = how.explain(pattern, given)
        answer |= {"matched": mismatch is None, "mismatch": None if mismatch is None else asdict(mismatch)}
    return answer
