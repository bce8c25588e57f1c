"""Shapes AWS was recorded to answer: a function's record, a dead letter, move tasks that are refused. Calls in their order are
`tests/conformance/test_sqs.py`'s.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from flows.conformance.matching import matches
from tests.builders import Run, arn, queues_only
from tests.conftest import CASES

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(not CASES.is_dir(), reason="the recorded cases are not here (../shared/cases)"),
]


def shape(name: str, test: str) -> Any:
    """One recording of `shapes.json`: those of a name are kept by the test that made them."""
    found = json.loads((CASES / "aws" / "shapes.json").read_text())[name]
    return next(value for key, value in found.items() if key.endswith(test))


def test_a_function_is_given_the_record_that_aws_was_recorded_to_give() -> None:
    want = shape("sqs_esm_record_and_dlq", "failing_lambda")["first_attempt"]["Messages"][0]["Body"]["event"]
    run = Run(queues_only())
    run.send(json.dumps({"destination": "https://queue", "fail_attempts": 2}))
    queue = run.simulation.world.nouns[run.topology.node("Orders").index]
    assert matches(want, queue.receive(1, -1, 0).event())


def test_a_dead_letter_looks_as_aws_was_recorded_to_answer() -> None:
    plain = shape("sqs_dlq_message_attributes", "test_dead_letter_queue_message_attributes")[1]
    run = Run(queues_only(maximum=1))
    run.send("message-2")
    run.receive(VisibilityTimeout=0)
    assert run.receive() == []
    (letter,) = run.receive(queue="orders-dlq", AttributeNames=list(plain["Attributes"]))
    assert matches(plain, letter)


@pytest.mark.parametrize(
    ("test", "operation", "params"),
    [
        ("test_source_needs_redrive_policy", "StartMessageMoveTask", {"SourceArn": arn("orders")}),
        (
            "test_destination_needs_to_exist",
            "StartMessageMoveTask",
            {"SourceArn": arn("orders-dlq"), "DestinationArn": arn("none")},
        ),
        ("test_cancel_with_invalid_task_handle", "CancelMessageMoveTask", {"TaskHandle": "foobared"}),
        (
            "test_cancel_with_invalid_source_arn_in_task_handle",
            "CancelMessageMoveTask",
            {"TaskHandle": base64.b64encode(json.dumps({"taskId": "x", "sourceArn": arn("none")}).encode()).decode()},
        ),
        (
            "test_cancel_with_invalid_task_id_in_task_handle",
            "CancelMessageMoveTask",
            {"TaskHandle": base64.b64encode(json.dumps({"taskId": "x", "sourceArn": arn("orders")}).encode()).decode()},
        ),
    ],
)
def test_move_tasks_are_refused_as_recorded(test: str, operation: str, params: dict[str, Any]) -> None:
    want = shape("sqs_message_move_tasks", test)["error"]
    refusal = Run(queues_only()).command(f"sqs:{operation}", **params).refusal
    assert refusal is not None
    assert refusal.as_json()["Error"] == want["Error"]
    assert refusal.status == want["ResponseMetadata"]["HTTPStatusCode"]
