"""What AWS answered to every recorded call of SNS, also where queues and functions are subscribed."""

from __future__ import annotations

import pytest

from flows.conformance.formats import run
from tests.conftest import CASES

SCENARIOS = CASES / "aws" / "sns" / "scenarios.jsonl"
FLOOR = 188
"""Of 190. One publish was a raw HTTP request that the recording does not hold; one count AWS gave too late."""

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(
        not CASES.is_dir(), reason="the recorded AWS answers (../shared/cases) are not beside this checkout"
    ),
]


def test_sns_answers_as_recorded():
    verdicts = list(run(SCENARIOS.read_text(encoding="utf-8")))
    missed = [f"{verdict.id}: {verdict.detail}" for verdict in verdicts if not verdict.passed and not verdict.excluded]
    assert not any(verdict.excluded for verdict in verdicts)
    assert len(verdicts) - len(missed) >= FLOOR, missed
