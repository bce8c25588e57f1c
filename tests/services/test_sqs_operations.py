"""SQS's operations: what they answer and what they refuse, in AWS's words."""

from __future__ import annotations

import base64

import pytest

from flows.services.sqs.digests import md5_of_attributes
from tests.builders import SECOND, Run, a_queue, a_topology, arn, queues_only, url

ORDERS = {"QueueUrl": url("orders")}
INVALID = "InvalidParameterValue"


@pytest.fixture
def run() -> Run:
    return Run(queues_only())


def test_send_answers_with_id_and_digests(run):
    attributes = {"timestamp": {"StringValue": "1493147359900", "DataType": "Number"}}
    answer = run.ok("sqs:SendMessage", **ORDERS, MessageBody="test", MessageAttributes=attributes)
    assert answer == {
        "MessageId": answer["MessageId"],
        "MD5OfMessageBody": "098f6bcd4621d373cade4e832627b4f6",
        "MD5OfMessageAttributes": "235c5c510d26fb653d073faed50ae77c",
    }


def test_binary_attributes_are_digested_as_bytes():
    raw = base64.b64encode(b"\x02\x03\x04").decode()
    mixed = {"attr1": {"DataType": "Number", "StringValue": "111"}, "attr2": {"DataType": "Binary", "BinaryValue": raw}}
    assert md5_of_attributes(mixed) == md5_of_attributes(dict(reversed(mixed.items())))
    assert md5_of_attributes(mixed) != md5_of_attributes(
        {**mixed, "attr2": {"DataType": "Binary", "BinaryValue": "AgM="}}
    )


def test_the_same_seed_gives_the_same_ids_and_they_look_like_those_of_aws(run):
    message_id = run.send()
    assert message_id == Run(queues_only()).send()
    assert message_id != Run(queues_only(), seed=2).send()
    (message,) = run.receive()
    assert message["ReceiptHandle"].startswith("AQEB")


def test_a_trace_header_travels_with_the_message(run):
    header = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-5759e988"}}
    answer = run.ok("sqs:SendMessage", **ORDERS, MessageBody="test", MessageSystemAttributes=header)
    assert "MD5OfMessageSystemAttributes" in answer
    (message,) = run.receive(AttributeNames=["AWSTraceHeader"])
    assert message["Attributes"] == {"AWSTraceHeader": "Root=1-5759e988"}


def test_a_batch_refuses_entry_by_entry(run):
    run.ok("sqs:SetQueueAttributes", **ORDERS, Attributes={"MaximumMessageSize": "1024"})
    entries = [
        {"Id": "short", "MessageBody": "a"},
        {"Id": "long", "MessageBody": "a" * 1025},
        {"Id": "odd", "MessageBody": "\x00"},
    ]
    answer = run.ok("sqs:SendMessageBatch", **ORDERS, Entries=entries)
    assert [each["Id"] for each in answer["Successful"]] == ["short"]
    assert answer["Failed"] == [
        {
            "Id": "long",
            "SenderFault": True,
            "Code": INVALID,
            "Message": "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.",
        },
        {
            "Id": "odd",
            "SenderFault": True,
            "Code": "InvalidMessageContents",
            "Message": "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
        },
    ]


def test_an_entry_without_a_body_refuses_the_whole_batch(run):
    code, message = run.no("sqs:SendMessageBatch", **ORDERS, Entries=[{"Id": "a", "MessageBody": "a"}, {"Id": "b"}])
    assert (code, message) == (
        INVALID,
        "The request must contain the parameter SendMessageBatchRequestEntry.2.MessageBody.",
    )
    assert run.counts() == (0, 0, 0)


def test_batches_delete_and_change_visibility(run):
    run.ok("sqs:SendMessageBatch", **ORDERS, Entries=[{"Id": str(i), "MessageBody": "a"} for i in range(4)])
    handles = [message["ReceiptHandle"] for message in run.receive()]
    change = [
        {"Id": "a", "ReceiptHandle": handles[0], "VisibilityTimeout": 0},
        {"Id": "b", "ReceiptHandle": handles[1]},
    ]
    answer = run.ok("sqs:ChangeMessageVisibilityBatch", **ORDERS, Entries=change)
    assert ([e["Id"] for e in answer["Successful"]], [e["Code"] for e in answer["Failed"]]) == (
        ["a"],
        ["MissingParameter"],
    )
    delete = [{"Id": str(i), "ReceiptHandle": handle} for i, handle in enumerate(handles[1:])]
    delete.append({"Id": "x", "ReceiptHandle": "no handle"})
    answer = run.ok("sqs:DeleteMessageBatch", **ORDERS, Entries=delete)
    assert ([e["Id"] for e in answer["Successful"]], [e["Code"] for e in answer["Failed"]]) == (
        ["0", "1", "2"],
        ["ReceiptHandleIsInvalid"],
    )
    run.until(0)
    assert run.counts() == (1, 0, 0)


def test_attributes_are_answered_as_recorded(run):
    assert run.attributes() == {
        "ApproximateNumberOfMessages": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "ApproximateNumberOfMessagesNotVisible": "0",
        "CreatedTimestamp": "1767225600",
        "DelaySeconds": "0",
        "LastModifiedTimestamp": "1767225600",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "QueueArn": arn("orders"),
        "ReceiveMessageWaitTimeSeconds": "0",
        "RedrivePolicy": f'{{"deadLetterTargetArn":"{arn("orders-dlq")}","maxReceiveCount":3}}',
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    }
    assert run.ok("sqs:GetQueueAttributes", **ORDERS) == {}


def test_set_attributes_hold_from_then_on_all_or_none(run):
    run.ok(
        "sqs:SetQueueAttributes", at=5 * SECOND, **ORDERS, Attributes={"VisibilityTimeout": "2", "DelaySeconds": "1"}
    )
    assert run.no(
        "sqs:SetQueueAttributes", **ORDERS, Attributes={"DelaySeconds": "7", "VisibilityTimeout": "43201"}
    ) == (
        "InvalidAttributeValue",
        "Invalid value for the parameter VisibilityTimeout.",
    )
    found = run.attributes()
    assert (found["VisibilityTimeout"], found["DelaySeconds"], found["LastModifiedTimestamp"]) == (
        "2",
        "1",
        "1767225605",
    )
    changed = next(row for row in run.records() if row["kind"] == "QueueAttributesChanged")
    assert (changed["at"], changed["attributes"]) == (5 * SECOND, "VisibilityTimeout = 2, DelaySeconds = 1")


def test_queues_are_found_by_name_and_prefix(run):
    assert run.ok("sqs:GetQueueUrl", QueueName="orders-dlq") == {"QueueUrl": url("orders-dlq")}
    assert run.ok("sqs:ListQueues", QueueNamePrefix="orders-") == {"QueueUrls": [url("orders-dlq")]}
    assert run.ok("sqs:ListQueues", QueueNamePrefix="none") == {}


def test_questions_leave_no_record(run):
    before = run.simulation.sequence
    run.attributes()
    run.ok("sqs:ListQueues")
    run.ok("sqs:ListMessageMoveTasks", SourceArn=arn("orders-dlq"))
    run.no("sqs:GetQueueUrl", QueueName="none")
    assert run.simulation.sequence == before


def test_a_refusal_is_a_record_at_the_queue_it_concerns(run):
    run.no("sqs:SendMessage", at=3 * SECOND, **ORDERS)
    applied, refused = run.records()[-2:]
    assert (refused["at"], refused["kind"], refused["node"], refused["cause"], refused["request"]) == (
        3 * SECOND,
        "OperationRefused",
        run.topology.node("Orders").index,
        applied["sequence"],
        applied["subject"],
    )
    assert (refused["operation"], refused["code"], refused["message"]) == (
        "SendMessage",
        "MissingParameter",
        "The request must contain the parameter MessageBody.",
    )


def test_at_most_120000_messages_are_in_flight():
    run = Run(queues_only())
    burst = {"TargetArn": arn("orders"), "Mode": "burst", "Count": 120_001, "MessageBody": "order"}
    run.ok("client:StartTraffic", **burst)
    run.until(0)
    queue = run.simulation.world.nouns[run.topology.node("Orders").index]
    assert len(queue.receive(200_000, -1, 0)) == 120_000
    assert not queue.has_messages()
    assert run.no("sqs:ReceiveMessage", **ORDERS)[0] == "OverLimit"
    assert run.command("sqs:ReceiveMessage", **ORDERS, WaitTimeSeconds=1).ok


def test_stubs_take_nothing_and_say_so():
    topology = a_topology(
        Orders=a_queue("orders"), Books={"Type": "AWS::QLDB::Ledger", "Properties": {"Name": "books"}}
    )
    run = Run(topology)
    code, message = run.no(
        "client:StartTraffic", TargetArn="arn:aws:qldb:eu-west-1:123456789012:ledger/books", MessageBody="x"
    )
    assert code == "NoSuchTarget"
    assert "takes no messages here" in message


@pytest.mark.parametrize(
    ("operation", "params", "refusal"),
    [
        ("SendMessage", {"QueueUrl": url("none"), "MessageBody": "a"}, ("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")),
        ("SendMessage", {"MessageBody": "a"}, ("MissingParameter", "The request must contain the parameter QueueUrl.")),
        ("SendMessage", {**ORDERS, "MessageBody": "a", "DelaySeconds": 901}, (INVALID, "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.")),
        ("ReceiveMessage", {**ORDERS, "MaxNumberOfMessages": 11}, (INVALID, "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.")),
        ("ReceiveMessage", {**ORDERS, "WaitTimeSeconds": 21}, (INVALID, "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.")),
        ("DeleteMessage", ORDERS, ("MissingParameter", "The request must contain the parameter ReceiptHandle.")),
        ("DeleteMessage", {**ORDERS, "ReceiptHandle": "x"}, ("ReceiptHandleIsInvalid", 'The input receipt handle "x" is not a valid receipt handle.')),
        ("SendMessageBatch", {**ORDERS, "Entries": []}, ("AWS.SimpleQueueService.EmptyBatchRequest", "There should be at least one SendMessageBatchRequestEntry in the request.")),
        ("DeleteMessageBatch", {**ORDERS, "Entries": [{"Id": "a"}, {"Id": "a"}]}, ("AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "Id a repeated.")),
        ("SetQueueAttributes", {**ORDERS, "Attributes": {"FifoQueue": "true"}}, ("InvalidAttributeName", "Unknown Attribute FifoQueue.")),
        ("GetQueueAttributes", {**ORDERS, "AttributeNames": ["Colour"]}, ("InvalidAttributeName", "Unknown Attribute Colour.")),
        ("GetQueueUrl", {"QueueName": "none"}, ("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")),
    ],
)  # fmt: skip
def test_what_sqs_refuses(run, operation, params, refusal):
    assert run.no(f"sqs:{operation}", **params) == refusal


@pytest.mark.parametrize(
    ("attributes", "part"),
    [
        ({f"a{i}": {"DataType": "String", "StringValue": "x"} for i in range(11)}, "exceeds the allowed maximum [10]"),
        ({"aws.x": {"DataType": "String", "StringValue": "x"}}, "name 'aws.x' is invalid"),
        ({"x": {"StringValue": "x"}}, "must contain message attribute type"),
        ({"x": {"DataType": "Text", "StringValue": "x"}}, "The type of message (user) attribute 'x' is invalid"),
        ({"x": {"DataType": "Number", "StringValue": "x"}}, "Can't cast"),
        ({"x": {"DataType": "Binary", "BinaryValue": "?"}}, "not base64"),
    ],
)
def test_message_attributes_are_checked(run, attributes, part):
    code, message = run.no("sqs:SendMessage", **ORDERS, MessageBody="a", MessageAttributes=attributes)
    assert code == INVALID
    assert part in message
