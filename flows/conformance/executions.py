"""Recorded executions: a state machine is made, started, and its end and its history are compared with AWS's.

A case gives two verdicts: its *core* (status, output, error), and everything (the cause and the types of the history's events too).
What stands around the machine (queues, functions, nested machines, workers) is set up by `surroundings.py`; a case that needs a service
which is not simulated is excluded.

Events are compared as types. Where AWS's order is not said to be exact (branches at once) they are compared sorted; where the recorder
sorted the spans of Parallel states it lost some, so those types are left out on both sides (cases/tools/asl_match.py).

The recorder's tests end names with eight random digits, and took them away again in some places: names are compared without them.

AWS's answers have grown: `RedriveCount` and its kin came with redrive, on 15 November 2023. A recording older than that cannot hold
them, so there they are left out of ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from flows.conformance.matching import MISSING, difference, parsed
from flows.conformance.report import Verdict
from flows.conformance.surroundings import Surroundings
from flows.services.ports import Json

SHORT_ID = re.compile(r"-?[0-9a-f]{8}$")
KEYS = frozenset({"definition", "expect", "needs", "lambdas", "sync", "input"})
REDRIVE_CAME = "2023-11-15"
CAME_WITH_REDRIVE = ("RedriveCount", "RedriveStatus", "RedriveStatusReason")
CORE, ALL = "status, output and error", "causes and event types too"
LAMBDA, NOTHING = "lambda", "nothing"


def run(case: Json) -> Iterator[Verdict]:
    """Two verdicts: the core, and everything."""
    source = str(case.get("source", "")).split(" ")[0]
    aws, name, needs = bool(case.get("aws_validated")), str(case["id"]), _needs(case)
    surroundings = Surroundings(case)
    why = surroundings.excluded()
    if why:
        for level in (CORE, ALL):
            yield Verdict(f"{name} · {level}", source, False, excluded=why, group=f"needing {needs}: {level}", aws=aws)
        return
    got = surroundings.run()
    core = _core(case, got)
    yield Verdict(f"{name} · {CORE}", source, not core, core, group=f"needing {needs}: {CORE}", aws=aws)
    rest = core or _rest(case, got)
    yield Verdict(f"{name} · {ALL}", source, not rest, rest, group=f"needing {needs}: {ALL}", aws=aws)


def _needs(case: Json) -> str:
    """What a case needs from outside, as the tallies name it."""
    needs = sorted(case.get("needs") or ())
    if not needs:
        return NOTHING
    return LAMBDA if needs == [LAMBDA] else "services"


def _core(case: Json, got: Json) -> str:
    """Where status, output or error differ; "" if they do not."""
    expect = case["expect"]
    if expect["status"] != got["status"]:
        return f"status: AWS {expect['status']}, here {got['status']} ({got.get('error')}: {got.get('cause')})"
    if "output" in expect:
        output = json.loads(got["output"]) if "output" in got else MISSING
        want, have = (_unnumbered(case, each) for each in (expect["output"], _as_old_as(case, output)))
        found = difference(*((_unmeasured(want), _unmeasured(have)) if _tells_a_date(want) else (want, have)), "output")
        if found:
            return found
    return difference(expect["error"], got.get("error", MISSING), "error") if "error" in expect else ""


def _rest(case: Json, got: Json) -> str:
    expect = case["expect"]
    if "cause" in expect:
        cause = _as_old_as(case, got.get("cause", MISSING))
        found = difference(_unnumbered(case, expect["cause"]), _unnumbered(case, cause), "cause")
        if found:
            return found
    want, have = expect.get("event_types"), got.get("event_types")
    if not want or have is None:
        return ""
    if expect.get("order_normalised"):
        want, have = ([each for each in types if not each.startswith("ParallelState")] for types in (want, have))
    if expect.get("event_order") == "any":
        want, have = sorted(want), sorted(have)
    return "" if want == have else f"events: AWS {', '.join(want)}; here {', '.join(have)}"


def _tells_a_date(output: Any) -> bool:
    """Whether it is an HTTP answer that holds a date: how long that is, depends on the moment."""
    return isinstance(output, dict) and "SdkHttpMetadata" in output and "StartDate" in output


def _unmeasured(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unmeasured(each) for name, each in value.items() if name != "Content-Length"}
    return value


def _unnumbered(case: Json, value: Any) -> Any:
    """Without the random ends of the names in the case's input."""
    for base in _bases(case["input"]):
        value = _replaced(re.compile(rf"{re.escape(base)}-?[0-9a-f]{{8}}(?![0-9a-f])"), base, value)
    return value


def _bases(value: Any) -> Iterator[str]:
    """The names in an input that end with random digits, without them."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _bases(each)
    elif isinstance(value, str) and (found := SHORT_ID.search(value)) is not None and found.start():
        yield value[: found.start()].rpartition(":")[2].rpartition("/")[2]


def _replaced(pattern: re.Pattern[str], base: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(pattern, base, each) for name, each in value.items()}
    if isinstance(value, list):
        return [_replaced(pattern, base, each) for each in value]
    return pattern.sub(base, value) if isinstance(value, str) else value


def _as_old_as(case: Json, value: Any) -> Any:
    """Without members that AWS did not answer yet when the case was recorded."""
    if str(case.get("aws_validated") or REDRIVE_CAME) >= REDRIVE_CAME:
        return value
    return _without(parsed(value))


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without(each) for name, each in value.items() if name not in CAME_WITH_REDRIVE}
    return [_without(each) for each in value] if isinstance(value, list) else value
