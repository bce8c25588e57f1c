"""Filters of event source mappings: whether a record with this body reached the function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.conformance.report import Verdict
from flows.patterns import PatternError, compile_mapping_filter


def run(case: dict[str, Any]) -> Iterator[Verdict]:
    answered = _ask(case)
    detail = "" if answered == case["expect"] else f"AWS {case['expect']}, here {answered}"
    source = str(case.get("source", "")).split(" ")[0]
    yield Verdict(case["id"], source, passed=not detail, detail=detail, aws=bool(case.get("aws_validated")))


def _ask(case: dict[str, Any]) -> bool | str:
    record = case["record"] if "record" in case else {"body": case["body"]}
    try:
        filters = [compile_mapping_filter(each["Pattern"], case["kind"]) for each in case["filter_criteria"]["Filters"]]
    except PatternError:
        return "error"
    return any(each.matches(record) for each in filters) if filters else True
