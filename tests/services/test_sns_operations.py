"""SNS's operations: answers and refusals."""

from __future__ import annotations

import pytest

from tests.builders import Run, a_queue, a_topology, arn
from tests.fanout import a_subscription, a_topic, topic_arn

TOPIC = topic_arn("events")


@pytest.fixture
def run() -> Run:
    return Run(
        a_topology(
            Events=a_topic("events", DisplayName="Events"),
            Orders=a_queue("orders"),
            Archive=a_queue("archive"),
            ToOrders=a_subscription("events", arn("orders"), RawMessageDelivery=True),
        )
    )


def test_a_batch_is_refused_entry_by_entry(run):
    entries = [{"Id": "1", "Message": "one"}, {"Id": "2", "Message": ""}, {"Id": "3", "Message": "three"}]
    answer = run.ok("sns:PublishBatch", TopicArn=TOPIC, PublishBatchRequestEntries=entries)
    assert [row["Id"] for row in answer["Successful"]] == ["1", "3"]
    assert answer["Failed"] == [
        {"Id": "2", "Code": "InvalidParameter", "Message": "Invalid parameter: Empty message", "SenderFault": True}
    ]
    assert [message["Body"] for message in run.receive()] == ["one", "three"]


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("Publish", {"TopicArn": topic_arn("nothing"), "Message": "x"}, "NotFound"),
        ("Publish", {"TopicArn": TOPIC, "Message": ""}, "InvalidParameter"),
        ("Publish", {"TopicArn": TOPIC, "Message": "x" * 262_145}, "InvalidParameter"),
        ("Publish", {"TopicArn": TOPIC, "Message": "x", "Subject": "two\nlines"}, "InvalidParameter"),
        ("Publish", {"TopicArn": TOPIC, "Message": "x", "MessageStructure": "json"}, "InvalidParameter"),
        ("Publish", {"TopicArn": TOPIC, "Message": '{"sqs": "x"}', "MessageStructure": "json"}, "InvalidParameter"),
        (
            "Publish",
            {"TopicArn": TOPIC, "Message": "x", "MessageAttributes": {"a": {"DataType": "Nothing"}}},
            "ParameterValueInvalid",
        ),
        ("PublishBatch", {"TopicArn": TOPIC, "PublishBatchRequestEntries": []}, "EmptyBatchRequest"),
        (
            "PublishBatch",
            {"TopicArn": TOPIC, "PublishBatchRequestEntries": [{"Id": str(n), "Message": "x"} for n in range(11)]},
            "TooManyEntriesInBatchRequest",
        ),
        (
            "PublishBatch",
            {"TopicArn": TOPIC, "PublishBatchRequestEntries": [{"Id": "1", "Message": "x"}] * 2},
            "BatchEntryIdsNotDistinct",
        ),
        ("Subscribe", {"TopicArn": TOPIC, "Protocol": "pigeon", "Endpoint": arn("archive")}, "InvalidParameter"),
        ("SetSubscriptionAttributes", {"SubscriptionArn": "none"}, "InvalidParameter"),
        ("SetSubscriptionAttributes", {"SubscriptionArn": f"{TOPIC}:none"}, "NotFound"),
    ],
)
def test_what_sns_refuses(run, operation, params, code):
    assert run.no(f"sns:{operation}", **params)[0] == code


def test_subscribing_while_it_runs_and_taking_it_back(run):
    made = run.ok(
        "sns:Subscribe",
        TopicArn=TOPIC,
        Protocol="sqs",
        Endpoint=arn("archive"),
        Attributes={"RawMessageDelivery": "true"},
    )
    again = run.ok("sns:Subscribe", TopicArn=TOPIC, Protocol="sqs", Endpoint=arn("archive"))
    assert made == again
    run.ok("sns:Publish", TopicArn=TOPIC, Message="both")
    run.ok("sns:Unsubscribe", SubscriptionArn=made["SubscriptionArn"])
    run.ok("sns:Publish", TopicArn=TOPIC, Message="one")
    assert [message["Body"] for message in run.receive(queue="archive")] == ["both"]
    assert [message["Body"] for message in run.receive()] == ["both", "one"]


def test_what_can_be_asked(run):
    assert run.ok("sns:ListTopics") == {"Topics": [{"TopicArn": TOPIC}]}
    assert run.ok("sns:GetTopicAttributes", TopicArn=TOPIC)["Attributes"]["SubscriptionsConfirmed"] == "1"
    (row,) = run.ok("sns:ListSubscriptions")["Subscriptions"]
    assert (row["Protocol"], row["Endpoint"], row["TopicArn"]) == ("sqs", arn("orders"), TOPIC)


def test_a_redrive_policy_can_be_set_and_taken_away(run):
    (row,) = run.ok("sns:ListSubscriptions")["Subscriptions"]
    name = {"SubscriptionArn": row["SubscriptionArn"], "AttributeName": "RedrivePolicy"}
    run.ok("sns:SetSubscriptionAttributes", **name, AttributeValue=f'{{"deadLetterTargetArn": "{arn("archive")}"}}')
    attributes = run.ok("sns:GetSubscriptionAttributes", SubscriptionArn=row["SubscriptionArn"])["Attributes"]
    assert attributes["RedrivePolicy"] == f'{{"deadLetterTargetArn":"{arn("archive")}"}}'
    run.ok("sns:SetSubscriptionAttributes", **name, AttributeValue="")
    attributes = run.ok("sns:GetSubscriptionAttributes", SubscriptionArn=row["SubscriptionArn"])["Attributes"]
    assert "RedrivePolicy" not in attributes
