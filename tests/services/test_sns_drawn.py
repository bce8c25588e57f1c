"""Topics that are drawn: endpoints outside AWS get stubs, FIFO topics and policies hold from the beginning."""

from __future__ import annotations

import json
from typing import Any

from flows.topology.checks import validate
from tests.builders import SECOND, Run, a_queue, a_topology, arn
from tests.fanout import a_subscription, a_topic, topic_arn


def an_outside_subscription(protocol: str, endpoint: str, **properties: Any) -> dict[str, Any]:
    given = {"TopicArn": topic_arn("events"), "Protocol": protocol, "Endpoint": endpoint, **properties}
    return {"Type": "AWS::SNS::Subscription", "Properties": given}


def test_addresses_outside_aws_are_drawn_as_one_stub_a_protocol_and_take_what_they_are_sent():
    policy = {"healthyRetryPolicy": {"minDelayTarget": 2, "maxDelayTarget": 2, "numRetries": 1}}
    topology = a_topology(
        Events=a_topic("events"),
        Alice=an_outside_subscription("email", "alice@example.com"),
        Bob=an_outside_subscription("email", "bob@example.com"),
        Hook=an_outside_subscription("https", "https://example.com", DeliveryPolicy=policy),
    )
    assert [(node.id, node.kind) for node in topology.nodes[1:]] == [
        ("Events", "topic"),
        ("ext:email", "stub"),
        ("ext:https", "stub"),
    ]
    run = Run(topology)
    run.ok("playground:PutFault", Target="Hook", Kind="outage")
    run.ok("sns:Publish", TopicArn=topic_arn("events"), Message="hello")
    run.until(10 * SECOND)
    told = [(at, node, kind) for at, node, kind in run.story() if kind in {"StubReached", "NotificationFailed"}]
    assert told == [
        (0, "ext:email", "StubReached"),
        (0, "ext:email", "StubReached"),
        (0, "Events", "NotificationFailed"),
        (2 * SECOND, "Events", "NotificationFailed"),
    ]
    endpoints = [row["Endpoint"] for row in run.ok("sns:ListSubscriptions")["Subscriptions"]]
    assert endpoints == ["alice@example.com", "bob@example.com", "https://example.com"]


def test_a_fifo_topic_runs_as_it_is_drawn():
    topology = a_topology(
        Line=a_topic("line.fifo", FifoTopic=True, ContentBasedDeduplication=True, FifoThroughputScope="MessageGroup"),
        Orders=a_queue("orders.fifo", FifoQueue=True),
        ToOrders=a_subscription(
            "line.fifo", arn("orders.fifo"), FilterPolicyScope="MessageBody", FilterPolicy={"paid": [True]}
        ),
    )
    run = Run(topology)
    for paid in (True, False, True):
        message = {"Message": json.dumps({"paid": paid}), "MessageGroupId": "a"}
        run.ok("sns:Publish", TopicArn=topic_arn("line.fifo"), **message)
    assert [kind for _, node, kind in run.story() if node == "Line"] == [
        "GroupedMessagePublished",
        "MessageFannedOut",
        "NotificationPending",
        "NotificationDelivered",
        "GroupedMessagePublished",
        "MessageFannedOut",
        "NotificationPending",
        "NotificationFiltered",
        "GroupedMessagePublished",
        "PublicationDeduplicated",
    ]
    assert len(run.receive(queue="orders.fifo")) == 1


def test_a_policy_that_aws_refuses_is_a_problem_of_the_drawing():
    document = {
        "format": 1,
        "name": "events",
        "region": "eu-west-1",
        "account": "123456789012",
        "resources": {
            "Events": a_topic("events"),
            "Orders": a_queue("orders"),
            "ToOrders": a_subscription("events", arn("orders"), FilterPolicy={"a": {"b": ["c"]}}),
        },
    }
    (found,) = [each for each in validate(document) if each.severity == "error"]
    assert (found.code, found.path) == ("ValueInvalid", "/resources/ToOrders/Properties/FilterPolicy")
    assert "does not support nested filter policy" in found.message
