"""From a document to numbered nodes and links."""

from __future__ import annotations

import json
import pickle

from flows.topology import compile_topology, normalise
from flows.topology.resources.function import FunctionConfig
from flows.topology.resources.mapping import MappingConfig
from flows.topology.resources.queue import QueueConfig, RedrivePolicy
from flows.topology.resources.schedule import PipeLinkConfig
from tests.topology.documents import ARN, a_function, a_mapping, a_queue, redrive, the_cast


def links(topology):
    return [(topology.nodes[link.source].id, topology.nodes[link.target].id, link.kind) for link in topology.links]


def test_node_zero_is_the_client_and_the_others_follow_by_logical_id():
    topology = compile_topology(the_cast())
    assert [(node.index, node.id, node.kind, node.service) for node in topology.nodes] == [
        (0, "client", "client", "client"),
        (1, "ChargeCard", "function", "lambda"),
        (2, "Orders", "queue", "sqs"),
        (3, "OrdersDlq", "queue", "sqs"),
    ]


def test_links_are_derived_from_properties():
    topology = compile_topology(the_cast())
    assert links(topology) == [
        ("client", "ChargeCard", "send"),
        ("client", "Orders", "send"),
        ("client", "OrdersDlq", "send"),
        ("Orders", "ChargeCard", "esm"),
        ("Orders", "OrdersDlq", "redrive"),
    ]
    assert topology.link("Orders.RedrivePolicy").label == "after 5 receives"
    assert topology.node("OrdersDlq").is_dead_letter_queue


def test_configuration_is_frozen_in_microseconds_with_awss_defaults():
    topology = compile_topology(the_cast(Orders=a_queue(VisibilityTimeout="45", RedrivePolicy=redrive())))
    assert topology.node("Orders").config == QueueConfig(
        "Orders", visibility_timeout_us=45_000_000, redrive=RedrivePolicy(3, 5)
    )
    function = topology.node("ChargeCard").config
    assert isinstance(function, FunctionConfig)
    assert (
        function.timeout_us,
        function.memory_mb,
        function.reserved_concurrency,
        function.asynchronous.dead_letter_target,
    ) == (
        3_000_000,
        128,
        None,
        None,
    )
    assert topology.link("Mapping").config == MappingConfig("Mapping", source=2, function=1)


def test_a_mapping_keeps_its_batch_and_its_concurrency():
    mapping = a_mapping(
        BatchSize=25,
        MaximumBatchingWindowInSeconds=5,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        ScalingConfig={"MaximumConcurrency": 7},
        Enabled=False,
    )
    assert compile_topology(the_cast(Mapping=mapping)).link("Mapping").config == MappingConfig(
        "Mapping", 2, 1, 25, 5_000_000, False, True, 7
    )


def test_the_same_document_gives_the_same_numbers_in_whatever_order_it_comes():
    document = the_cast()
    turned = {**document, "resources": dict(reversed(document["resources"].items()))}
    assert compile_topology(turned) == compile_topology(document)


def test_a_redrive_policy_may_be_json_text():
    topology = compile_topology(the_cast(Orders=a_queue(RedrivePolicy=json.dumps(redrive(count=2)))))
    assert topology.node("Orders").config.redrive == RedrivePolicy(3, 2)
    assert topology.link("Orders.RedrivePolicy").properties == {"maxReceiveCount": 2}


def test_queues_are_found_by_arn_and_url():
    topology = compile_topology(the_cast())
    assert topology.by_arn[ARN.format("Orders")].id == "Orders"
    assert topology.by_url["https://sqs.eu-west-1.amazonaws.com/123456789012/OrdersDlq"].id == "OrdersDlq"


def test_what_is_not_simulated_yet_is_drawn_without_configuration():
    stream = {
        "Type": "AWS::QLDB::Stream",
        "Properties": {"KinesisConfiguration": {"StreamArn": ARN.format("Orders")}},
    }
    topology = compile_topology(the_cast(Stream=stream))
    node = topology.node("Stream")
    assert (node.service, node.config, node.missing) == ("external", None, "QLDB is not simulated yet.")


def test_a_pipe_reads_a_queue_and_hands_on():
    pipe = {
        "Type": "AWS::Pipes::Pipe",
        "Properties": {"Source": ARN.format("Orders"), "Target": ARN.format("OrdersDlq")},
    }
    topology = compile_topology(the_cast(Pipe=pipe))
    node = topology.node("Pipe")
    assert (node.service, node.missing) == ("pipes", "")
    (into,) = topology.links_to(node.index)
    (out,) = topology.links_from(node.index)
    assert (into.kind, into.config) == ("pipe-source", PipeLinkConfig(node.index))
    assert (out.kind, out.config) == ("pipe-target", PipeLinkConfig(node.index))


def test_fifo_queues_run():
    given = a_queue(FifoQueue=True, DeduplicationScope="messageGroup", FifoThroughputLimit="perMessageGroupId")
    node = compile_topology(the_cast(Other=given)).node("Other")
    assert (node.name, node.service, node.missing) == ("Other.fifo", "sqs", "")
    assert node.config == QueueConfig(
        "Other.fifo", fifo=True, deduplication_scope="messageGroup", throughput_limit="perMessageGroupId"
    )


def test_the_default_bus_appears_only_where_something_uses_it():
    rule = {
        "Type": "AWS::Events::Rule",
        "Properties": {"EventPattern": {"source": ["x"]}, "Targets": [{"Arn": ARN.format("Orders")}]},
    }
    assert "default-bus" not in compile_topology(the_cast()).by_id
    topology = compile_topology(the_cast(Rule=rule))
    assert ("default-bus", "Rule", "bus-rule") in links(topology)
    assert ("Rule", "Orders", "rule-target") in links(topology)


def test_the_page_gets_settings_with_values_units_and_where_they_are_from():
    page = compile_topology(the_cast(Orders=a_queue(VisibilityTimeout=45, RedrivePolicy=redrive()))).as_json()
    (orders,) = (node for node in page["nodes"] if node["id"] == "Orders")
    assert {"name": "VisibilityTimeout", "value": 45, "unit": "s", "source": "template"} in orders["settings"]
    assert {"name": "DelaySeconds", "value": 0, "unit": "s", "source": "AWS default"} in orders["settings"]
    assert {"name": "RedrivePolicy.maxReceiveCount", "value": 5, "unit": "", "source": "template"} in orders["settings"]
    (mapping,) = (link for link in page["links"] if link["kind"] == "esm")
    assert {"name": "BatchSize", "value": 10, "unit": "", "source": "AWS default"} in mapping["settings"]
    json.dumps(page)


def test_a_topology_can_be_pickled_and_knows_its_key():
    topology = compile_topology(normalise(the_cast()))
    assert pickle.loads(pickle.dumps(topology)) == topology
    assert topology.definition_key == f"topology:{topology.digest}"


def test_calls_are_drawn_in_their_style():
    function = {
        **a_function(),
        "playground": {"calls": [{"target": "OrdersDlq", "style": "suggested", "operations": ["sqs:SendMessage"]}]},
    }
    topology = compile_topology(the_cast(ChargeCard=function))
    (call,) = (link for link in topology.links if link.kind == "call")
    assert (call.style, call.label) == ("suggested", "sqs:SendMessage")


def test_the_inspector_lists_how_a_pipe_reads_a_stream_and_how_a_delivery_stream_gathers():
    stream = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"
    reading = {"KinesisStreamParameters": {"StartingPosition": "LATEST", "MaximumRetryAttempts": 3}}
    topology = compile_topology(
        the_cast(
            Stream={"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "orders"}},
            Lake={"Type": "AWS::KinesisFirehose::DeliveryStream", "Properties": {"DeliveryStreamName": "lake"}},
            Pipe={
                "Type": "AWS::Pipes::Pipe",
                "Properties": {"Source": stream, "SourceParameters": reading, "Target": ARN.format("Orders")},
            },
        )
    )
    (link,) = [link for link in topology.links if link.kind == "pipe-source"]
    said = {row["name"]: (row["value"], row["source"]) for row in link.settings}
    assert said["MaximumRetryAttempts"] == (3, "template")
    assert said["BatchSize"] == (1, "AWS default")
    told = {row["name"]: row["value"] for row in topology.node("Lake").settings}
    assert (told["buffer size"], told["buffer interval"]) == (5.0, 300)
