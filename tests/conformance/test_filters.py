"""Filter policies and mapping filters against what AWS answered and what peers hold."""

from __future__ import annotations

import json

import pytest

from flows.conformance import formats, mapping_filters, sns_filters
from tests.conftest import CASES

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(
        not CASES.is_dir(), reason="the recorded AWS answers (../shared/cases) are not beside this checkout"
    ),
]
SNS_FLOOR, SNS_FLOOR_OF_AWS, MAPPINGS = 216, 60, 8


def verdicts(name):
    return list(formats.run((CASES / "aws" / name).read_text(encoding="utf-8")))


def test_every_policy_of_aws_and_all_but_one_of_peers_comes_out_as_recorded():
    """The one is moto's: it takes `{"anything-but": {"unknown": …}}`, which AWS was recorded to refuse with any unknown name."""
    found = verdicts("snsfilter/cases.jsonl")
    differing = [f"{each.id}: {each.detail}" for each in found if not each.passed]
    assert sum(each.passed for each in found) >= SNS_FLOOR, differing
    assert sum(each.passed and each.aws for each in found) >= SNS_FLOOR_OF_AWS, differing


def test_every_mapping_filter_lets_through_what_aws_let_through():
    found = verdicts("lambda_esm/filters.jsonl")
    assert [each.detail for each in found if not each.passed] == []
    assert len(found) == MAPPINGS


def test_a_refused_policy_is_compared_by_what_aws_says_behind_the_operations_words():
    case = {
        "id": "x",
        "source": "s",
        "aws_validated": "2026",
        "scope": "MessageBody",
        "policy": {"a": []},
        "expect": "error",
        "error_code": "InvalidParameter",
        "error_message": "Invalid parameter: Attributes Reason: FilterPolicy: Empty arrays are not allowed",
    }
    [verdict] = formats.run(json.dumps(case))
    assert verdict.passed
    [verdict] = sns_filters.run({**case, "error_message": "Invalid parameter: FilterPolicy: other"})
    assert verdict.detail.startswith("AWS 'other', here 'Empty arrays are not allowed\\n at [Source")


@pytest.mark.parametrize(
    ("case", "detail"),
    [
        ({"filter_criteria": {"Filters": []}, "body": "x", "expect": True}, ""),
        ({"filter_criteria": {"Filters": [{"Pattern": "{"}]}, "body": "x", "expect": True}, "AWS True, here error"),
        ({"filter_criteria": {"Filters": [{"Pattern": '{"a": [1]}'}]}, "record": {"a": 1}, "expect": True}, ""),
    ],
)
def test_mapping_filters_are_alternatives(case, detail):
    [verdict] = mapping_filters.run({"id": "x", "kind": "sqs", **case})
    assert verdict.detail == detail
