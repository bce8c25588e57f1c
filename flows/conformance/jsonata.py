"""JSONata's own suite: expression, bindings and data against a result, nothing, or an error's code.

Theory of operation. Each case is evaluated by the engine that Step Functions' expressions use, in the language without AWS's changes
($eval is there, the added functions are not). Depth and time are the case's where it has them; else the bounds are those of a suite, not of
a state: room for its deepest recursion and its largest arrays. Whatever a bound of depth or time stopped has the code U1001, as in
the suite's own runner. Numbers are compared by value (1 and 1.0), arrays regardless of order where the case says "unordered".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flows.asl.expressions.engine import TIMEOUT, TOO_DEEP, Failure, Limits, engine
from flows.asl.expressions.texts import to_text
from flows.conformance.report import Verdict

KEYS = frozenset({"expr", "bindings", "data", "expect"})
DEPTH = 1_000
BOUNDS = Limits(
    steps=2_000_000, depth=DEPTH, size=80_000_000, text=64 << 20, cpu_seconds=5, stack=4 << 20, memory=1 << 30
)
STOPPED = "U1001"


def run(case: dict[str, Any]) -> Iterator[Verdict]:
    """The verdict of one case."""
    wanted = case["expect"]
    got = evaluate(case)
    passed = _agrees(wanted, got, unordered=bool(case.get("unordered")))
    yield Verdict(
        case["id"], "jsonata-js", passed, "" if passed else f"{case['expr'][:200]} → wanted {wanted}, got {got}"[:1_000]
    )


def evaluate(case: dict[str, Any]) -> dict[str, Any]:
    """{"result": …}, {"undefined": true} or {"error": code or message}."""
    text = case["expr"]
    seconds = case["timelimit"] / 1_000 if "timelimit" in case else BOUNDS.cpu_seconds
    bounds = replace(BOUNDS, depth=case.get("depth") or DEPTH, cpu_seconds=seconds)
    data = "" if case["data"] is None else to_text(case["data"])
    answer = engine().run((text,), "jsonata", to_text(case["bindings"] or {}), data, "1500000000000", "1", bounds)
    if not isinstance(answer, Failure):
        return {"result": answer[0]}
    if answer.nothing:
        return {"undefined": True}
    if answer.limit in {TOO_DEEP, TIMEOUT}:
        return {"error": STOPPED}
    return {"error": answer.code or answer.limit or answer.message}


def _agrees(wanted: dict[str, Any], got: dict[str, Any], *, unordered: bool) -> bool:
    if "result" in wanted:
        one, other = wanted["result"], got.get("result")
        if unordered and isinstance(one, list) and isinstance(other, list):
            one, other = sorted(one, key=to_text), sorted(other, key=to_text)
        return "result" in got and _same(one, other)
    if wanted.get("undefined"):
        return got == {"undefined": True}
    error = wanted["error"]
    return got.get("error") == (error.get("code") if isinstance(error, dict) else error)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(_same(value, other[key]) for key, value in one.items())
        )
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
