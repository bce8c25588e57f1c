"""A queue's life: made, found, listed, permitted, tagged, deleted; in AWS's words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flows.services.kinds import KINDS
from flows.simulation import Simulation
from flows.traces.projections.ledger import violations
from tests.builders import MINUTE, SECOND, Run, a_function, a_mapping, a_queue, a_topology, arn, url

INVALID = "InvalidParameterValue"


@pytest.fixture
def run() -> Run:
    """Nothing yet."""
    return Run(a_topology())


def create(run: Run, name: str, at: int | None = None, **attributes: str) -> str:
    given: dict[str, Any] = {"Attributes": attributes} if attributes else {}
    return run.ok("sqs:CreateQueue", at, QueueName=name, **given)["QueueUrl"]


def refused(run: Run, name: str, **attributes: str) -> tuple[str, str]:
    return run.no("sqs:CreateQueue", QueueName=name, Attributes=attributes)


def test_a_queue_that_is_made_while_the_run_goes_is_like_any_other(run):
    assert create(run, "orders", VisibilityTimeout="5") == url("orders")
    run.send("a")
    assert [message["Body"] for message in run.receive()] == ["a"]
    run.until(5 * SECOND)
    assert run.counts() == (1, 0, 0)
    assert run.attributes("orders", "VisibilityTimeout", "QueueArn") == {
        "VisibilityTimeout": "5",
        "QueueArn": arn("orders"),
    }


def test_a_url_may_end_in_a_slash(run):
    create(run, "orders")
    run.ok("sqs:SendMessage", QueueUrl=f"{url('orders')}/", MessageBody="x")
    assert run.counts() == (1, 0, 0)


def test_the_same_attributes_answer_the_same_url_and_those_not_given_are_not_compared(run):
    create(run, "orders", DelaySeconds="1", ReceiveMessageWaitTimeSeconds="1")
    assert create(run, "orders") == create(run, "orders", DelaySeconds="1") == url("orders")
    assert refused(run, "orders", ReceiveMessageWaitTimeSeconds="1", DelaySeconds="2") == (
        "QueueAlreadyExists",
        "A queue already exists with the same name and a different value for attribute DelaySeconds",
    )


def test_a_name_is_free_a_minute_after_its_queue_was_deleted(run):
    create(run, "orders")
    run.ok("sqs:DeleteQueue", SECOND, QueueUrl=url("orders"))
    assert run.no("sqs:SendMessage", QueueUrl=url("orders"), MessageBody="x")[0] == (
        "AWS.SimpleQueueService.NonExistentQueue"
    )
    run.until(SECOND + MINUTE - 1)
    assert run.no("sqs:CreateQueue", QueueName="orders") == (
        "AWS.SimpleQueueService.QueueDeletedRecently",
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
    )
    create(run, "orders", SECOND + MINUTE)
    assert run.counts() == (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "attributes", "code", "message"),
    [
        ("a.fifo", {}, INVALID, "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"),
        ("ä", {}, INVALID, "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"),
        ("a" * 81, {}, INVALID, "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"),
        (
            "a",
            {"FifoQueue": "true"},
            INVALID,
            "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length",
        ),
        ("a", {"FifoQueue": "false"}, "InvalidAttributeName", "Unknown Attribute FifoQueue."),
        ("a", {"Colour": "red"}, "InvalidAttributeName", "Unknown Attribute Colour."),
        (
            "a",
            {"ContentBasedDeduplication": "true"},
            "InvalidAttributeName",
            "Unknown Attribute ContentBasedDeduplication.",
        ),
        (
            "a",
            {"DeduplicationScope": "queue"},
            "InvalidAttributeName",
            "You can specify the DeduplicationScope only when FifoQueue is set to true.",
        ),
        (
            "a.fifo",
            {"FifoQueue": "true", "FifoThroughputLimit": "perMessageGroupId"},
            INVALID,
            "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup",
        ),
        (
            "a.fifo",
            {"FifoQueue": "true", "DeduplicationScope": "none"},
            "InvalidAttributeValue",
            "Invalid value for the parameter DeduplicationScope.",
        ),
        (
            "a",
            {"KmsDataKeyReusePeriodSeconds": "59"},
            "InvalidAttributeValue",
            "Invalid value for the parameter KmsDataKeyReusePeriodSeconds.",
        ),
        (
            "a",
            {"SqsManagedSseEnabled": "maybe"},
            "InvalidAttributeValue",
            "Invalid value for the parameter SqsManagedSseEnabled.",
        ),
        (
            "a",
            {"SqsManagedSseEnabled": "true", "KmsMasterKeyId": "alias/key"},
            "InvalidAttributeName",
            "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
        ),
        ("a", {"Policy": "{}"}, "InvalidAttributeValue", "Invalid value for the parameter Policy."),
    ],
)
def test_queues_that_are_not_made(run, name, attributes, code, message):
    assert refused(run, name, **attributes) == (code, message)
    assert run.ok("sqs:ListQueues") == {}
    assert run.no("sqs:CreateQueue", QueueName="")[0] == "MissingParameter"


def test_a_deleted_queue_takes_its_messages_its_polls_and_its_move_tasks_with_it():
    topology = a_topology(
        Orders=a_queue("orders", "orders-dlq", 1, VisibilityTimeout=1),
        OrdersDlq=a_queue("orders-dlq"),
        Function=a_function("charge-card"),
        Mapping=a_mapping("orders-dlq", "charge-card", Enabled=False),
    )
    run = Run(topology)
    parts = []
    for body in ("a", "b", "c"):
        run.send(body)
    run.receive()
    run.until(SECOND)
    run.receive()
    run.send("d")
    run.receive(1)
    run.send("late", DelaySeconds=60)
    run.send("visible")
    run.ok("sqs:StartMessageMoveTask", SourceArn=arn("orders-dlq"), MaxNumberOfMessagesPerSecond=1)
    run.until(SECOND)
    parts.append(run.simulation.drain())
    run.ok("sqs:DeleteQueue", 1_500_000, QueueUrl=url("orders-dlq"))
    run.ok("sqs:DeleteQueue", QueueUrl=url("orders"))
    run.until(10 * MINUTE)
    assert run.simulation.next_at is None
    parts.append(run.simulation.drain())
    assert violations(KINDS, parts) == []
    other = Simulation.restore(run.simulation.checkpoint(), topology)
    assert other.digest() == run.simulation.digest()


def test_who_polls_a_queue_that_is_deleted_is_told_so(run):
    create(run, "orders")
    caller = run.simulation.world.caller("Alice")
    pending = run.simulation.call(caller, "sqs", "ReceiveMessage", {"QueueUrl": url("orders"), "WaitTimeSeconds": 20})
    run.simulation.when(pending, run.answered.append)
    run.ok("sqs:DeleteQueue", SECOND, QueueUrl=url("orders"))
    run.until(SECOND)
    assert run.answered[0].refusal.code == "AWS.SimpleQueueService.NonExistentQueue"


def test_without_its_dead_letter_queue_a_queue_keeps_its_policy_and_its_messages_until_it_is_there_again(run):
    create(run, "orders-dlq")
    policy = json.dumps({"deadLetterTargetArn": arn("orders-dlq"), "maxReceiveCount": "1"})
    create(run, "orders", VisibilityTimeout="0", RedrivePolicy=policy)
    run.send("a")
    run.ok("sqs:DeleteQueue", QueueUrl=url("orders-dlq"))
    for _ in range(3):
        assert len(run.receive()) == 1
        run.until(run.simulation.now_at + SECOND)
    assert json.loads(run.attributes("orders", "RedrivePolicy")["RedrivePolicy"]) == {
        "deadLetterTargetArn": arn("orders-dlq"),
        "maxReceiveCount": 1,
    }
    create(run, "orders-dlq", MINUTE)
    assert run.receive() == []
    assert run.counts("orders-dlq") == (1, 0, 0)


def test_a_fifo_queue_needs_a_fifo_dead_letter_queue(run):
    create(run, "orders-dlq")
    policy = json.dumps({"deadLetterTargetArn": arn("orders-dlq"), "maxReceiveCount": 1})
    assert refused(run, "orders.fifo", FifoQueue="true", RedrivePolicy=policy) == (
        INVALID,
        f"Value {policy} for parameter RedrivePolicy is invalid. Reason: Dead-letter queue must be same type of queue as the source.",
    )


def test_a_fifo_queue_is_told_by_its_attributes(run):
    create(run, "orders.fifo", FifoQueue="True", ContentBasedDeduplication="True", DeduplicationScope="messageGroup")
    names = ("FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit")
    assert run.attributes("orders.fifo", *names) == {
        "FifoQueue": "true",
        "ContentBasedDeduplication": "true",
        "DeduplicationScope": "messageGroup",
        "FifoThroughputLimit": "perQueue",
    }
    given = {"FifoThroughputLimit": "perMessageGroupId", "ContentBasedDeduplication": "false"}
    run.ok("sqs:SetQueueAttributes", QueueUrl=url("orders.fifo"), Attributes=given)
    assert run.attributes("orders.fifo", *given) == given
    refusal = run.no("sqs:SetQueueAttributes", QueueUrl=url("orders.fifo"), Attributes={"FifoQueue": "false"})
    assert refusal == (
        "InvalidAttributeValue",
        "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
    )


def test_queues_are_found_by_name_owner_and_prefix_a_page_at_a_time(run):
    for name in ("a-1", "a-2", "a-3", "b-1"):
        create(run, name)
    assert run.ok("sqs:GetQueueUrl", QueueName="a-1", QueueOwnerAWSAccountId="123456789012") == {"QueueUrl": url("a-1")}
    assert run.no("sqs:GetQueueUrl", QueueName="a-1", QueueOwnerAWSAccountId="999999999999")[0].endswith(
        "NonExistentQueue"
    )
    page = run.ok("sqs:ListQueues", QueueNamePrefix="a-", MaxResults=2)
    assert page["QueueUrls"] == [url("a-1"), url("a-2")]
    rest = run.ok("sqs:ListQueues", QueueNamePrefix="a-", MaxResults=2, NextToken=page["NextToken"])
    assert rest == {"QueueUrls": [url("a-3")]}
    assert run.ok("sqs:ListQueues", QueueNamePrefix="c") == {}
    assert run.no("sqs:ListQueues", MaxResults=1001)[0] == INVALID
    assert run.no("sqs:ListQueues", MaxResults=1, NextToken="x")[0] == INVALID
    assert run.no("sqs:ListQueues", NextToken=page["NextToken"])[0] == INVALID


def test_the_sources_of_a_dead_letter_queue_come_a_page_at_a_time(run):
    create(run, "dlq")
    policy = json.dumps({"deadLetterTargetArn": arn("dlq"), "maxReceiveCount": 5})
    for name in ("a", "b"):
        create(run, name, RedrivePolicy=policy)
    page = run.ok("sqs:ListDeadLetterSourceQueues", QueueUrl=url("dlq"), MaxResults=1)
    assert page["queueUrls"] == [url("a")]
    assert run.ok("sqs:ListDeadLetterSourceQueues", QueueUrl=url("dlq"), MaxResults=1, NextToken=page["NextToken"]) == {
        "queueUrls": [url("b")]
    }


def test_tags_are_given_when_a_queue_is_made_and_there_are_fifty_at_most(run):
    run.ok("sqs:CreateQueue", QueueName="orders", tags={"team": "payments"})
    assert run.ok("sqs:ListQueueTags", QueueUrl=url("orders")) == {"Tags": {"team": "payments"}}
    many = {str(n): "" for n in range(50)}
    assert run.no("sqs:TagQueue", QueueUrl=url("orders"), Tags=many)[0] == INVALID
    assert run.no("sqs:TagQueue", QueueUrl=url("orders"))[0] == "MissingParameter"
    assert run.no("sqs:UntagQueue", QueueUrl=url("orders"))[0] == "MissingParameter"


def test_permissions_are_statements_of_the_policy_and_go_with_the_last_one(run):
    create(run, "orders")
    orders = {"QueueUrl": url("orders")}
    run.ok("sqs:AddPermission", **orders, Label="one", AWSAccountIds=["111122223333"], Actions=["SendMessage"])
    both = {"AWSAccountIds": ["111122223333", "444455556666"], "Actions": ["ReceiveMessage", "DeleteMessage"]}
    run.ok("sqs:AddPermission", **orders, Label="two", **both)
    first = {
        "Sid": "one",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
        "Action": "SQS:SendMessage",
        "Resource": arn("orders"),
    }
    second = {
        "Sid": "two",
        "Effect": "Allow",
        "Principal": {"AWS": ["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root"]},
        "Action": ["SQS:ReceiveMessage", "SQS:DeleteMessage"],
        "Resource": arn("orders"),
    }
    policy = {"Version": "2008-10-17", "Id": f"{arn('orders')}/SQSDefaultPolicy", "Statement": [first, second]}
    assert json.loads(run.attributes("orders", "Policy")["Policy"]) == policy
    run.ok("sqs:RemovePermission", **orders, Label="one")
    assert json.loads(run.attributes("orders", "Policy")["Policy"])["Statement"] == [second]
    run.ok("sqs:RemovePermission", **orders, Label="two")
    assert run.attributes("orders", "Policy") == {}
    assert run.no("sqs:RemovePermission", **orders, Label="two") == (
        INVALID,
        "Value two for parameter Label is invalid. Reason: can't find label.",
    )


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        ({"Label": ""}, "MissingParameter", "The request must contain the parameter Label."),
        ({"AWSAccountIds": []}, "MissingParameter", "The request must contain the parameter AWSAccountIds."),
        ({"Actions": []}, "MissingParameter", "The request must contain the parameter ActionName."),
        (
            {"Actions": ["CreateQueue"]},
            INVALID,
            "Value SQS:CreateQueue for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action.",
        ),
        (
            {"Actions": ["Dance"]},
            INVALID,
            "Value SQS:Dance for parameter ActionName is invalid. Reason: Please refer to the appropriate WSDL for a list of valid actions.",
        ),
        (
            {"AWSAccountIds": ["x"]},
            INVALID,
            "Value ['x'] for parameter PrincipalId is invalid. Reason: Unable to verify.",
        ),
        ({"Actions": ["SendMessage"] * 8}, "OverLimit", "8 Actions were found, maximum allowed is 7."),
        ({"Label": "there"}, INVALID, "Value there for parameter Label is invalid. Reason: Already exists."),
    ],
)
def test_permissions_that_are_not_given(run, params, code, message):
    create(run, "orders")
    given = {"QueueUrl": url("orders"), "Label": "there", "AWSAccountIds": ["111122223333"], "Actions": ["SendMessage"]}
    run.ok("sqs:AddPermission", **given)
    assert run.no("sqs:AddPermission", **{**given, "Label": "new", **params}) == (code, message)


def test_twenty_statements_are_the_most(run):
    create(run, "orders")
    given = {"QueueUrl": url("orders"), "AWSAccountIds": ["111122223333"], "Actions": ["SendMessage"]}
    for n in range(20):
        run.ok("sqs:AddPermission", **given, Label=str(n))
    assert run.no("sqs:AddPermission", **given, Label="more") == (
        "OverLimit",
        "21 Statements were found, maximum allowed is 20.",
    )


def test_a_key_ends_the_managed_encryption_and_the_managed_one_ends_the_key(run):
    create(run, "orders")
    names = ("KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled")
    run.ok("sqs:SetQueueAttributes", QueueUrl=url("orders"), Attributes={"KmsMasterKeyId": "alias/key"})
    assert run.attributes("orders", *names) == {
        "KmsMasterKeyId": "alias/key",
        "KmsDataKeyReusePeriodSeconds": "300",
        "SqsManagedSseEnabled": "false",
    }
    run.ok("sqs:SetQueueAttributes", QueueUrl=url("orders"), Attributes={"SqsManagedSseEnabled": "true"})
    assert run.attributes("orders", *names) == {"SqsManagedSseEnabled": "true"}


def test_a_message_may_be_in_flight_for_twelve_hours_after_its_receive_whatever_is_changed(run):
    create(run, "orders")
    run.send("a")
    (message,) = run.receive(VisibilityTimeout=43_200)
    change = {"QueueUrl": url("orders"), "ReceiptHandle": message["ReceiptHandle"]}
    hour = 60 * MINUTE
    run.ok("sqs:ChangeMessageVisibility", 11 * hour, **change, VisibilityTimeout=3600)
    assert run.no("sqs:ChangeMessageVisibility", **change, VisibilityTimeout=3601) == (
        INVALID,
        "Value 3601 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
    )


def test_an_unknown_attribute_of_a_message_is_refused(run):
    create(run, "orders")
    assert run.no("sqs:ReceiveMessage", QueueUrl=url("orders"), MessageSystemAttributeNames=["Colour"]) == (
        "InvalidAttributeName",
        "Unknown Attribute Colour.",
    )


@pytest.mark.parametrize(
    ("attributes", "code", "part"),
    [
        ({"RedriveAllowPolicy": "no JSON"}, INVALID, "Redrive allow policy is not a valid JSON map."),
        (
            {"Policy": json.dumps({"Statement": [{}] * 21})},
            "OverLimit",
            "21 statements were found in the submitted policy",
        ),
        ({"DeduplicationScope": "queue"}, "InvalidAttributeName", "only when FifoQueue is set to true."),
    ],
)
def test_attributes_that_are_not_set(run, attributes, code, part):
    create(run, "orders")
    found, message = run.no("sqs:SetQueueAttributes", QueueUrl=url("orders"), Attributes=attributes)
    assert (found, part in message) == (code, True)


def test_a_policy_is_taken_away_with_an_empty_text(run):
    create(run, "orders", Policy='{"Statement":{"Sid":"one"}}')
    assert run.attributes("orders", "Policy") == {"Policy": '{"Statement":{"Sid":"one"}}'}
    run.ok("sqs:SetQueueAttributes", QueueUrl=url("orders"), Attributes={"Policy": ""})
    assert run.attributes("orders", "Policy") == {}
    assert run.no("sqs:RemovePermission", QueueUrl=url("orders"))[0] == "MissingParameter"


def test_every_kind_of_attribute_is_compared_when_a_queue_is_made_again(run):
    create(run, "dlq")
    redrive = json.dumps({"deadLetterTargetArn": arn("dlq"), "maxReceiveCount": 3})
    given = {
        "VisibilityTimeout": "5",
        "RedrivePolicy": redrive,
        "Policy": '{"Statement": []}',
        "KmsMasterKeyId": "alias/key",
    }
    create(run, "orders", **given)
    assert create(run, "orders", **{**given, "Policy": '{"Statement":[]}'}) == url("orders")
    other = {
        "VisibilityTimeout": "6",
        "RedrivePolicy": redrive.replace(": 3", ": 4"),
        "Policy": '{"Statement": [{"Sid": "x"}]}',
        "KmsMasterKeyId": "alias/other",
    }
    for name, value in other.items():
        assert refused(run, "orders", **{name: value})[1].endswith(f"different value for attribute {name}")


def test_a_move_task_stays_within_one_type_of_queue(run):
    create(run, "dlq")
    create(run, "orders", RedrivePolicy=json.dumps({"deadLetterTargetArn": arn("dlq"), "maxReceiveCount": 1}))
    create(run, "other.fifo", FifoQueue="true")
    refusal = run.no("sqs:StartMessageMoveTask", SourceArn=arn("dlq"), DestinationArn=arn("other.fifo"))
    assert refusal == (INVALID, "Source queue and destination queue must be of the same type.")


def test_an_attributes_value_may_not_contain_what_a_body_may_not(run):
    create(run, "orders")
    attributes = {"Note": {"DataType": "String", "StringValue": "\x08"}}
    code, message = run.no("sqs:SendMessage", QueueUrl=url("orders"), MessageBody="x", MessageAttributes=attributes)
    assert (code, message[:25]) == (INVALID, "Invalid characters found.")
