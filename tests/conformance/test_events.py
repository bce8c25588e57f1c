"""What AWS answered to every recorded call of EventBridge."""

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
FLOOR = 176
"""Of 178 (182 without those that need another service)."""
TWO_REGIONS = "cross_account_region[default-region_account]"
"""Nothing in the recording says from which region the second rule and its queue were made."""


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    with (CASES / "aws" / "events" / "scenarios.jsonl").open(encoding="utf-8") as lines:
        cases: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return [verdict for case in cases for verdict in scenarios.run(case) if not verdict.excluded]


def test_what_was_recorded_comes_out_right(verdicts):
    missed = [verdict.id for verdict in verdicts if not verdict.passed]
    assert len(verdicts) - len(missed) >= FLOOR
    assert all(TWO_REGIONS in each for each in missed), missed
