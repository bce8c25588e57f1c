"""JSONata's own suite, evaluated by the engine that state machines use."""

from __future__ import annotations

import json

import pytest

from flows.conformance import formats, jsonata
from tests.conftest import CASES

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(
        not CASES.is_dir(), reason="the recorded AWS answers (../shared/cases) are not beside this checkout"
    ),
]
FLOOR = 857


def test_all_of_the_suite_comes_out_as_the_reference_says():
    with (CASES / "aws" / "jsonata" / "cases.jsonl").open(encoding="utf-8") as lines:
        verdicts = [verdict for line in lines for verdict in jsonata.run(json.loads(line))]
    assert sum(verdict.passed for verdict in verdicts) >= FLOOR, [
        verdict.id for verdict in verdicts if not verdict.passed
    ]
    assert len(verdicts) == 857


def test_a_case_is_recognised_by_its_keys():
    case = {"id": "x", "source": "jsonata-js", "expr": "1 + 1", "bindings": {}, "data": None, "expect": {"result": 2}}
    [verdict] = formats.run(json.dumps(case))
    assert (verdict.id, verdict.source, verdict.passed) == ("x", "jsonata-js", True)


def test_a_wrong_answer_says_what_was_wanted():
    case = {"id": "x", "source": "jsonata-js", "expr": "1 + 1", "bindings": {}, "data": None, "expect": {"result": 3}}
    [verdict] = jsonata.run(case)
    assert (verdict.passed, verdict.detail) == (False, "1 + 1 → wanted {'result': 3}, got {'result': 2}")
