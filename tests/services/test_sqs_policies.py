"""Policies and other attributes set while running: what holds, and what is refused in AWS's words."""

from __future__ import annotations

import json

import pytest

from tests.builders import SECOND, Run, arn, queues_only, url
from tests.services.test_sqs_redrive import dead

ORDERS, DLQ = {"QueueUrl": url("orders")}, {"QueueUrl": url("orders-dlq")}


def policy(**given) -> dict[str, str]:
    return {"RedrivePolicy": json.dumps(given)}


def allow(**given) -> dict[str, str]:
    return {"RedriveAllowPolicy": json.dumps(given)}


def test_a_redrive_allow_policy_names_its_sources_and_can_be_taken_back():
    run = Run(queues_only())
    by_queue = allow(redrivePermission="byQueue", sourceQueueArns=[arn("orders")])
    run.ok("sqs:SetQueueAttributes", **DLQ, Attributes=by_queue)
    found = json.loads(run.attributes("orders-dlq")["RedriveAllowPolicy"])
    assert found == {"redrivePermission": "byQueue", "sourceQueueArns": [arn("orders")]}
    run.ok(
        "sqs:SetQueueAttributes",
        **ORDERS,
        Attributes=policy(deadLetterTargetArn=arn("orders-dlq"), maxReceiveCount="9"),
    )
    run.ok("sqs:SetQueueAttributes", **DLQ, Attributes={"RedriveAllowPolicy": ""})
    assert "RedriveAllowPolicy" not in run.attributes("orders-dlq")


def test_what_has_no_effect_is_kept_and_answered():
    run = Run(queues_only())
    run.ok(
        "sqs:SetQueueAttributes", **ORDERS, Attributes={"KmsMasterKeyId": "alias/key", "SqsManagedSseEnabled": "false"}
    )
    found = run.attributes("orders", "KmsMasterKeyId", "SqsManagedSseEnabled", "Policy")
    assert found == {"KmsMasterKeyId": "alias/key", "SqsManagedSseEnabled": "false"}


@pytest.mark.parametrize(
    ("attributes", "part"),
    [
        ({"RedrivePolicy": "no JSON"}, "Redrive policy is not a valid JSON map."),
        ({"RedrivePolicy": '{"maxReceiveCount": 1}'}, "does not contain mandatory attribute: deadLetterTargetArn."),
        (policy(deadLetterTargetArn=arn("orders-dlq")), "does not contain mandatory attribute: maxReceiveCount."),
        (
            policy(deadLetterTargetArn=arn("orders-dlq"), maxReceiveCount=1001),
            "Invalid value for maxReceiveCount: 1001",
        ),
        (policy(deadLetterTargetArn=arn("none"), maxReceiveCount=1), "Dead letter target does not exist."),
        (allow(redrivePermission="some"), "redrivePermission must be allowAll, denyAll or byQueue."),
        (allow(redrivePermission="byQueue"), "sourceQueueArns goes with byQueue, and only with it."),
        ({"VisibilityTimeout": "soon"}, "Invalid value for the parameter VisibilityTimeout."),
        ({}, "The request must contain the parameter Attribute.Name."),
    ],
)
def test_what_is_refused_changes_nothing(attributes, part):
    run = Run(queues_only())
    before = run.attributes()
    _, message = run.no("sqs:SetQueueAttributes", **ORDERS, Attributes=attributes)
    assert part in message
    assert run.attributes() == before


@pytest.mark.parametrize(
    ("params", "part"),
    [
        ({}, "Messages"),
        ({"Messages": [{"MessageId": "?"}], "MaxNumberOfMessagesPerSecond": 501}, "no such message"),
        ({"Messages": "all"}, "Messages"),
        ({"Messages": [{"MessageId": "$0", "MessageBody": ""}]}, "MessageBody"),
        ({"Messages": [{"MessageId": "$0", "MessageBody": "x" * 1_048_577}]}, "shorter than 1048576 bytes"),
        ({"Messages": [{"MessageId": "$0"}], "MaxNumberOfMessagesPerSecond": 501}, "between 1 and 500"),
        ({"Messages": [{"MessageId": "$0"}], "DestinationArn": arn("orders-dlq")}, "cannot be the same"),
        ({"Messages": [{"MessageId": "$0"}, {"MessageId": "$0"}]}, "no such message"),
    ],
)
def test_a_selection_that_cannot_be_redriven_is_refused(params, part):
    run = Run(queues_only(maximum=1))
    (letter,) = dead(run, "a")
    given = json.loads(json.dumps(params).replace("$0", letter))
    assert part in run.no("sqs:RedriveMessages", SourceArn=arn("orders-dlq"), **given)[1]
    assert run.no("sqs:ListMessageMoveTasks", SourceArn=arn("orders-dlq"), MaxResults=11)[0] == "InvalidParameterValue"


def test_who_is_in_flight_when_its_turn_comes_is_not_redriven():
    run = Run(queues_only(maximum=1))
    first, second = dead(run, "a", "b")
    selection = [{"MessageId": first}, {"MessageId": second}]
    run.ok("sqs:RedriveMessages", SourceArn=arn("orders-dlq"), Messages=selection, MaxNumberOfMessagesPerSecond=1)
    run.until(run.simulation.now_at)
    assert [message["MessageId"] for message in run.receive(queue="orders-dlq")] == [second]
    run.until(run.simulation.now_at + 2 * SECOND)
    completed = run.records()[-1]
    assert (completed["kind"], completed["moved"]) == ("MoveTaskCompleted", 1)
    run.until(run.simulation.now_at + 30 * SECOND)
    run.ok("sqs:StartMessageMoveTask", SourceArn=arn("orders-dlq"))
    run.until(run.simulation.now_at)
    listed = run.ok("sqs:ListMessageMoveTasks", SourceArn=arn("orders-dlq"), MaxResults=10)["Results"]
    assert [(task["Status"], task["ApproximateNumberOfMessagesMoved"]) for task in listed] == [
        ("COMPLETED", 1),
        ("COMPLETED", 1),
    ]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"MessageBody": 7}, "InvalidParameterValue"),
        ({"MessageBody": "\x00"}, "InvalidMessageContents"),
        ({"MessageBody": "a", "DelaySeconds": True}, "InvalidParameterValue"),
        ({"MessageBody": "a", "MessageDeduplicationId": "d"}, "InvalidParameterValue"),
        (
            {"MessageBody": "a", "MessageSystemAttributes": {"Other": {"DataType": "String", "StringValue": "x"}}},
            "InvalidParameterValue",
        ),
        (
            {"MessageBody": "a", "MessageSystemAttributes": {"AWSTraceHeader": {"DataType": "Text"}}},
            "InvalidParameterValue",
        ),
    ],
)
def test_messages_that_are_refused(params, code):
    assert Run(queues_only()).no("sqs:SendMessage", **ORDERS, **params)[0] == code


def test_a_batch_is_refused_as_a_whole_when_it_is_too_long():
    entries = [{"Id": str(i), "MessageBody": "x" * 600_000} for i in range(2)]
    code, message = Run(queues_only()).no("sqs:SendMessageBatch", **ORDERS, Entries=entries)
    assert code == "AWS.SimpleQueueService.BatchRequestTooLong"
    assert message == "Batch requests cannot be longer than 1048576 bytes. You have sent 1200000 bytes."


def test_visibility_of_a_message_that_is_gone_or_out_of_range_is_refused():
    run = Run(queues_only())
    run.send()
    (message,) = run.receive()
    change = {**ORDERS, "ReceiptHandle": message["ReceiptHandle"]}
    assert run.no("sqs:ChangeMessageVisibility", **change, VisibilityTimeout=43_201)[0] == "InvalidParameterValue"
    assert run.no("sqs:ChangeMessageVisibility", **change)[0] == "MissingParameter"
    assert (
        run.no("sqs:ChangeMessageVisibility", **{**change, "ReceiptHandle": "x"}, VisibilityTimeout=1)[0]
        == "ReceiptHandleIsInvalid"
    )
    run.delete(message)
    code, said = run.no("sqs:ChangeMessageVisibility", **change, VisibilityTimeout=1)
    assert code == "InvalidParameterValue"
    assert "Message does not exist or is not available for visibility timeout change." in said


def test_ten_thousand_messages_leave_out_of_turn_and_the_line_stays_in_order():
    run = Run(queues_only(maximum=1))
    burst = {"TargetArn": arn("orders-dlq"), "Mode": "burst", "MessageBody": "letter"}
    run.ok("client:StartTraffic", **burst, Count=12_000)
    run.until(0)
    queue = run.simulation.world.nouns[run.topology.node("OrdersDlq").index]
    slots = list(queue.line.slots)
    for slot in slots[1:-1]:
        queue.leave(slot)
    assert len(queue.line.slots) < 6000
    assert queue.line.first() == slots[0]
    assert len(queue.receive(10, -1, 0)) == 2
    assert queue.line.first() == -1


def test_timers_are_swept_while_one_message_stays_in_flight():
    run = Run(queues_only(VisibilityTimeout=43_200))
    run.send("stays")
    run.receive(1)
    queue = run.simulation.world.nouns[run.topology.node("Orders").index]
    for _ in range(100):
        for _ in range(100):
            queue.send(1, -1, 0, 0)
        queue.receive(100, -1, 0).delete(0, 0)
    assert queue.in_flight_count == 1
    assert len(queue.flight._ats) < 5000
    assert len(queue.ages._ats) < 5000
    assert run.simulation.next_at == 43_200 * SECOND
