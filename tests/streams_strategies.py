"""Random systems of streams, tables, pipes, delivery streams, buckets, rules and an API, and what may be done to them, for Hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from flows.topology.compiled import CompiledTopology
from tests.builders import ACCOUNT, REGION, a_function, a_queue, a_topology, arn, function_arn
from tests.fanout_strategies import faults
from tests.services.api_cast import a_rest_api, to_function
from tests.services.streams_cast import STREAM, TABLE, TABLE_STREAM, a_stream, a_stream_mapping, a_table

ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
COPY = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/copy"
LAKE = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/lake"
BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/shop"
API = f"arn:aws:apigateway:{REGION}::/restapis/Shop"
FAILURES: list[list[dict[str, Any]]] = [
    [],
    [{"body": {"path": "$.poison", "equals": True}, "how": "item"}, {"rate": 0.2, "how": "raise"}],
]
BODIES = ('{"order": {{index}}}', '{"poison": true}')
TARGETS = (arn("done"), function_arn("charge"), COPY, LAKE, BUS)
SOURCES = (STREAM, TABLE, LAKE, BUS, API, arn("orders"), COPY, "arn:aws:s3:::lake")

reading = st.fixed_dictionaries(
    {"StartingPosition": st.sampled_from(["TRIM_HORIZON", "LATEST"]), "BatchSize": st.sampled_from([1, 3])},
    optional={
        "MaximumBatchingWindowInSeconds": st.just(2),
        "ParallelizationFactor": st.just(2),
        "MaximumRetryAttempts": st.sampled_from([0, 2]),
        "MaximumRecordAgeInSeconds": st.just(60),
    },
)


@st.composite
def topologies(draw: st.DrawFn) -> CompiledTopology:
    """Always the same boxes; how they are joined is drawn."""
    table = {"KinesisStreamSpecification": {"StreamArn": COPY}} if draw(st.booleans()) else {}
    bucket = {"VersioningConfiguration": {"Status": "Enabled"}} if draw(st.booleans()) else {}
    resources: dict[str, dict[str, Any]] = {
        "Orders": a_queue("orders", "dlq"),
        "Done": a_queue("done"),
        "Dlq": a_queue("dlq"),
        "Stream": a_stream(ShardCount=draw(st.integers(1, 2))),
        "Copy": {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "copy", "ShardCount": 1}},
        "Table": a_table(**table),
        "Charge": a_function("charge", 100, draw(st.sampled_from(FAILURES)), Timeout=3),
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "shop"}},
        "Rule": _rule(draw(st.sampled_from([end for end in TARGETS if end != BUS]))),
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "lake", **bucket}},
        "Lake": _lake(draw),
        "Pipe": _pipe(draw, "pipe"),
        "Second": _pipe(draw, "second"),
        "Shop": a_rest_api({"POST /orders": to_function("charge")}),
    }
    if draw(st.booleans()):
        failing = {"BisectBatchOnFunctionError": True} if draw(st.booleans()) else {}
        resources["Mapping"] = a_stream_mapping(
            draw(st.sampled_from([STREAM, TABLE_STREAM])), **draw(reading), **failing
        )
    return a_topology(**resources)


def _rule(target: str) -> dict[str, Any]:
    said = {
        "Id": "it",
        "Arn": target,
        "RetryPolicy": {"MaximumRetryAttempts": 2},
        "DeadLetterConfig": {"Arn": arn("dlq")},
    }
    pattern = {"source": [{"prefix": ""}]}
    properties = {"Name": "all", "EventBusName": "shop", "EventPattern": pattern, "Targets": [said]}
    return {"Type": "AWS::Events::Rule", "Properties": properties}


def _lake(draw: st.DrawFn) -> dict[str, Any]:
    hints = {"SizeInMBs": 1, "IntervalInSeconds": draw(st.sampled_from([0, 5, 60]))}
    said: dict[str, Any] = {"BucketARN": "arn:aws:s3:::lake", "BufferingHints": hints}
    if draw(st.booleans()):
        parameters = [{"ParameterName": "LambdaArn", "ParameterValue": function_arn("charge")}]
        said["ProcessingConfiguration"] = {"Processors": [{"Type": "Lambda", "Parameters": parameters}]}
    if draw(st.booleans()):
        said |= {
            "S3BackupMode": "Enabled",
            "S3BackupConfiguration": {"BucketARN": "arn:aws:s3:::lake", "Prefix": "raw/"},
        }
    given: dict[str, Any] = {"DeliveryStreamName": "lake", "ExtendedS3DestinationConfiguration": said}
    if draw(st.booleans()):
        given["KinesisStreamSourceConfiguration"] = {"KinesisStreamARN": STREAM}
    return {"Type": "AWS::KinesisFirehose::DeliveryStream", "Properties": given}


def _pipe(draw: st.DrawFn, name: str) -> dict[str, Any]:
    source = draw(st.sampled_from([STREAM, TABLE_STREAM, arn("orders")]))
    given: dict[str, Any] = {"Name": name, "RoleArn": ROLE, "Source": source, "Target": draw(st.sampled_from(TARGETS))}
    if ":sqs:" not in source:
        bisect = {"OnPartialBatchItemFailure": "AUTOMATIC_BISECT"} if draw(st.booleans()) else {}
        kind = "KinesisStreamParameters" if ":kinesis:" in source else "DynamoDBStreamParameters"
        said = {**draw(reading), **bisect, "DeadLetterConfig": {"Arn": arn("dlq")}}
        given["SourceParameters"] = {kind: said}
    if draw(st.booleans()):
        given["Enrichment"] = function_arn("charge")
    return {"Type": "AWS::Pipes::Pipe", "Properties": given}


@st.composite
def commands(draw: st.DrawFn, topology: CompiledTopology) -> tuple[str, dict[str, Any]]:
    """An operation and its parameters, most of them sensible."""
    places = [node.id for node in topology.nodes[1:]] + [link.id for link in topology.links]
    shard = {"StreamName": "orders", "ShardToSplit": "shardId-000000000000", "NewStartingHashKey": str(2**100)}
    traffic = {"TargetArn": draw(st.sampled_from(SOURCES)), "MessageBody": draw(st.sampled_from(BODIES))}
    burst = {**traffic, "Mode": "burst", "Count": draw(st.integers(1, 12))}
    steady = {**traffic, "Mode": "rate", "Count": 8, "RatePerSecond": 2}
    fault = {"Target": draw(st.sampled_from(places)), **draw(faults)}
    pipe = {"Name": draw(st.sampled_from(["pipe", "second"]))}
    plain: list[tuple[str, dict[str, Any]]] = [
        *[("client:StartTraffic", burst), ("client:StartTraffic", steady)] * 4,
        *[("playground:PutFault", fault)] * 3,
        ("playground:DeleteFault", {"FaultId": "fault-1"}),
        ("kinesis:SplitShard", shard),
        ("kinesis:DeleteStream", {"StreamName": "copy"}),
        ("dynamodb:DeleteItem", {"TableName": "orders", "Key": {"id": {"S": "object-1.json"}}}),
        ("dynamodb:DeleteTable", {"TableName": "orders"}),
        ("firehose:DeleteDeliveryStream", {"DeliveryStreamName": "lake"}),
        ("s3:CopyObject", {"Bucket": "lake", "Key": "b", "CopySource": "lake/object-1.json"}),
        ("s3:DeleteObject", {"Bucket": "lake", "Key": "object-1.json"}),
        ("pipes:StopPipe", pipe),
        ("pipes:StartPipe", pipe),
        ("pipes:DeletePipe", pipe),
        ("lambda:UpdateFunctionCode", {"FunctionName": "charge", "Behaviour": {"failures": []}}),
        ("lambda:PutFunctionConcurrency", {"FunctionName": "charge", "ReservedConcurrentExecutions": 0}),
        ("sqs:PurgeQueue", {"QueueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/orders"}),
    ]
    return draw(st.sampled_from(plain))
