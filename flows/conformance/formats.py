"""The formats of recorded cases: one row each. A case's format is recognised by its keys, never by its file's name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from flows.conformance import (
    executions,
    jsonata,
    mapping_filters,
    mappings,
    patterns,
    scenarios,
    sns_filters,
    teststate,
    validation,
)
from flows.conformance.report import Verdict

Case: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Format:
    """`keys` are the keys all its cases have and no other format's cases have together."""

    name: str
    keys: frozenset[str]
    run: Callable[[Case], Iterable[Verdict]]


FORMATS: tuple[Format, ...] = (
    Format("JSONata's suite", jsonata.KEYS, jsonata.run),
    Format("replayed scenarios", frozenset({"calls", "checks"}), scenarios.run),
    Format("event patterns", frozenset({"envelope", "expect"}), patterns.run),
    Format("SNS filter policies", frozenset({"scope", "expect"}), sns_filters.run),
    Format("definitions validated", frozenset({"definition_raw", "expect"}), validation.run),
    Format("mappings and destinations", mappings.KEYS, mappings.run),
    Format("executions", executions.KEYS, executions.run),
    Format("states tested alone", teststate.KEYS, teststate.run),
    Format("mapping filters", frozenset({"filter_criteria", "expect"}), mapping_filters.run),
)


def run(text: str) -> Iterator[Verdict]:
    """Every case of a file: a line that cannot be read or recognised, or that breaks its runner, is a verdict that failed."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield from _line(number, line)


def source_of(case: Case) -> str:
    """Who recorded or wrote it: the first word of its source."""
    words = str(case.get("source", "")).split()
    return words[0] if words else "unnamed"


def _line(number: int, line: str) -> Iterator[Verdict]:
    try:
        case = json.loads(line)
    except (ValueError, RecursionError) as error:
        yield Verdict(f"line {number}", "unreadable", passed=False, detail=f"is no JSON: {error}")
        return
    found = next((each for each in FORMATS if isinstance(case, dict) and each.keys <= case.keys()), None)
    if found is None:
        names = ", ".join(each.name for each in FORMATS)
        yield Verdict(f"line {number}", "unreadable", passed=False, detail=f"is none of: {names}")
        return
    try:
        yield from found.run(case)
    except Exception as error:  # noqa: BLE001 - one case that breaks us must not hide the others
        yield Verdict(
            str(case.get("id", f"line {number}")),
            source_of(case),
            passed=False,
            detail=f"broke: {error!r}",
            aws=bool(case.get("aws_validated")),
        )
