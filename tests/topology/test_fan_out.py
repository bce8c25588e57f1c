"""Topics, buckets, asynchronous invocation, calls and faults: from a document to what the simulator reads."""

from __future__ import annotations

from flows.topology import compile_topology, validate
from flows.topology.resources.bucket import BucketConfig, NotificationConfig
from flows.topology.resources.fault import FaultConfig
from flows.topology.resources.function import AsyncConfig
from flows.topology.resources.sdk import SdkConfig
from flows.topology.resources.topic import SubscriptionConfig, TopicConfig
from tests.topology.documents import ARN, a_document, a_function, a_queue, a_topic

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:ChargeCard"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:News"


def compiled(**resources):
    document = a_document(**resources)
    assert [problem for problem in validate(document) if problem.severity == "error"] == []
    return compile_topology(document)


def test_an_inline_subscription_is_a_link_with_its_configuration():
    topology = compiled(News=a_topic(ARN.format("Orders"), "sqs"), Orders=a_queue())
    assert topology.node("News").config == TopicConfig("News")
    (link,) = topology.links_from(topology.node("News").index)
    assert link.config == SubscriptionConfig(link.id, topic=1, target=2, protocol="sqs")


def test_a_subscription_keeps_its_filter_its_raw_delivery_and_its_dead_letter_queue():
    topology = compiled(
        News={"Type": "AWS::SNS::Topic"},
        Subscription={
            "Type": "AWS::SNS::Subscription",
            "Properties": {
                "TopicArn": TOPIC,
                "Protocol": "lambda",
                "Endpoint": FUNCTION,
                "RawMessageDelivery": "true",
                "FilterPolicy": {"kind": ["order"]},
                "RedrivePolicy": {"deadLetterTargetArn": ARN.format("Dead")},
            },
        },
        ChargeCard=a_function(),
        Dead=a_queue(),
    )
    expected = SubscriptionConfig("Subscription", 3, 1, "lambda", True, '{"kind":["order"]}', "MessageAttributes", 2)
    assert topology.link("Subscription").config == expected
    assert topology.link("Subscription.RedrivePolicy").config == expected
    assert topology.link("Subscription").label == "filtered · raw"
    assert topology.node("Dead").is_dead_letter_queue


def test_a_notification_knows_its_events_and_its_filter():
    rules = [{"Name": "prefix", "Value": "in/"}, {"Name": "Suffix", "Value": ".png"}]
    notification = {"Event": "s3:ObjectCreated:*", "Queue": ARN.format("Orders"), "Filter": {"S3Key": {"Rules": rules}}}
    bucket = {
        "Type": "AWS::S3::Bucket",
        "Properties": {"NotificationConfiguration": {"QueueConfigurations": [notification]}},
    }
    topology = compiled(Uploads=bucket, Orders=a_queue())
    assert topology.node("Uploads").config == BucketConfig("uploads")
    (link,) = topology.links_from(topology.node("Uploads").index)
    assert link.config == NotificationConfig(link.id, 2, 1, ("s3:ObjectCreated:*",), "in/", ".png")


def test_asynchronous_invocation_is_configured_by_the_event_invoke_config():
    config = {
        "FunctionName": FUNCTION,
        "MaximumRetryAttempts": 1,
        "MaximumEventAgeInSeconds": 60,
        "DestinationConfig": {"OnSuccess": {"Destination": TOPIC}, "OnFailure": {"Destination": ARN.format("Dead")}},
    }
    topology = compiled(
        ChargeCard=a_function(DeadLetterConfig={"TargetArn": ARN.format("Dead")}),
        Config={"Type": "AWS::Lambda::EventInvokeConfig", "Properties": config},
        Dead=a_queue(),
        News={"Type": "AWS::SNS::Topic"},
    )
    expected = AsyncConfig(1, 60_000_000, on_success=3, on_failure=2, dead_letter_target=2)
    assert topology.node("ChargeCard").config.asynchronous == expected
    links = {link.kind: link for link in topology.links_from(1)}
    assert {kind: link.config for kind, link in links.items()} == dict.fromkeys(
        ["async-dlq", "async-on-success", "async-on-failure"], expected
    )
    shown = {row["name"]: (row["value"], row["source"]) for row in links["async-dlq"].settings}
    assert shown["MaximumRetryAttempts"] == (1, "template")


def test_without_an_event_invoke_config_awss_defaults_hold():
    topology = compiled(ChargeCard=a_function(DeadLetterConfig={"TargetArn": ARN.format("Dead")}), Dead=a_queue())
    assert topology.node("ChargeCard").config.asynchronous == AsyncConfig(2, 21_600_000_000, dead_letter_target=2)
    (link,) = (link for link in topology.links if link.kind == "async-dlq")
    assert {"name": "MaximumRetryAttempts", "value": 2, "unit": "", "source": "AWS default"} in link.settings


def test_what_a_behaviour_calls_is_a_solid_link_however_it_names_its_target():
    calls = [
        {"target": "Orders", "operation": "sqs:SendMessage", "sdk": {"mode": "legacy"}},
        {"target": ARN.format("Orders"), "message": {"n": 1}, "catch": True},
        {"target": ARN.format("Other"), "message": "plain"},
    ]
    topology = compiled(ChargeCard=a_function({"calls": calls}), Orders=a_queue(), Other=a_queue())
    links = [link for link in topology.links if link.kind == "call"]
    assert [(topology.nodes[link.target].id, link.style, link.label) for link in links] == [
        ("Orders", "solid", "sqs:SendMessage"),
        ("Other", "solid", ""),
    ]
    assert links[0].config == SdkConfig("legacy")
    made = topology.node("ChargeCard").config.behaviour.calls
    assert [(call.message, call.catches) for call in made] == [("", False), ('{"n":1}', True), ("plain", False)]


def test_planned_faults_stand_at_their_nodes_and_links():
    document = a_document(
        Orders={**a_queue(), "playground": {"faults": [{"Kind": "outage", "From": "10 s", "Until": "1 min"}]}}
    )
    document["playground"] = {"links": {"send:Orders": {"faults": [{"Kind": "error-rate", "Rate": 0.25}]}}}
    assert [problem.code for problem in validate(document)] == []
    topology = compile_topology(document)
    assert topology.node("Orders").faults == (FaultConfig("outage", 10_000_000, 60_000_000),)
    assert topology.link("send:Orders").faults == (FaultConfig("error-rate", rate_ppm=250_000),)


def test_the_client_sends_to_whatever_takes_a_message():
    topology = compiled(
        Orders=a_queue(), News={"Type": "AWS::SNS::Topic"}, Uploads={"Type": "AWS::S3::Bucket"}, ChargeCard=a_function()
    )
    assert [topology.nodes[link.target].id for link in topology.links_from(0)] == [
        "ChargeCard",
        "News",
        "Orders",
        "Uploads",
    ]
