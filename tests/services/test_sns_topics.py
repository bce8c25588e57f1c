"""Topics by operations: made, asked, changed, tagged, deleted."""

from __future__ import annotations

import json

import pytest

from tests.builders import ACCOUNT, SECOND
from tests.fanout import topic_arn
from tests.services.sns_cast import EVENTS, an_account, outage, subscribed, with_topic


def test_a_topic_is_made_and_made_again_it_is_the_same():
    run = an_account()
    made = run.ok(
        "sns:CreateTopic", Name="events", Attributes={"DisplayName": "Events"}, Tags=[{"Key": "a", "Value": "1"}]
    )
    assert made == {"TopicArn": EVENTS}
    for again in (
        {},
        {"Attributes": {"DisplayName": "Events", "FifoTopic": "false"}},
        {"Tags": [{"Key": "a", "Value": "1"}]},
    ):
        assert run.ok("sns:CreateTopic", Name="events", **again) == made
    assert run.no("sns:CreateTopic", Name="events", Attributes={"DisplayName": "Other"}) == (
        "InvalidParameter",
        "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
    )
    assert run.no("sns:CreateTopic", Name="events", Tags=[{"Key": "a", "Value": "2"}]) == (
        "InvalidParameter",
        "Invalid parameter: Tags Reason: Topic already exists with different tags",
    )


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        ({}, "ValidationError", "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"),
        ({"Name": "two words"}, "InvalidParameter", "Invalid parameter: Topic Name"),
        ({"Name": "x" * 257}, "InvalidParameter", "Invalid parameter: Topic Name"),
        ({"Name": "line.fifo"}, "InvalidParameter", "Invalid parameter: Topic Name"),
        ({"Name": "line", "Attributes": {"FifoTopic": "true"}}, "InvalidParameter", "Invalid parameter: Topic Name"),
        ({"Name": "x", "Attributes": {"Colour": "red"}}, "InvalidParameter", "Invalid parameter: Attributes Reason: Unknown attribute Colour"),
        ({"Name": "x", "Attributes": {"ContentBasedDeduplication": "true"}}, "InvalidParameter", "Invalid parameter: Attributes Reason: Content-based deduplication can only be set for FIFO topics"),
        ({"Name": "x", "Attributes": {"SignatureVersion": "3"}}, "InvalidParameter", "Invalid parameter: Attributes Reason: SignatureVersion: Invalid value [3]. Must be one of 1, 2."),
        ({"Name": "x", "Attributes": {"DeliveryPolicy": '{"http": {"defaultHealthyRetryPolicy": {"numRetries": 1, "minDelayTarget": 0, "maxDelayTarget": 1}}}'}}, "InvalidParameter", "Invalid parameter: Attributes Reason: DeliveryPolicy: http.defaultHealthyRetryPolicy.minDelayTarget must be greater than or equal to 1"),
        ({"Name": "x", "Tags": [{"Key": "a"}, {"Key": "a"}]}, "InvalidParameter", "Invalid parameter: Duplicated keys are not allowed."),
        ({"Name": "x", "Tags": [{"Key": str(n)} for n in range(51)]}, "TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded"),
    ],
)  # fmt: skip
def test_what_no_topic_can_be_made_of(params, code, message):
    run = an_account()
    assert run.no("sns:CreateTopic", **params) == (code, message)
    assert run.ok("sns:ListTopics") == {"Topics": []}


def test_a_topic_tells_all_its_attributes():
    run = with_topic()
    run.ok("sns:SetTopicAttributes", TopicArn=EVENTS, AttributeName="DisplayName", AttributeValue="Events")
    subscribed(run)
    run.ok("sns:Subscribe", TopicArn=EVENTS, Protocol="email", Endpoint="alice@example.com")
    found = run.ok("sns:GetTopicAttributes", TopicArn=EVENTS)["Attributes"]
    policies = {name: json.loads(found.pop(name)) for name in ("Policy", "EffectiveDeliveryPolicy")}
    assert found == {
        "TopicArn": EVENTS,
        "Owner": ACCOUNT,
        "DisplayName": "Events",
        "SubscriptionsConfirmed": "1",
        "SubscriptionsPending": "1",
        "SubscriptionsDeleted": "0",
    }
    assert policies["Policy"]["Statement"][0]["Condition"] == {"StringEquals": {"AWS:SourceOwner": ACCOUNT}}
    assert policies["EffectiveDeliveryPolicy"]["http"]["defaultHealthyRetryPolicy"]["numRetries"] == 3


def test_a_fifo_topic_says_so():
    run = an_account()
    run.ok("sns:CreateTopic", Name="line.fifo", Attributes={"FifoTopic": "true", "FifoThroughputScope": "MessageGroup"})
    found = run.ok("sns:GetTopicAttributes", TopicArn=topic_arn("line.fifo"))["Attributes"]
    names = ("FifoTopic", "ContentBasedDeduplication", "FifoThroughputScope")
    assert [found[name] for name in names] == ["true", "false", "MessageGroup"]


def test_a_permission_is_a_statement_of_the_policy():
    run = with_topic()
    granted = {"TopicArn": EVENTS, "Label": "bob", "AWSAccountId": ["210987654321"], "ActionName": ["Publish"]}
    assert run.ok("sns:AddPermission", **granted) == {}
    assert run.no("sns:AddPermission", **granted)[1] == "Invalid parameter: Statement already exists"
    assert run.no("sns:AddPermission", **{**granted, "Label": "x", "ActionName": ["Fly"]})[1] == (
        "Invalid parameter: Policy statement action out of service scope!"
    )
    assert _statements(run)[-1] == {
        "Sid": "bob",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
        "Action": "SNS:Publish",
        "Resource": EVENTS,
    }
    run.ok("sns:RemovePermission", TopicArn=EVENTS, Label="bob")
    assert len(_statements(run)) == 1


def _statements(run):
    policy = run.ok("sns:GetTopicAttributes", TopicArn=EVENTS)["Attributes"]["Policy"]
    return json.loads(policy)["Statement"]


def test_tags_come_and_go():
    run = with_topic()
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    run.ok("sns:TagResource", ResourceArn=EVENTS, Tags=tags)
    run.ok("sns:TagResource", ResourceArn=EVENTS, Tags=[{"Key": "b", "Value": "3"}])
    run.ok("sns:UntagResource", ResourceArn=EVENTS, TagKeys=["a"])
    assert run.ok("sns:ListTagsForResource", ResourceArn=EVENTS) == {"Tags": [{"Key": "b", "Value": "3"}]}
    assert run.no("sns:ListTagsForResource", ResourceArn=topic_arn("none"))[0] == "ResourceNotFound"


def test_a_topic_of_another_region_is_addressed_nowhere_else():
    run = with_topic()
    elsewhere = EVENTS.replace("eu-west-1", "us-east-1")
    for operation, params in (
        ("Publish", {"Message": "x"}),
        ("GetTopicAttributes", {}),
        ("Subscribe", {"Protocol": "email", "Endpoint": "a@b.c"}),
        ("DeleteTopic", {}),
    ):
        assert run.no(f"sns:{operation}", TopicArn=elsewhere, **params) == (
            "InvalidParameter",
            "Invalid parameter: TopicArn",
        )


def test_a_deleted_topic_takes_its_subscriptions_and_what_they_had_not_delivered():
    run = with_topic()
    gone = subscribed(run)
    outage(run, "Orders")
    run.ok("sns:Publish", at=1 * SECOND, TopicArn=EVENTS, Message="late")
    run.until(2 * SECOND)
    run.records()
    run.ok("sns:DeleteTopic", TopicArn=EVENTS)
    assert [(row["at"], row["kind"]) for row in run.records() if row["kind"] != "CommandApplied"] == [
        (2 * SECOND, "NotificationAbandoned"),
        (2 * SECOND, "ResourceDeleted"),
    ]
    assert run.no("sns:GetSubscriptionAttributes", SubscriptionArn=gone) == ("NotFound", "Subscription does not exist")
    assert run.ok("sns:Unsubscribe", SubscriptionArn=gone) == run.ok("sns:DeleteTopic", TopicArn=EVENTS) == {}
    run.until(60 * SECOND)
    assert run.counts() == (0, 0, 0)


def test_lists_have_a_hundred_rows_a_page():
    run = an_account()
    names = [f"topic-{number:03}" for number in range(101)]
    for name in names:
        run.ok("sns:CreateTopic", Name=name)
    first = run.ok("sns:ListTopics")
    assert [row["TopicArn"] for row in first["Topics"]] == [topic_arn(name) for name in names[:100]]
    assert run.ok("sns:ListTopics", NextToken=first["NextToken"]) == {"Topics": [{"TopicArn": topic_arn(names[100])}]}
    assert run.no("sns:ListTopics", NextToken="?")[0] == "InvalidParameter"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "Policy is empty"),
        ("{", "Policy Error: null"),
        ('{"Statement": [{"Effect": "Allow", "Action": "sns:Publish"}]}', "Policy Error: null"),
    ],
)
def test_what_is_no_access_policy(value, message):
    params = {"TopicArn": EVENTS, "AttributeName": "Policy", "AttributeValue": value}
    assert with_topic().no("sns:SetTopicAttributes", **params) == ("InvalidParameter", f"Invalid parameter: {message}")


def test_an_arn_of_another_partition_is_told_how_it_should_begin():
    found = with_topic().no("sns:GetTopicAttributes", TopicArn=EVENTS.replace("arn:aws:", "arn:alibaba:"))[1]
    assert found.startswith(
        "Invalid parameter: TopicArn Reason: A eu-west-1 ARN must begin with arn:aws, not arn:alibaba:"
    )
