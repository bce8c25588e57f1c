"""Event patterns: what TestEventPattern answered, or what the library AWS publishes does.

A case is a pattern and, unless only its validity was asked for, an event; `envelope` says whether it is a whole event or only
something to be held against the pattern. Refusals that AWS itself gave are compared in full, with the place where it was recorded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flows.conformance.report import Verdict
from flows.patterns import PatternError, compile_event_pattern
from flows.patterns.envelope import NotAnEvent, read_event
from flows.patterns.values import read_json

PLACE = "\n at ["
"""Where the place begins in a message; most recordings leave it out."""


def run(case: dict[str, Any]) -> Iterator[Verdict]:
    answered, code, message = _ask(case)
    detail = "" if _is_wanted(case["expect"], answered) else f"AWS {case['expect']}, here {answered} {message}".rstrip()
    if not detail and answered == "error" and case.get("error_code"):
        detail = refusal_difference(case["error_code"], case.get("error_message", ""), code, message)
    source = str(case.get("source", "")).split(" ")[0]
    yield Verdict(case["id"], source, passed=not detail, detail=detail, aws=bool(case.get("aws_validated")))


def refusal_difference(wanted_code: str, wanted: str, code: str, message: str) -> str:
    """Where two refusals differ; a message recorded without its place is compared without."""
    if wanted_code != code:
        return f"AWS {wanted_code}, here {code}: {message}"
    if wanted in ("", message, message.partition(PLACE)[0]):
        return ""
    return f"AWS {wanted!r}, here {message!r}"


def _ask(case: dict[str, Any]) -> tuple[bool | str, str, str]:
    """The answer; of an error its code and message too."""
    text = case["pattern_raw"] if "pattern_raw" in case else json.dumps(case["pattern"])
    try:
        pattern = compile_event_pattern(text)
    except PatternError as refused:
        return "error", "InvalidEventPatternException", refused.message
    if "event" not in case and "event_raw" not in case:
        return "valid", "", ""
    event = case["event_raw"] if "event_raw" in case else json.dumps(case["event"])
    try:
        return pattern.matches(read_event(event) if case["envelope"] else read_json(event)), "", ""
    except NotAnEvent as refused:
        return "error", "ValidationException", str(refused)
    except ValueError as broken:
        return "error", "ValidationException", f"the event is no JSON: {broken}"


def _is_wanted(wanted: bool | str, answered: bool | str) -> bool:
    return answered != "error" if wanted == "valid" else answered == wanted
