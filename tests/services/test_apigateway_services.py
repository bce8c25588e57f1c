"""Direct integrations, end to end: a request becomes an operation of another service, and its effect is there."""

from __future__ import annotations

import json

import pytest

from tests.builders import ACCOUNT, REGION, SECOND, a_queue, arn, url
from tests.fanout import a_subscription, a_topic, topic_arn
from tests.services.api_cast import (
    MACHINE,
    ApiRun,
    a_rest_api,
    an_http_api,
    says,
    to_function,
    to_service,
)
from tests.services.events_cast import bodies
from tests.services.states_cast import a_machine, states
from tests.services.streams_cast import a_stream, a_table, rows

ESCAPED = "$util.escapeJavaScript($input.body)"
BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/shop"


def rest(action, template):
    return a_rest_api({"POST /": to_service(action, template)})


def first_class(subtype, **parameters):
    integration = {"type": "aws_proxy", "integrationSubtype": subtype, "requestParameters": parameters}
    return an_http_api({"POST /": {**integration, "payloadFormatVersion": "1.0"}})


def test_a_rest_api_publishes_to_a_topic():
    template = f"Action=Publish&TopicArn=$util.urlEncode('{topic_arn('news')}')&Message=$util.urlEncode($input.body)"
    run = ApiRun(rest("sns:action/Publish", template), News=a_topic("news"), Sub=a_subscription("news", arn("orders"), RawMessageDelivery=True))  # fmt: skip
    assert run.status("POST /", '{"id": 7}')[0] == 200
    run.until(SECOND)
    assert bodies(run) == [{"id": 7}]


def test_a_rest_api_puts_an_item_and_says_what_a_condition_refuses():
    template = (
        '{"TableName": "orders", "Item": {"id": {"S": "$input.path(\'$.id\')"}}, '
        '"ConditionExpression": "attribute_not_exists(id)"}'
    )
    responses = {"default": {"statusCode": "201"}, "4\\d{2}": {"statusCode": "409"}}
    api = a_rest_api({"POST /": to_service("dynamodb:action/PutItem", template, responses=responses)})
    run = ApiRun(api, Table=a_table())
    assert [run.status("POST /", '{"id": "o-7"}')[0] for _ in range(2)] == [201, 409]
    assert [row["key"] for row in rows(run, "ItemPut")] == ["o-7"]


def test_a_rest_api_puts_a_record():
    template = (
        '{"StreamName": "orders", "PartitionKey": "$input.path(\'$.who\')", "Data": "$util.base64Encode($input.body)"}'
    )
    run = ApiRun(rest("kinesis:action/PutRecord", template), Stream=a_stream())
    status, body = run.status("POST /", '{"who": "alice"}')
    assert (status, set(json.loads(body))) == (200, {"ShardId", "SequenceNumber"})
    assert [row["key"] for row in rows(run, "RecordPut")] == ["alice"]


def test_a_rest_api_puts_an_event():
    template = (
        f'{{"Entries": [{{"Source": "shop", "DetailType": "Placed", "Detail": "{ESCAPED}", "EventBusName": "{BUS}"}}]}}'
    )
    bus = {"Type": "AWS::Events::EventBus", "Properties": {"Name": "shop"}}
    rule = {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "Name": "all",
            "EventBusName": "shop",
            "EventPattern": {"source": ["shop"]},
            "Targets": [{"Id": "q", "Arn": arn("orders"), "InputPath": "$.detail"}],
        },
    }
    run = ApiRun(rest("events:action/PutEvents", template), Bus=bus, Rule=rule)
    assert run.status("POST /", '{"id": 7}')[0] == 200
    run.until(SECOND)
    assert bodies(run) == [{"id": 7}]


def test_a_rest_api_puts_into_a_delivery_stream():
    lake = {
        "Type": "AWS::KinesisFirehose::DeliveryStream",
        "Properties": {
            "DeliveryStreamName": "lake",
            "ExtendedS3DestinationConfiguration": {"BucketARN": "arn:aws:s3:::l"},
        },
    }
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "l"}}
    template = '{"DeliveryStreamName": "lake", "Record": {"Data": "$util.base64Encode($input.body)"}}'
    run = ApiRun(rest("firehose:action/PutRecord", template), Lake=lake, Bucket=bucket)
    assert run.status("POST /", "hello")[0] == 200
    assert [row["size"] for row in rows(run, "FirehoseRecordTaken")] == [5]


@pytest.mark.parametrize(
    ("subtype", "parameters", "kind"),
    [
        ("SQS-SendMessage", {"QueueUrl": url("orders"), "MessageBody": "$request.body"}, "MessageSent"),
        ("EventBridge-PutEvents", {"Source": "shop", "DetailType": "Placed", "Detail": "$request.body"}, "EventPut"),
        (
            "Kinesis-PutRecord",
            {"StreamName": "orders", "PartitionKey": "$request.body.who", "Data": "$request.body"},
            "RecordPut",
        ),
        (
            "StepFunctions-StartExecution",
            {"StateMachineArn": MACHINE, "Input": "$request.body"},
            "StatesExecutionStarted",
        ),
    ],
)
def test_first_class_integrations(subtype, parameters, kind):
    machine = a_machine(states(Done={"Type": "Succeed"}))
    run = ApiRun(first_class(subtype, **parameters), Stream=a_stream(), Saga=machine)
    assert run.status("POST /", '{"who": "alice"}')[0] == 200
    run.until(SECOND)
    assert kind in [row["kind"] for row in run.records()]


def test_the_client_hears_504_after_29_seconds_and_the_function_goes_on():
    run = ApiRun(a_rest_api({"POST /": to_function()}), Hello=says({"statusCode": 200}, ms=40_000))
    assert run.status("POST /", "{}")[0] == 504
    assert run.simulation.now_at == 29 * SECOND
    run.until(60 * SECOND)
    (late,) = rows(run, "IntegrationEndedLate")
    assert late["at"] == 40 * SECOND
    assert [row["at"] for row in rows(run, "InvocationSucceeded")] == [40 * SECOND]


def test_asynchronously_the_client_does_not_wait():
    integration = {
        **to_function(),
        "type": "aws",
        "requestParameters": {"integration.request.header.X-Amz-Invocation-Type": "'Event'"},
    }
    responses = {"responses": {"default": {"statusCode": "202"}}}
    run = ApiRun(a_rest_api({"POST /": {**integration, **responses}}), Hello=says(ms=5_000), Spare=a_queue("spare"))
    assert run.status("POST /", "{}")[0] == 202
    assert run.simulation.now_at == 0
