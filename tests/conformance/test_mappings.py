"""What mappings and destinations delivered, as AWS was recorded; and records of the same sort that we composed of known shapes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flows.conformance import mappings
from flows.conformance.report import tally
from tests.conftest import CASES

RECORDED = CASES / "aws" / "lambda_esm" / "recorded.jsonl"
ROLE = "arn:aws:iam::000000000000:role/r"
HOST = "http://sqs.us-east-1.localhost:4566/000000000000"
OK = {"HTTPHeaders": {}, "HTTPStatusCode": 200}

needs_cases = pytest.mark.skipif(
    not CASES.is_dir(), reason="the recorded AWS answers (../shared/cases) are not beside this checkout"
)


@needs_cases
def test_every_record_of_mappings_and_destinations_is_as_recorded():
    cases = [json.loads(line) for line in RECORDED.read_text().splitlines()]
    verdicts = [verdict for case in cases for verdict in mappings.run(case)]
    found = tally("recorded", verdicts)
    assert [verdict.id for verdict in verdicts if not verdict.passed and not verdict.excluded] == []
    assert found.passed == 54
    assert not found.excluded


def shape(name: str) -> Any:
    shapes = json.loads((CASES / "aws" / "shapes.json").read_text())
    return next(iter(shapes[name].values()))


def call(service: str, op: str, **params: Any) -> dict[str, Any]:
    return {"service": service, "op": op, "params": params}


def function(name: str, **params: Any) -> dict[str, Any]:
    return call("lambda", "CreateFunction", FunctionName=name, Role=ROLE, **params)


def verdict(asked: list[dict[str, Any]], recorded: Any) -> str:
    """What differs."""
    (found,) = mappings.run({"id": "composed", "source": "ours", "asked": asked, "recorded": recorded})
    assert not found.excluded
    return found.detail


@needs_cases
def test_a_partial_answer_about_a_fifo_batch_brings_back_the_rest_of_its_group():
    arn = "arn:aws:sqs:us-east-1:000000000000:source.fifo"
    redrive = json.dumps({"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dead.fifo", "maxReceiveCount": 2})
    entries = [
        {
            "Id": f"message-{number}",
            "MessageBody": json.dumps({"message": number, "fail_attempts": fails}),
            "MessageGroupId": "1",
            "MessageDeduplicationId": f"dedup-{number}",
        }
        for number, fails in ((1, 0), (2, 1), (3, 1), (4, 2))
    ]
    asked = [
        call("sqs", "CreateQueue", QueueName="destination"),
        call("sqs", "GetQueueUrl", QueueName="destination"),
        function("f", Timeout=8, Environment={"Variables": {"DESTINATION_QUEUE_URL": f"{HOST}/destination"}}),
        call("sqs", "CreateQueue", QueueName="dead.fifo", Attributes={"FifoQueue": "true"}),
        call(
            "sqs",
            "CreateQueue",
            QueueName="source.fifo",
            Attributes={"FifoQueue": "true", "VisibilityTimeout": "8", "RedrivePolicy": redrive},
        ),
        call("sqs", "SendMessageBatch", QueueUrl=f"{HOST}/source.fifo", Entries=entries),
        call(
            "lambda",
            "CreateEventSourceMapping",
            EventSourceArn=arn,
            FunctionName="f",
            BatchSize=10,
            MaximumBatchingWindowInSeconds=0,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        ),
    ]
    assert verdict(asked, shape("sqs_esm_partial_batch")) == ""


@needs_cases
def test_a_dead_letter_of_an_asynchronous_invocation_is_the_event_with_the_error_in_attributes():
    asked = [
        call("sqs", "CreateQueue", QueueName="dead"),
        function("f", DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:000000000000:dead"}),
        call("lambda", "Invoke", FunctionName="f", Payload='{"raise_error": 1}', InvocationType="Event"),
    ]
    assert verdict(asked, {"messages": shape("lambda_async_dlq_sqs")}) == ""


@needs_cases
def test_retries_are_exhausted_after_three_invocations_by_default():
    asked = [
        call("sqs", "CreateQueue", QueueName="failures"),
        function("f"),
        call(
            "lambda",
            "PutFunctionEventInvokeConfig",
            FunctionName="f",
            DestinationConfig={"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:000000000000:failures"}},
        ),
        call("lambda", "Invoke", FunctionName="f", Payload='{"raise_error": 1}', InvocationType="Event"),
    ]
    assert verdict(asked, {"messages": shape("lambda_async_destination_failure_default_retries")}) == ""


def mapped(**params: Any) -> list[dict[str, Any]]:
    arn = "arn:aws:sqs:us-east-1:000000000000:source"
    made = call("lambda", "CreateEventSourceMapping", EventSourceArn=arn, FunctionName="f", **params)
    return [call("sqs", "CreateQueue", QueueName="source"), function("f", Timeout=30), made]


def refusal(code: str, message: str, status: int = 400) -> dict[str, Any]:
    error = {"Code": code, "Message": message}
    metadata = {"HTTPHeaders": {}, "HTTPStatusCode": status}
    return {"Error": error, "Type": "User", "message": message, "ResponseMetadata": metadata}


@pytest.mark.parametrize("pattern", ["null", '"simple string"', '{"eventSource": "aws:sqs"}', '{"eventSource": []}'])
def test_a_filter_that_is_no_pattern_is_refused(pattern):
    asked = mapped(FilterCriteria={"Filters": [{"Pattern": pattern}]})
    said = refusal("InvalidParameterValueException", "Invalid filter pattern definition.")
    assert verdict(asked, {"create_event_source_mapping_exception": said}) == ""


def test_a_second_mapping_of_the_same_two_is_refused_with_the_firsts_uuid():
    message = (
        'An event source mapping with SQS arn (" arn:<partition>:sqs:<region>:111111111111:<resource:1> ") and function '
        '(" <resource:2> ") already exists. Please update or delete the existing mapping with UUID <uuid:1>'
    )
    assert verdict(mapped(), {"error": refusal("ResourceConflictException", message, 409)}) == ""


def test_what_a_record_says_and_we_do_not_do_is_a_difference():
    record = {"Records": [{"body": "other"}]}
    asked = [*mapped(), call("sqs", "SendMessage", QueueUrl=f"{HOST}/source", MessageBody="hello")]
    assert verdict(asked, {"events": [record]}) != ""
    assert verdict(asked, {"concurrency": {"ReservedConcurrentExecutions": 2, "ResponseMetadata": OK}}) != ""
