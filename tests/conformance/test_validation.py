"""Every definition AWS judged is judged as AWS judged it, with its words; what AWS ran, it had accepted."""

from __future__ import annotations

import json

import pytest

from flows.asl.lint import errors, lint
from flows.conformance import validation
from tests.conftest import CASES

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(
        not CASES.is_dir(), reason="the recorded AWS answers (../shared/cases) are not beside this checkout"
    ),
]
PEERS_FLOOR = 99


def _cases(name):
    with (CASES / "aws" / "asl" / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def verdicts():
    return [verdict for case in _cases("validation.jsonl") for verdict in validation.run(case)]


def test_all_that_aws_recorded_comes_out_right(verdicts):
    of_aws = [verdict for verdict in verdicts if verdict.aws]
    assert len(of_aws) >= 238
    assert [(verdict.id, verdict.detail) for verdict in of_aws if not verdict.passed] == []


def test_peers_are_told_apart(verdicts):
    of_peers = [verdict for verdict in verdicts if not verdict.aws]
    assert {verdict.source for verdict in of_peers} == {
        "localstack",
        "ChristopheBougere/asl-validator",
        "awslabs/statelint",
    }
    assert sum(verdict.passed for verdict in of_peers) >= PEERS_FLOOR


def test_what_aws_executed_has_no_errors():
    ran = [case for case in _cases("executions.jsonl") if case.get("aws_validated")]
    assert len(ran) > 500
    wrong = {case["id"]: list(map(str, errors(lint(case["definition"], case["type"])))) for case in ran}
    assert {id_: found for id_, found in wrong.items() if found} == {}
