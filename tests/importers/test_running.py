"""Public templates, imported as they are and given traffic where theirs comes from: it flows to an end."""

from __future__ import annotations

import pytest

from tests.conftest import CASES
from tests.importers.corpus import imported, manifest
from tests.importers.running import run
from tests.importers.samples import MISSING, sample
from tests.importers.yaml_of import imports

FLOOR = 43


@pytest.mark.cases
@pytest.mark.skipif(
    not CASES.is_dir(), reason="the recorded AWS answers (../shared/cases) are not beside this checkout"
)
def test_templates_run_from_their_sources_to_an_end():
    ran = [run(entry["id"], imported(CASES, entry).document) for entry in manifest(CASES)]
    assert sum(each.runs for each in ran) >= FLOOR, [line for each in ran for line in each.wrong]


def test_a_token_that_travels_through_a_queue_is_answered_by_the_function_at_its_end():
    result = imports("""
        Resources:
          Asked: {Type: AWS::SQS::Queue}
          Approve:
            Type: AWS::Serverless::Function
            Properties:
              Events: {E: {Type: SQS, Properties: {Queue: !GetAtt Asked.Arn}}}
              Policies: [{Statement: [{Action: 'states:SendTaskSuccess', Resource: '*'}]}]
          Bystander:
            Type: AWS::Serverless::Function
            Properties: {Policies: [{Statement: [{Action: 'states:SendTaskSuccess', Resource: '*'}]}]}
          Order:
            Type: AWS::Serverless::StateMachine
            Properties:
              Definition:
                StartAt: Ask
                States:
                  Ask:
                    Type: Task
                    Resource: arn:aws:states:::sqs:sendMessage.waitForTaskToken
                    Parameters: {QueueUrl: !Ref Asked, MessageBody: {"order.$": $.order, "TaskToken.$": $$.Task.Token}}
                    End: true
    """)
    ran = run("callback", result.document)
    assert (ran.wrong, ran.waiting) == ([], {})
    assert ran.quiet == []
    assert "calls" not in result.document["resources"]["Bystander"]["playground"]


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        (
            {"source": ["orders"], "detail": {"total": [{"numeric": [">", 5, "<=", 9]}]}},
            {"source": "orders", "detail": {"total": 7.0}},
        ),
        (
            {"a": [{"prefix": "x"}], "b": [{"exists": False}], "c": [{"anything-but": ["d"]}]},
            {"a": "xx", "c": "something else"},
        ),
        ({"$or": [{"a": [1]}, {"b": [2]}]}, {"a": 1}),
        ([{"exists": False}], MISSING),
    ],
)
def test_a_sample_is_what_a_pattern_matches(pattern, matching):
    assert sample(pattern) == matching
