"""What AWS answered to every recorded call of SQS alone, and of queues made by CloudFormation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flows.conformance import scenarios
from flows.conformance.report import Verdict
from tests.conftest import CASES

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(
        not CASES.is_dir(), reason="the recorded AWS answers (../shared/cases) are not beside this checkout"
    ),
]
NEEDS_A_HEADER = "test_aws_trace_header_propagation[sqs] · xray-msg"
"""The trace header came in an HTTP header, which is in no call's parameters."""
ALONE, BY_TEMPLATE = 126, 16
"""Of 127, and of 16."""


@pytest.fixture(scope="module")
def verdicts() -> dict[bool, list[Verdict]]:
    """Whether CloudFormation made the queues → the verdicts."""
    found: dict[bool, list[Verdict]] = {False: [], True: []}
    with (CASES / "aws" / "sqs" / "scenarios.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            case: dict[str, Any] = json.loads(line)
            found["cloudformation" in case["services"]].extend(scenarios.run(case))
    return found


def test_all_that_was_recorded_of_sqs_alone_comes_out_right(verdicts):
    missed = [verdict.id for verdict in verdicts[False] if not verdict.passed]
    assert len(verdicts[False]) - len(missed) >= ALONE
    assert all(each.endswith(NEEDS_A_HEADER) for each in missed), missed


def test_queues_of_templates_have_the_attributes_that_were_recorded(verdicts):
    assert sum(verdict.passed for verdict in verdicts[True]) >= BY_TEMPLATE
