"""Buckets: objects, what is told about them to whom, and how often."""

from __future__ import annotations

import json

import pytest

from tests.builders import MINUTE, SECOND, Run, a_function, a_queue, a_topology, arn, function_arn
from tests.fanout import a_bucket, a_subscription, a_topic, topic_arn


def a_run(*notifications: tuple[str, str, str], **filters: str) -> Run:
    return Run(
        a_topology(
            Uploads=a_bucket("uploads", *notifications, **filters),
            Orders=a_queue("orders"),
            Events=a_topic("events"),
            Thumbnails=a_queue("thumbnails"),
            EventsToThumbnails=a_subscription("events", arn("thumbnails")),
            Resize=a_function("resize"),
        )
    )


def put(run: Run, key: str = "cat.jpg", body: str = "meow", at: int | None = None) -> dict[str, str]:
    return run.ok("s3:PutObject", at, Bucket="uploads", Key=key, Body=body)


def test_the_event_in_a_queue_is_awss_record():
    run = a_run(("Queue", "s3:ObjectCreated:*", arn("orders")))
    run.until(1500 * 1000)
    answer = put(run, "pets/black cat.jpg")
    (message,) = run.receive()
    (record,) = json.loads(message["Body"])["Records"]
    assert record == {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "eu-west-1",
        "eventTime": "2026-01-01T00:00:01.500Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AWS:AREDRIVEPLAYGROUND"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": record["responseElements"],
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "Uploads.QueueConfigurations.0",
            "bucket": {
                "name": "uploads",
                "ownerIdentity": {"principalId": "AREDRIVEPLAYGROUND"},
                "arn": "arn:aws:s3:::uploads",
            },
            "object": {
                "key": "pets/black+cat.jpg",
                "size": 4,
                "eTag": "4a4be40c96ac6314e91d93f38043a634",
                "sequencer": "000000000000000001",
            },
        },
    }
    assert answer == {
        "ETag": '"4a4be40c96ac6314e91d93f38043a634"',
        "ChecksumCRC32": "ihBq/g==",
        "ChecksumType": "FULL_OBJECT",
        "ServerSideEncryption": "AES256",
    }


def test_a_function_is_invoked_asynchronously():
    run = a_run(("Lambda", "s3:ObjectCreated:Put", function_arn("resize")))
    put(run)
    run.until(SECOND)
    assert run.story() == [
        (0, "Uploads", "ObjectCreated"),
        (0, "Uploads", "ObjectEventPending"),
        (0, "Resize", "EventQueued"),
        (0, "Uploads", "ObjectEventDelivered"),
        (0, "Resize", "InvocationStarted"),
        (100_000, "Resize", "InvocationSucceeded"),
        (100_000, "Resize", "EventDelivered"),
    ]


def test_a_topic_publishes_it_under_amazons_subject_line():
    run = a_run(("Topic", "s3:ObjectCreated:*", topic_arn("events")))
    put(run)
    (message,) = run.receive(queue="thumbnails")
    envelope = json.loads(message["Body"])
    assert envelope["Subject"] == "Amazon S3 Notification"
    assert json.loads(envelope["Message"])["Records"][0]["s3"]["object"]["key"] == "cat.jpg"


@pytest.mark.parametrize(
    ("key", "told"), [("pets/cat.jpg", True), ("pets/cat.png", False), ("cars/cat.jpg", False), ("pets/.jpg", True)]
)
def test_prefix_and_suffix_must_both_fit(key, told):
    run = a_run(("Queue", "s3:ObjectCreated:*", arn("orders")), prefix="pets/", suffix=".jpg")
    put(run, key)
    assert run.counts() == (int(told), 0, 0)


def test_only_the_events_that_were_asked_for_are_told():
    run = a_run(("Queue", "s3:ObjectRemoved:*", arn("orders")))
    put(run)
    assert run.counts() == (0, 0, 0)
    run.ok("s3:DeleteObject", Bucket="uploads", Key="cat.jpg")
    run.ok("s3:DeleteObject", Bucket="uploads", Key="cat.jpg")
    (message,) = run.receive()
    (record,) = json.loads(message["Body"])["Records"]
    assert (record["eventName"], record["s3"]["object"]) == (
        "ObjectRemoved:Delete",
        {"key": "cat.jpg", "sequencer": "000000000000000001"},
    )


@pytest.mark.parametrize("most", [-1, 2**31, "many", [None], True])
def test_a_listing_of_no_number_of_keys_is_refused(most):
    run = a_run()
    for operation in ("s3:ListObjectsV2", "s3:ListObjects"):
        assert run.no(operation, Bucket="uploads", MaxKeys=most)[0] == "InvalidArgument"
        assert run.ok(operation, Bucket="uploads", MaxKeys=0)["IsTruncated"] is False


def test_an_object_lies_in_its_bucket_until_it_is_replaced_or_deleted():
    run = a_run()
    put(run, body="one")
    put(run, body="two")
    assert run.ok("s3:GetObject", Bucket="uploads", Key="cat.jpg")["Body"] == "two"
    assert [row["Key"] for row in run.ok("s3:ListObjectsV2", Bucket="uploads")["Contents"]] == ["cat.jpg"]
    run.ok("s3:DeleteObject", Bucket="uploads", Key="cat.jpg")
    assert run.no("s3:GetObject", Bucket="uploads", Key="cat.jpg")[0] == "NoSuchKey"
    assert [kind for _, _, kind in run.story()] == ["ObjectCreated", "ObjectCreated", "ObjectReplaced", "ObjectRemoved"]


def test_an_empty_object_is_an_object():
    run = a_run(("Queue", "s3:ObjectCreated:*", arn("orders")))
    put(run, body="")
    assert run.ok("s3:GetObject", Bucket="uploads", Key="cat.jpg")["ContentLength"] == 0
    assert run.counts() == (1, 0, 0)


def test_a_failed_event_is_tried_again_after_one_second_doubling_to_five_minutes_for_a_day():
    run = a_run(("Queue", "s3:ObjectCreated:*", arn("orders")))
    run.ok("playground:PutFault", Target="Uploads.QueueConfigurations.0", Kind="outage")
    put(run)
    run.until(25 * 60 * MINUTE)
    rows = run.records()
    failed = [row["at"] // SECOND for row in rows if row["kind"] == "ObjectEventFailed"]
    assert failed[:11] == [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811]
    (gone,) = [row for row in rows if row["kind"] == "ObjectEventDiscarded"]
    assert gone["at"] == failed[-1] * SECOND
    assert 86_400 - 300 < failed[-1] <= 86_400


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("PutObject", {"Bucket": "nothing", "Key": "k"}, "NoSuchBucket"),
        ("PutObject", {"Bucket": "uploads"}, "InvalidArgument"),
        ("PutObject", {"Bucket": "uploads", "Key": "k" * 1025}, "KeyTooLongError"),
        ("GetObject", {"Bucket": "uploads", "Key": "k"}, "NoSuchKey"),
    ],
)
def test_what_s3_refuses(operation, params, code):
    assert a_run().no(f"s3:{operation}", **params)[0] == code
