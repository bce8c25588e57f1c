"""Subscribing by operations: endpoints of every protocol, confirmation, attributes, and what stays of a queue that is gone."""

from __future__ import annotations

import json

import pytest

from tests.builders import ACCOUNT, SECOND, arn, function_arn, url
from tests.services.sns_cast import (
    EVENTS,
    LINE,
    an_account,
    attributes_of,
    bodies,
    outage,
    subscribed,
    with_line,
    with_topic,
)

PREFIX = "Invalid parameter: "


def test_the_same_subscription_again_is_the_one_there_is():
    run = with_topic()
    made = subscribed(run, RawMessageDelivery="True")
    assert subscribed(run) == subscribed(run, RawMessageDelivery="true", FilterPolicyScope="MessageAttributes") == made
    params = {"TopicArn": EVENTS, "Protocol": "sqs", "Endpoint": arn("orders")}
    assert run.no("sns:Subscribe", **params, Attributes={"RawMessageDelivery": "false"}) == (
        "InvalidParameter",
        "Invalid parameter: Attributes Reason: Subscription already exists with different attributes",
    )


@pytest.mark.parametrize(
    ("protocol", "endpoint", "message"),
    [
        ("pigeon", "roof", f"{PREFIX}Amazon SNS does not support this protocol string: pigeon"),
        ("sqs", url("orders"), f"{PREFIX}SQS endpoint ARN"),
        ("lambda", "resize", f"{PREFIX}Lambda endpoint ARN"),
        ("application", "phone", f"{PREFIX}ApplicationEndpoint endpoint ARN"),
        ("http", "https://example.com", f"{PREFIX}Endpoint must match the specified protocol"),
        ("sms", "+15--551234567", "Invalid SMS endpoint: +15--551234567"),
        ("email", "alice", f"{PREFIX}Email address"),
        ("sqs", arn("orders.fifo"), f"{PREFIX}{PREFIX}Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics"),
    ],
)  # fmt: skip
def test_where_nothing_can_be_subscribed(protocol, endpoint, message):
    run = with_topic()
    assert run.no("sns:Subscribe", TopicArn=EVENTS, Protocol=protocol, Endpoint=endpoint)[1] == message
    assert run.ok("sns:ListSubscriptions") == {"Subscriptions": []}


def test_a_fifo_topic_takes_queues_only():
    run = with_line()
    for protocol, endpoint in (("lambda", function_arn("resize")), ("email", "alice@example.com")):
        found = run.no("sns:Subscribe", TopicArn=LINE, Protocol=protocol, Endpoint=endpoint)
        assert found == ("InvalidParameter", f"Invalid parameter: Invalid protocol type: {protocol}")
    subscribed(run, "orders", LINE)
    subscribed(run, "orders.fifo", LINE)


def test_a_web_address_gets_a_token_first_and_messages_once_it_is_sent_back():
    run = with_topic()
    params = {"TopicArn": EVENTS, "Protocol": "https", "Endpoint": "https://example.com/hook"}
    assert run.ok("sns:Subscribe", **params) == {"SubscriptionArn": "pending confirmation"}
    arn_of = run.ok("sns:Subscribe", **params, ReturnSubscriptionArn=True)["SubscriptionArn"]
    assert run.ok("sns:ListSubscriptions")["Subscriptions"][0]["SubscriptionArn"] == "PendingConfirmation"
    run.ok("sns:Publish", TopicArn=EVENTS, Message="too early")
    rows = run.records()
    asked = next(row for row in rows if row["kind"] == "StubReached")
    assert [row["kind"] for row in rows if row["kind"].startswith(("Notification", "MessageU"))] == [
        "NotificationPending",
        "NotificationDelivered",
        "MessageUnheard",
    ]
    told = json.loads(_text(run, asked["subject"]))
    assert (told["Type"], told["TopicArn"], len(told["Token"])) == ("SubscriptionConfirmation", EVENTS, 288)
    assert attributes_of(run, arn_of)["PendingConfirmation"] == "true"
    confirm = {"TopicArn": EVENTS, "Token": told["Token"]}
    assert run.ok("sns:ConfirmSubscription", **confirm) == run.ok("sns:ConfirmSubscription", **confirm)
    found = attributes_of(run, arn_of)
    assert (found["PendingConfirmation"], found["ConfirmationWasAuthenticated"]) == ("false", "true")
    run.ok("sns:Publish", TopicArn=EVENTS, Message="now")
    reached = [row for row in run.records() if row["kind"] == "StubReached"]
    assert json.loads(_text(run, reached[0]["subject"]))["Message"] == "now"


def _text(run, subject):
    environment = run.simulation.environment
    return environment.bodies.text(environment.subjects.body[subject])


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"TopicArn": EVENTS, "Token": "randomtoken"}, "Invalid token"),
        ({"TopicArn": EVENTS, "Token": "0" * 288}, "Invalid parameter: Token"),
        ({"TopicArn": "nothing", "Token": "0" * 288}, "Invalid parameter: Topic"),
    ],
)
def test_tokens_that_confirm_nothing(params, message):
    assert with_topic().no("sns:ConfirmSubscription", **params) == ("InvalidParameter", message)


def test_phones_mail_and_delivery_streams_are_stubs_that_get_their_own_form():
    run = with_topic()
    stream = f"arn:aws:firehose:eu-west-1:{ACCOUNT}:deliverystream/log"
    for protocol, endpoint in (("sms", "+4312345"), ("firehose", stream)):
        run.ok("sns:Subscribe", TopicArn=EVENTS, Protocol=protocol, Endpoint=endpoint)
    run.ok("sns:Publish", TopicArn=EVENTS, Message='{"default": "long", "sms": "short"}', MessageStructure="json")
    nodes = run.simulation.world.topology.nodes
    reached = {
        nodes[row["node"]].name: _text(run, row["subject"]) for row in run.records() if row["kind"] == "StubReached"
    }
    assert reached["+4312345"] == "short"
    assert json.loads(reached[stream])["Message"] == "long"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("RedrivePolicy", '{"maxReceiveCount": 3}', "RedrivePolicy: invalid JSON. Attribute maxReceiveCount is unknown."),
        ("RawMessageDelivery", "yes", "RawMessageDelivery: Invalid value [yes]. Must be true or false."),
        ("FilterPolicyScope", "Body", "FilterPolicyScope: Invalid value [Body]. Please use either MessageBody or MessageAttributes"),
        ("FilterPolicy", '{"a": {"b": ["c"]}}', "FilterPolicy: Filter policy scope MessageAttributes does not support nested filter policy"),
        ("RedrivePolicy", '{"deadLetterTargetArn": "fake-arn"}', "RedrivePolicy: deadLetterTargetArn is an invalid arn"),
        ("RedrivePolicy", "{invalid}", "RedrivePolicy: failed to parse JSON."),
        ("DeliveryPolicy", '{"healthyRetryPolicy": {"numRetries": 1}}', "DeliveryPolicy: healthyRetryPolicy.minDelayTarget must be specified"),
    ],
)  # fmt: skip
def test_attributes_that_cannot_be_set_say_why_in_both_operations(name, value, message):
    run = with_topic()
    made = subscribed(run)
    before = attributes_of(run, made)
    found = run.no("sns:SetSubscriptionAttributes", SubscriptionArn=made, AttributeName=name, AttributeValue=value)
    assert found == ("InvalidParameter", f"Invalid parameter: {message}")
    params = {"TopicArn": EVENTS, "Protocol": "sqs", "Endpoint": arn("archive"), "Attributes": {name: value}}
    assert run.no("sns:Subscribe", **params)[1] == f"Invalid parameter: Attributes Reason: {message}"
    assert attributes_of(run, made) == before


def test_a_function_gets_nothing_raw_and_a_fifo_queue_wants_fifo_dead_letters():
    run = with_topic()
    params = {"TopicArn": EVENTS, "Protocol": "lambda", "Endpoint": function_arn("resize")}
    assert run.no("sns:Subscribe", **params, Attributes={"RawMessageDelivery": "true"})[1] == (
        "Invalid parameter: Attributes Reason: Delivery protocol [lambda] does not support raw message delivery."
    )
    line = with_line()
    made = subscribed(line, "orders.fifo", LINE)
    policy = {"AttributeName": "RedrivePolicy", "AttributeValue": json.dumps({"deadLetterTargetArn": arn("orders")})}
    assert line.no("sns:SetSubscriptionAttributes", SubscriptionArn=made, **policy)[1] == (
        "Invalid parameter: RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic."
    )


def test_a_filter_policys_scope_is_told_only_where_there_is_a_policy():
    run = with_topic()
    made = subscribed(run, FilterPolicyScope="MessageBody")
    assert "FilterPolicyScope" not in attributes_of(run, made)
    run.ok("sns:SetSubscriptionAttributes", SubscriptionArn=made, AttributeName="FilterPolicy", AttributeValue='{"a": {"b": ["c"]}}')  # fmt: skip
    found = attributes_of(run, made)
    assert (found["FilterPolicy"], found["FilterPolicyScope"]) == ('{"a": {"b": ["c"]}}', "MessageBody")


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ("randomstring", "InvalidParameter", "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1"),
        (EVENTS, "InvalidParameter", "Invalid parameter: SubscriptionId"),
        (f"{EVENTS}:none", "NotFound", "Subscription does not exist"),
    ],
)  # fmt: skip
def test_subscriptions_that_are_none(given, code, message):
    run = with_topic()
    assert run.no("sns:GetSubscriptionAttributes", SubscriptionArn=given) == (code, message)
    if code == "NotFound":
        assert run.ok("sns:Unsubscribe", SubscriptionArn=given) == {}
    else:
        assert run.no("sns:Unsubscribe", SubscriptionArn=given) == (code, message)


def test_a_queue_that_is_not_there_can_be_subscribed_and_gets_messages_once_it_is():
    run = with_topic()
    subscribed(run, "later", RedrivePolicy={"deadLetterTargetArn": arn("letters")}, RawMessageDelivery="true")
    run.ok("sns:Publish", TopicArn=EVENTS, Message="nobody there")
    assert bodies(run, "letters") == ["nobody there"]
    run.ok("sqs:CreateQueue", QueueName="later")
    run.ok("sns:Publish", TopicArn=EVENTS, Message="there")
    assert bodies(run, "later") == ["there"]
    run.ok("sqs:DeleteQueue", QueueUrl=url("later"))
    run.ok("sns:Publish", TopicArn=EVENTS, Message="gone again")
    assert bodies(run, "letters") == ["gone again"]


def test_unsubscribing_ends_what_was_still_tried():
    run = with_topic()
    made = subscribed(run)
    outage(run, "Orders")
    run.ok("sns:Publish", TopicArn=EVENTS, Message="late")
    run.until(1 * SECOND)
    run.records()
    run.ok("sns:Unsubscribe", SubscriptionArn=made)
    (row,) = [row for row in run.records() if row["kind"] == "NotificationAbandoned"]
    assert (row["at"], row["attempt"], row["reason"]) == (1 * SECOND, 4, "its subscription was deleted")
    assert run.simulation.next_at is None
    assert run.ok("sns:GetTopicAttributes", TopicArn=EVENTS)["Attributes"]["SubscriptionsDeleted"] == "1"


def test_a_refused_subscription_leaves_no_trace():
    run, other = an_account(), an_account()
    for each in (run, other):
        each.ok("sns:CreateTopic", Name="events")
    run.no(
        "sns:Subscribe", TopicArn=EVENTS, Protocol="sqs", Endpoint=arn("orders"), Attributes={"RawMessageDelivery": "?"}
    )
    assert subscribed(run) == subscribed(other)


def test_an_attribute_that_does_not_exist_is_named_by_one_operation_only():
    run = with_topic()
    made = subscribed(run)
    set_ = {"SubscriptionArn": made, "AttributeName": "Colour", "AttributeValue": "red"}
    assert run.no("sns:SetSubscriptionAttributes", **set_)[1] == "Invalid parameter: AttributeName"
    params = {"TopicArn": EVENTS, "Protocol": "sqs", "Endpoint": arn("archive"), "Attributes": {"Colour": "red"}}
    assert run.no("sns:Subscribe", **params)[1] == "Invalid parameter: Attributes Reason: Unknown attribute Colour"


def test_a_token_is_good_for_two_days():
    run = with_topic()
    run.ok("sns:Subscribe", TopicArn=EVENTS, Protocol="email", Endpoint="alice@example.com")
    (made,) = run.simulation.world.shared["sns"].subscriptions.values()
    confirm = {"TopicArn": EVENTS, "Token": made.token}
    run.ok("sns:ConfirmSubscription", at=2 * 86_400 * SECOND - 1, **confirm)
    assert run.no("sns:ConfirmSubscription", at=2 * 86_400 * SECOND, **confirm)[1] == "Invalid parameter: Token"


def test_a_dead_letter_of_a_subscription_that_is_gone_has_no_way_back():
    run = with_topic()
    made = subscribed(run, "later", RedrivePolicy={"deadLetterTargetArn": arn("letters")})
    run.ok("sns:Publish", TopicArn=EVENTS, Message="nobody there")
    run.ok("sns:Unsubscribe", SubscriptionArn=made)
    run.ok("sqs:CreateQueue", QueueName="later")
    (letter,) = run.receive(queue="letters", VisibilityTimeout=0)
    run.until(run.simulation.now_at)
    assert run.no("sqs:RedriveMessages", SourceArn=arn("letters"), Messages=[{"MessageId": letter["MessageId"]}]) == (
        "InvalidParameterValue",
        "Source queue must be configured as a Dead Letter Queue.",
    )
    assert (run.counts("letters")[0], run.counts("later")[0]) == (1, 0)
