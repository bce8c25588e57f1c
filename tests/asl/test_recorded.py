"""What real AWS recorded of executions that need nothing outside, or only functions (`../shared/cases`), driven by the small host.

Status, output, error, cause, types of events in their order; and, where the recording kept its order, every event's details and
previousEventId. Functions: what the language does with them (the SDK's own metadata is the service's, see tests/conformance).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.asl.definition import compile_definition
from flows.asl.history import text
from flows.conformance.matching import matches
from tests.asl.host import SmallHost, facts_of

CASES = Path(__file__).parents[3] / "shared" / "cases" / "aws" / "asl" / "executions.jsonl"
FLOOR, FLOOR_WHOLE, FLOOR_FUNCTIONS = 432, 180, 35
WRITTEN_BY_THE_SERVICE = {"roleArn", "input"}

pytestmark = pytest.mark.skipif(not CASES.exists(), reason="the recorded cases are not here (../shared/cases)")


def ran(case):
    host = SmallHost(case["lambdas"])
    execution = host.begin(
        compile_definition(json.dumps(case["definition"]), case["type"]), facts_of(input_=case["input"])
    )
    host.run()
    return host, execution


def agrees(case):
    """Whether everything recorded of the execution is so."""
    host, execution = ran(case)
    want = case["expect"]
    got = {
        "status": str(execution.status),
        "output": execution.output,
        "error": execution.error,
        "cause": execution.cause,
    }
    same = [matches(want[key], got[key]) for key in ("status", "output", "error", "cause") if key in want]
    types = want.get("event_types")
    return all(same) and (types is None or in_order(want, types) == in_order(want, host.types()))


def in_order(want, types):
    if want.get("order_normalised"):
        types = [each for each in types if not each.startswith("ParallelState")]
    return sorted(types) if want.get("event_order") == "any" else types


def is_whole(case):
    """Whether details and chains of every event are as recorded."""
    host, _ = ran(case)
    recorded, written = case["history"], host.history()
    return len(recorded) == len(written) and all(map(same_event, recorded, written))


def same_event(want, got):
    details = next((key for key in want if key.endswith("EventDetails")), None)
    ours = (
        {key: value for key, value in got.get(details, {}).items() if key not in WRITTEN_BY_THE_SERVICE}
        if details
        else {}
    )
    theirs = (
        {key: value for key, value in want[details].items() if key not in WRITTEN_BY_THE_SERVICE} if details else {}
    )
    chained = want["previousEventId"] == got["previousEventId"] or want["type"] == "MapStateExited"
    return want["type"] == got["type"] and chained and matches(theirs, ours)


def cases(*needs):
    return [case for case in map(json.loads, CASES.read_text().splitlines()) if tuple(case["needs"]) == needs]


def test_executions_that_need_nothing_outside():
    missed = [case["id"] for case in cases() if not agrees(case)]
    assert len(cases()) - len(missed) >= FLOOR, missed


def test_their_histories_to_the_last_detail():
    told = [case for case in cases() if case["history"] and not case["expect"]["order_normalised"]]
    forward = [case for case in told if case["history"][0]["id"] == 1]
    missed = [case["id"] for case in forward if not is_whole(case)]
    assert len(forward) - len(missed) >= FLOOR_WHOLE, missed


def test_executions_that_need_functions_take_the_same_way():
    missed = []
    for case in cases("lambda"):
        host, execution = ran(case)
        want = case["expect"]
        types = want.get("event_types")
        same = want["status"] == execution.status and (
            types is None or in_order(want, types) == in_order(want, host.types())
        )
        if not same:
            missed.append(case["id"])
    assert len(cases("lambda")) - len(missed) >= FLOOR_FUNCTIONS, missed


def test_what_is_written_is_json_without_blanks():
    assert text({"a": [1, 2.0, None, "é"]}) == '{"a":[1,2.0,null,"é"]}'
    assert text(10**30) == "1" + "0" * 30
