"""Firehose: buffers, the transformation, objects in a bucket, the error output and the backup."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.services.kinds import KINDS
from flows.simulation import Simulation
from flows.traces.projections.ledger import violations
from tests.builders import ACCOUNT, MINUTE, REGION, SECOND, Run, a_function, a_queue, a_topology, function_arn
from tests.services.streams_cast import STREAM, a_stream, put, rows

DELIVERY = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/lake"
BUCKET = "arn:aws:s3:::lake"
HINTS = {"SizeInMBs": 1, "IntervalInSeconds": 60}
MEBIBYTE = 1_048_576


def a_bucket(name):
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name}}


def a_lake(source=None, **destination):
    said = {"BucketARN": BUCKET, "BufferingHints": HINTS, **destination}
    given_ = {"DeliveryStreamName": "lake", "ExtendedS3DestinationConfiguration": said}
    if source:
        given_ |= {
            "DeliveryStreamType": "KinesisStreamAsSource",
            "KinesisStreamSourceConfiguration": {
                "KinesisStreamARN": source,
                "RoleARN": "arn:aws:iam::123456789012:role/r",
            },
        }
    return {"Type": "AWS::KinesisFirehose::DeliveryStream", "Properties": given_}


def transformed_by(name="change", **parameters):
    said = {"LambdaArn": function_arn(name), "BufferIntervalInSeconds": 10, **parameters}
    rows_ = [{"ParameterName": key, "ParameterValue": str(value)} for key, value in said.items()]
    return {"ProcessingConfiguration": {"Enabled": True, "Processors": [{"Type": "Lambda", "Parameters": rows_}]}}


def a_change(output=None, failures=None):
    function = a_function("change", 100, failures)
    function["playground"]["behaviour"]["output"] = output
    return function


def a_run(lake=None, seed=1, **resources):
    return Run(
        a_topology(Lake=lake or a_lake(), Bucket=a_bucket("lake"), Letters=a_queue("letters"), **resources), seed
    )


def send(run, *texts, at=None):
    """Their record ids."""
    records = [{"Data": base64.b64encode(text.encode()).decode()} for text in texts]
    answer = run.ok("firehose:PutRecordBatch", at, DeliveryStreamName="lake", Records=records)
    return [row["RecordId"] for row in answer["RequestResponses"]]


def objects(run, bucket="lake"):
    """Key → text."""
    (noun,) = [each for each in run.simulation.world.nouns_of("s3") if each.name == bucket]
    bodies = run.simulation.environment.bodies
    return {key: bodies.text(each.body) if each.body else "" for key, each in noun.objects.items()}


def balanced(run):
    return violations(KINDS, [run.simulation.drain()]) == []


# ── buffers and objects ─────────────────────────────────────────────────────────────────────────────────────────────


def test_records_become_one_object_when_the_interval_is_over():
    run = a_run()
    send(run, "a", "b", at=SECOND)
    send(run, "c", at=30 * SECOND)
    run.until(61 * SECOND - 1)
    assert objects(run) == {}
    run.until(61 * SECOND)
    ((key, text),) = objects(run).items()
    assert text == "abc"
    assert key.startswith("2026/01/01/00/lake-1-2026-01-01-00-00-01-")
    send(run, "d")
    run.until(3 * MINUTE)
    assert sorted(objects(run).values()) == ["abc", "d"]


def test_a_full_buffer_does_not_wait():
    run = a_run()
    half = "x" * 600_000
    send(run, half, half, at=SECOND)
    run.until(SECOND)
    assert [len(text) for text in objects(run).values()] == [600_000]
    run.until(2 * MINUTE)
    assert [len(text) for text in objects(run).values()] == [600_000, 600_000]
    assert balanced(run)


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ({"Prefix": "raw/"}, "raw/2026/01/01/00/lake-1-"),
        (
            {"Prefix": "raw/year=!{timestamp:yyyy}/day=!{timestamp:dd}/", "ErrorOutputPrefix": "e/"},
            "raw/year=2026/day=01/lake-1-",
        ),
    ],
)
def test_prefixes(said, begins):
    run = a_run(a_lake(**said))
    send(run, "a", at=SECOND)
    run.until(2 * MINUTE)
    (key,) = objects(run)
    assert key.startswith(begins)


def test_a_key_has_the_date_at_which_its_oldest_record_came():
    hour = 60 * MINUTE
    run = a_run()
    send(run, "a", at=hour - 10 * SECOND)
    send(run, "b", at=hour + 10 * SECOND)
    run.until(hour + 2 * MINUTE)
    (key,) = objects(run)
    assert key.startswith("2026/01/01/00/lake-1-2026-01-01-00-59-50-")


def test_a_bucket_that_refuses_is_tried_again_and_nothing_is_lost():
    run = a_run()
    run.ok("playground:PutFault", Target="Bucket", Kind="outage", From=0, Until="90 s")
    send(run, "a", at=SECOND)
    run.until(3 * MINUTE)
    failed = rows(run, "FirehoseDeliveryFailed")
    assert [row["at"] // SECOND for row in failed] == [61, 62, 64, 68, 76]
    assert list(objects(run).values()) == ["a"]


def test_after_a_day_they_are_gone():
    run = a_run()
    run.ok("s3:DeleteBucket", Bucket="lake")
    send(run, "a", at=SECOND)
    run.until(25 * 60 * MINUTE)
    assert len(rows(run, "FirehoseRecordLost")) == 1


# ── the transformation ──────────────────────────────────────────────────────────────────────────────────────────────


def answer_for(ids, *results):
    records = [
        {"recordId": id_, "result": result, "data": base64.b64encode(b"new").decode()}
        for id_, result in zip(ids, results, strict=False)
    ]
    return {"records": records}


def test_what_the_function_says_of_each_record_is_done():
    ids = send(a_run(a_lake(**transformed_by()), Change=a_change()), "a", "b", "c", "d", at=SECOND)
    output = answer_for(ids, "Ok", "Dropped", "ProcessingFailed")
    run = a_run(a_lake(**transformed_by()), Change=a_change(output))
    send(run, "a", "b", "c", "d", at=SECOND)
    run.until(2 * MINUTE)
    (answered,) = rows(run, "FirehoseTransformAnswered")
    assert (answered["at"], answered["ok"], answered["dropped"], answered["failed"]) == (11 * SECOND + 100_000, 1, 1, 2)
    (good, text), (bad, lines) = sorted(objects(run).items())
    assert text == "new"
    assert bad.startswith("processing-failed/2026/01/01/00/lake-1-")
    assert good.startswith("2026/01/01/00/lake-1-")
    said = [json.loads(line) for line in lines.splitlines()]
    assert [(each["errorCode"], base64.b64decode(each["rawData"])) for each in said] == [
        ("Lambda.ProcessingFailedStatus", b"c"),
        ("Lambda.MissingRecordId", b"d"),
    ]
    assert set(said[0]) == {"attemptsMade", "arrivalTimestamp", "errorCode", "errorMessage", "attemptEndingTimestamp", "rawData", "lambdaArn"}  # fmt: skip


def test_a_function_whose_behaviour_has_no_output_lets_everything_through():
    run = a_run(a_lake(**transformed_by()), Change=a_change())
    send(run, "a", "b", at=SECOND)
    run.until(2 * MINUTE)
    assert list(objects(run).values()) == ["ab"]


def test_the_functions_own_error_is_not_tried_again():
    run = a_run(a_lake(**transformed_by()), Change=a_change(failures=[{"how": "raise"}]))
    send(run, "a", at=SECOND)
    run.until(5 * MINUTE)
    assert len(rows(run, "FirehoseTransformCalled")) == 1
    ((key, _),) = objects(run).items()
    assert key.startswith("processing-failed/")


def test_a_call_that_did_not_take_place_is_made_again_three_times():
    run = a_run(a_lake(**transformed_by()), Change=a_change())
    run.ok("lambda:PutFunctionConcurrency", FunctionName="change", ReservedConcurrentExecutions=0)
    send(run, "a", at=SECOND)
    run.until(5 * MINUTE)
    assert [row["at"] // SECOND for row in rows(run, "FirehoseTransformCalled")] == [11, 12, 14, 18]
    assert len(rows(run, "FirehoseTransformGivenUp")) == 1


def test_the_backup_holds_what_came():
    backup = {
        "S3BackupMode": "Enabled",
        "S3BackupConfiguration": {"BucketARN": "arn:aws:s3:::raw", "BufferingHints": HINTS},
    }
    run = a_run(a_lake(**transformed_by(), **backup), Change=a_change({"records": []}), Raw=a_bucket("raw"))
    send(run, "a", at=SECOND)
    run.until(5 * MINUTE)
    assert list(objects(run, "raw").values()) == ["a"]


# ── where records come from ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_kinesis_stream_is_read_from_its_latest_record_on():
    run = a_run(a_lake(STREAM), Orders=a_stream())
    put(run, {"n": 1}, at=SECOND)
    run.until(2 * MINUTE)
    assert list(objects(run).values()) == ['{"n": 1}']
    data = {"Data": base64.b64encode(b"a").decode()}
    assert run.no("firehose:PutRecord", DeliveryStreamName="lake", Record=data)[0] == "InvalidArgumentException"


def test_a_topic_puts_its_messages():
    subscription = {
        "Type": "AWS::SNS::Subscription",
        "Properties": {
            "TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:news",
            "Protocol": "firehose",
            "Endpoint": DELIVERY,
            "RawMessageDelivery": True,
            "SubscriptionRoleArn": "arn:aws:iam::123456789012:role/r",
        },
    }
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "news"}}
    run = a_run(News=topic, Subscription=subscription)
    run.ok("sns:Publish", SECOND, TopicArn=f"arn:aws:sns:{REGION}:{ACCOUNT}:news", Message="hello")
    run.until(2 * MINUTE)
    assert list(objects(run).values()) == ["hello"]


def test_the_client_sends():
    run = a_run()
    run.ok(
        "client:StartTraffic", 0, TargetArn=DELIVERY, Mode="rate", RatePerSecond=1, Count=3, MessageBody="m{{index}} "
    )
    run.until(2 * MINUTE)
    assert list(objects(run).values()) == ["m1 m2 m3 "]


# ── operations ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_delivery_stream_is_made_described_changed_and_deleted():
    run = a_run()
    said = {"BucketARN": BUCKET, "RoleARN": "arn:aws:iam::123456789012:role/r", "Prefix": "b/"}
    made = run.ok("firehose:CreateDeliveryStream", DeliveryStreamName="pond", ExtendedS3DestinationConfiguration=said)
    assert made == {"DeliveryStreamARN": DELIVERY.replace("lake", "pond")}
    record = {"DeliveryStreamName": "pond", "Record": {"Data": base64.b64encode(b"a").decode()}}
    assert run.no("firehose:PutRecord", **record)[0] == "ResourceNotFoundException"
    assert run.ok("firehose:ListDeliveryStreams")["DeliveryStreamNames"] == ["lake", "pond"]
    run.until(2 * SECOND)
    assert set(run.ok("firehose:PutRecord", **record)) == {"RecordId", "Encrypted"}
    run.ok("firehose:UpdateDestination", DeliveryStreamName="pond", CurrentDeliveryStreamVersionId="1", DestinationId="destinationId-000000000001", ExtendedS3DestinationUpdate={"Prefix": "c/"})  # fmt: skip
    told = run.ok("firehose:DescribeDeliveryStream", DeliveryStreamName="pond")["DeliveryStreamDescription"]
    assert told["Destinations"][0]["ExtendedS3DestinationDescription"]["Prefix"] == "c/"
    (key,) = objects(run)
    assert key.startswith("b/")
    run.ok("firehose:PutRecord", **record)
    run.ok("firehose:DeleteDeliveryStream", DeliveryStreamName="pond")
    assert len(rows(run, "FirehoseRecordGoneWithStream")) == 1
    assert run.no("firehose:DescribeDeliveryStream", DeliveryStreamName="pond")[0] == "ResourceNotFoundException"


def test_what_a_run_changes_of_a_delivery_stream_is_its_own_and_stays_with_it():
    lake = {"DeliveryStreamName": "lake", "DestinationId": "destinationId-000000000001"}
    prefixed = {**lake, "ExtendedS3DestinationUpdate": {"Prefix": "c/"}}
    run = a_run()
    run.ok("firehose:UpdateDestination", SECOND, CurrentDeliveryStreamVersionId="1", **prefixed)
    refused = run.no("firehose:UpdateDestination", CurrentDeliveryStreamVersionId="1", **prefixed)
    assert refused[0] == "ConcurrentModificationException"
    restored = Run(run.topology)
    restored.simulation = Simulation.restore(run.simulation.checkpoint(), run.topology)
    for each, prefix, version in ((run, "c/", "2"), (restored, "c/", "2"), (Run(run.topology), None, "1")):
        told = each.ok("firehose:DescribeDeliveryStream", DeliveryStreamName="lake")["DeliveryStreamDescription"]
        destination = told["Destinations"][0]["ExtendedS3DestinationDescription"]
        assert (destination.get("Prefix"), told["VersionId"]) == (prefix, version)
    send(run, "a", at=2 * SECOND)
    run.until(2 * MINUTE)
    (key,) = objects(run)
    assert key.startswith("c/2026/01/01/00/lake-2-2026-01-01-00-0")


# ── boxes and books ─────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=25)
@given(seed=st.integers(0, 2**40), cut=st.integers(0, 150))
def test_a_box_at_any_point_changes_nothing_and_nothing_is_lost(seed, cut):
    def begun():
        backup = {"S3BackupMode": "Enabled", "S3BackupConfiguration": {"BucketARN": "arn:aws:s3:::raw"}}
        lake = a_lake(STREAM, **transformed_by(), **backup)
        change = a_change({"records": []}, [{"how": "raise", "rate": 0.4}])
        run = a_run(lake, seed, Change=change, Raw=a_bucket("raw"), Orders=a_stream(ShardCount=2))
        run.ok("playground:PutFault", Target="Bucket", Kind="error-rate", Rate=0.5)
        for number in range(12):
            put(run, {"n": number}, key=f"k{number}", at=number * 5 * SECOND)
        return run

    straight, boxed = begun(), begun()
    straight.until(10 * MINUTE)
    boxed.until(boxed.simulation.now_at + cut * SECOND)
    simulation = Simulation.restore(boxed.simulation.checkpoint(), boxed.topology)
    simulation.run_until(10 * MINUTE)
    assert simulation.digest() == straight.simulation.digest()
    assert balanced(straight)


# ── what templates say ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("said", ["9" * 5000, -7, 10**40, 1e300, [1], {"a": 1}, "²", None, True, ""])
def test_numbers_out_of_bounds_are_brought_within_and_what_is_no_number_is_not_said(said):
    hints = {"BufferingHints": {"SizeInMBs": said, "IntervalInSeconds": said}}
    change = transformed_by(BufferSizeInMBs=said, BufferIntervalInSeconds=said, NumberOfRetries=said)
    run = a_run(a_lake(**hints, **change), Change=a_change())
    config = run.simulation.world.topology.named("lake", "delivery-stream").config
    assert 1 <= config.output.buffer.size_bytes // MEBIBYTE <= 128
    assert 0 <= config.output.buffer.interval_us <= 900 * SECOND
    assert 0.2 <= config.transform.buffer.size_bytes / MEBIBYTE <= 3
    assert 0 <= config.transform.retries <= 300
    send(run, "a")
    run.until(901 * 2 * SECOND)
    assert list(objects(run).values()) == ["a"]
