"""What rules, schedules and pipes may lead to beside queues, topics, functions, machines and buses: streams, tasks, APIs, any operation."""

from __future__ import annotations

import json

import pytest

from tests.builders import ACCOUNT, MINUTE, REGION, SECOND, Run, a_queue, a_topology, arn
from tests.services.api_cast import a_rest_api, says, to_function
from tests.services.events_cast import bodies
from tests.services.streams_cast import STREAM, a_stream, a_table, rows

ROLE = "arn:aws:iam::123456789012:role/r"
ECS = f"arn:aws:ecs:{REGION}:{ACCOUNT}"
DELIVERY = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/lake"
ENDPOINT = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:Shop/prod/POST/orders/*"
LAKE = {
    "Type": "AWS::KinesisFirehose::DeliveryStream",
    "Properties": {"DeliveryStreamName": "lake", "ExtendedS3DestinationConfiguration": {"BucketARN": "arn:aws:s3:::l"}},
}
BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "l"}}
CLUSTER = {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": "shop"}}
TASK = {
    "Type": "AWS::ECS::TaskDefinition",
    "Properties": {"Family": "report", "ContainerDefinitions": [{"Name": "main", "Image": "report"}]},
}
AN_EVENT = {"Source": "shop", "DetailType": "OrderPlaced", "Detail": json.dumps({"who": "Alice", "id": "o-7"})}


def a_rule(target):
    said = {"Id": "it", **target}
    return {
        "Type": "AWS::Events::Rule",
        "Properties": {"Name": "all", "EventPattern": {"source": ["shop"]}, "Targets": [said]},
    }


def a_schedule(target):
    said = {"RoleArn": ROLE, "Input": '{"id": {"S": "o-7"}}', **target}
    properties = {
        "Name": "once",
        "ScheduleExpression": "at(2026-01-01T00:00:10)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": said,
    }
    return {"Type": "AWS::Scheduler::Schedule", "Properties": properties}


def ruled(target, **resources):
    run = Run(a_topology(Rule=a_rule(target), Done=a_queue("done"), **resources))
    run.ok("events:PutEvents", SECOND, Entries=[AN_EVENT])
    run.until(3 * MINUTE)
    return run


def scheduled(target, **resources):
    run = Run(a_topology(Once=a_schedule(target), Done=a_queue("done"), **resources))
    run.until(3 * MINUTE)
    return run


# ── rules ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("parameters", "key"), [({"KinesisParameters": {"PartitionKeyPath": "$.detail.who"}}, "Alice"), ({}, None)]
)
def test_a_rule_puts_into_a_stream_under_the_key_it_names_or_the_events_id(parameters, key):
    run = ruled({"Arn": STREAM, **parameters}, Orders=a_stream())
    (record,) = rows(run, "RecordPut")
    body = run.simulation.environment.bodies
    event = json.loads(body.text(run.simulation.environment.subjects.body[record["subject"]]))
    assert record["key"] == (key or event["id"])
    assert event["detail"] == {"who": "Alice", "id": "o-7"}


def test_what_a_full_shard_refuses_is_put_again():
    run = Run(a_topology(Rule=a_rule({"Arn": STREAM}), Orders=a_stream()))
    for _ in range(110):
        run.ok("events:PutEvents", SECOND, Entries=[AN_EVENT] * 10)
    run.until(MINUTE)
    refused = rows(run, "DispatchFailed")
    assert [row["at"] // SECOND for row in refused] == [1] * 200, "the first wait is shorter than the shard's second"
    assert {row["error_type"] for row in refused} == {"THROTTLING"}
    assert len(rows(run, "RecordPut")) == 1_100


def test_a_rule_puts_into_a_delivery_stream():
    run = ruled({"Arn": DELIVERY, "InputPath": "$.detail"}, Lake=LAKE, Bucket=BUCKET)
    assert [row["size"] for row in rows(run, "FirehoseRecordTaken")] == [26]


def test_a_rule_starts_a_task():
    parameters = {"TaskDefinitionArn": f"{ECS}:task-definition/report:1", "TaskCount": 2, "LaunchType": "FARGATE"}
    run = ruled({"Arn": f"{ECS}:cluster/shop", "EcsParameters": parameters, "RoleArn": ROLE}, Shop=CLUSTER, Report=TASK)
    said = [row["kind"] for row in run.records()]
    assert "DispatchDelivered" in said
    assert said.count("TaskProvisioning") == 2


def test_a_rule_calls_an_api_and_tries_again_while_it_answers_with_an_error():
    api = a_rest_api({"POST /orders/{id}": to_function()})
    http = {
        "PathParameterValues": ["$.detail.id"],
        "HeaderParameters": {"X-Who": "$.detail.who"},
        "QueryStringParameters": {"from": "rule"},
    }
    run = ruled(
        {"Arn": ENDPOINT, "HttpParameters": http, "InputPath": "$.detail"}, Shop=api, Hello=says({"statusCode": 200})
    )
    (asked,) = rows(run, "RequestReceived")
    assert (asked["method"], asked["path"]) == ("POST", "/orders/o-7")
    assert [row["status"] for row in rows(run, "ResponseReturned")] == [200]
    failing = says({"statusCode": 500})
    run = ruled({"Arn": ENDPOINT, "HttpParameters": http}, Shop=api, Hello=failing)
    assert len(rows(run, "RequestReceived")) > 3
    assert {row["error_type"] for row in rows(run, "DispatchFailed")} == {"ERROR_FROM_TARGET"}


# ── schedules ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_schedule_puts_into_streams():
    run = scheduled({"Arn": STREAM, "KinesisParameters": {"PartitionKey": "nightly"}}, Orders=a_stream())
    assert [(row["at"], row["key"]) for row in rows(run, "RecordPut")] == [(10 * SECOND, "nightly")]
    run = scheduled({"Arn": DELIVERY}, Lake=LAKE, Bucket=BUCKET)
    assert [row["at"] for row in rows(run, "FirehoseRecordTaken")] == [10 * SECOND]


def test_a_schedule_starts_a_task():
    parameters = {"TaskDefinitionArn": f"{ECS}:task-definition/report:1"}
    run = scheduled({"Arn": f"{ECS}:cluster/shop", "EcsParameters": parameters}, Shop=CLUSTER, Report=TASK)
    assert len(rows(run, "ScheduleCallDelivered")) == 1


def test_a_universal_target_writes_an_item():
    given = {"TableName": "orders", "Item": {"id": {"S": "o-7"}}}
    target = {"Arn": "arn:aws:scheduler:::aws-sdk:dynamodb:putItem", "Input": json.dumps(given)}
    run = scheduled(target, Orders=a_table())
    assert [(row["at"], row["key"]) for row in rows(run, "ItemPut")] == [(10 * SECOND, "o-7")]


def test_a_universal_target_of_a_service_that_is_not_simulated_reaches_a_stub():
    target = {"Arn": "arn:aws:scheduler:::aws-sdk:ec2:stopInstances", "Input": '{"InstanceIds": ["i-1"]}'}
    run = scheduled(target)
    said = [row["kind"] for row in run.records()]
    assert "ScheduleCallDelivered" in said
    assert any(node.name == "ec2:StopInstances" for node in run.simulation.world.topology.nodes)


# ── pipes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def a_pipe(**properties):
    given = {"Name": "ship", "RoleArn": ROLE, "Source": arn("orders"), "Target": arn("done"), **properties}
    return {"Type": "AWS::Pipes::Pipe", "Properties": given}


def piped(pipe, **resources):
    run = Run(a_topology(In=a_queue("orders"), Done=a_queue("done"), Ship=pipe, **resources))
    run.send('{"id": "o-7"}', at=SECOND)
    run.until(MINUTE)
    return run


def test_a_pipe_is_enriched_by_an_api():
    api = a_rest_api({"POST /orders/{id}": to_function()})
    hello = says({"statusCode": 200, "body": '{"name": "Alice"}'})
    parameters = {"HttpParameters": {"PathParameterValues": ["7"]}}
    run = piped(a_pipe(Enrichment=ENDPOINT, EnrichmentParameters=parameters), Shop=api, Hello=hello)
    assert bodies(run, "done") == [{"name": "Alice"}]


def test_a_pipe_hands_over_to_a_task_and_a_delivery_stream():
    parameters = {"EcsTaskParameters": {"TaskDefinitionArn": f"{ECS}:task-definition/report:1"}}
    run = piped(a_pipe(Target=f"{ECS}:cluster/shop", TargetParameters=parameters), Shop=CLUSTER, Report=TASK)
    assert [row["kind"] for row in run.records() if row["kind"].startswith("PipeRun")] == [
        "PipeRunStarted",
        "PipeRunSucceeded",
    ]
    run = piped(a_pipe(Target=DELIVERY), Lake=LAKE, Bucket=BUCKET)
    assert len(rows(run, "FirehoseRecordTaken")) == 1


def test_a_pipe_into_an_api_that_answers_with_an_error_keeps_its_events():
    api = a_rest_api({"POST /orders/{id}": to_function()})
    parameters = {"HttpParameters": {"PathParameterValues": ["7"]}}
    run = piped(a_pipe(Target=ENDPOINT, TargetParameters=parameters), Shop=api, Hello=says({"statusCode": 500}))
    failed = rows(run, "PipeRunFailed")
    assert {row["error_type"] for row in failed} == {"HTTP500"}
    assert len(failed) == 2


# ── what nobody should say ──────────────────────────────────────────────────────────────────────────────────────────

PARAMETERS = {
    arn("done"): "SqsQueueParameters",
    STREAM: "KinesisStreamParameters",
    ENDPOINT: "HttpParameters",
    f"{ECS}:cluster/shop": "EcsTaskParameters",
    f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default": "EventBridgeEventBusParameters",
}


@pytest.mark.parametrize("target", PARAMETERS, ids=list(PARAMETERS.values()))
@pytest.mark.parametrize("said", ["text", 7, [1], {"PathParameterValues": 7, "HeaderParameters": "x", "Resources": 7}])
def test_a_pipe_takes_parameters_of_another_shape_for_none(target, said):
    shop = {"Api": a_rest_api({"POST /orders/{id}": to_function()}), "Hello": says({"statusCode": 200})}
    for given in ({PARAMETERS[target]: said}, said):
        pipe = a_pipe(Target=target, TargetParameters=given)
        run = piped(pipe, Shop=CLUSTER, Report=TASK, Orders=a_stream(), **shop)
        assert {row["kind"] for row in run.records()} & {"PipeRunSucceeded", "PipeRunFailed"}


@pytest.mark.parametrize("said", [5, "x", {"a": 1}, [5], [{"environment": 5}], [{"environment": [5], "command": 5}]])
def test_an_event_that_overrides_nothing_starts_the_task_as_it_is(said):
    target = {"Arn": f"{ECS}:cluster/shop", "RoleArn": ROLE, "EcsParameters": {"TaskDefinitionArn": "report"}}
    target["InputPath"] = "$.detail"
    run = Run(a_topology(Rule=a_rule(target), Shop=CLUSTER, Task=TASK))
    detail = json.dumps({"containerOverrides": said})
    run.ok("events:PutEvents", SECOND, Entries=[{**AN_EVENT, "Detail": detail}])
    run.until(3 * MINUTE)
    assert len(rows(run, "TaskRunning")) == 1
