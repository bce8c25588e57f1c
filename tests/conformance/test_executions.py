"""Executions and states tested alone, as AWS was recorded to run them."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from flows.conformance import executions, formats, teststate
from tests.conftest import CASES

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(
        not CASES.is_dir(), reason="the recorded AWS answers (../shared/cases) are not beside this checkout"
    ),
]
FLOORS = {
    "needing nothing: status, output and error": 432,
    "needing nothing: causes and event types too": 432,
    "needing lambda: status, output and error": 36,
    "needing lambda: causes and event types too": 36,
    "needing services: status, output and error": 57,
    "needing services: causes and event types too": 57,
}
EXCLUDED = 2


def lines(name: str) -> list[dict[str, object]]:
    with (CASES / "aws" / "asl" / name).open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_recorded_executions_end_as_aws_ended_them():
    """What is excluded needs DynamoDB or Secrets Manager."""
    verdicts = [verdict for case in lines("executions.jsonl") for verdict in executions.run(case)]
    passed = Counter(verdict.group for verdict in verdicts if verdict.passed and not verdict.excluded)
    missed = [f"{verdict.id}: {verdict.detail}" for verdict in verdicts if not verdict.passed and not verdict.excluded]
    assert {name: passed[name] >= floor for name, floor in FLOORS.items()} == dict.fromkeys(FLOORS, True), missed
    assert sum(bool(verdict.excluded) for verdict in verdicts) <= EXCLUDED


def test_every_recorded_answer_of_test_state_is_given():
    verdicts = [verdict for case in lines("teststate.jsonl") for verdict in teststate.run(case)]
    assert [verdict.id for verdict in verdicts if not verdict.passed] == []
    assert len(verdicts) == 98


def test_cases_are_recognised_by_their_keys():
    for name, groups in (("executions.jsonl", {True}), ("teststate.jsonl", {False})):
        found = list(formats.run(json.dumps(lines(name)[0])))
        assert {bool(verdict.group) for verdict in found} == groups


def test_a_wrong_end_says_what_was_wanted():
    case = next(case for case in lines("executions.jsonl") if not case["needs"])
    core, whole = executions.run({**case, "expect": {"status": "TIMED_OUT"}})
    assert not core.passed
    assert not whole.passed
    assert core.detail.startswith("status: AWS TIMED_OUT, here ")
