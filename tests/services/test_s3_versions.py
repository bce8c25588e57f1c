"""Versions, copies, uploads in parts, and what a bucket is told to tell while a run goes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.services.kinds import KINDS
from flows.simulation import Simulation
from flows.traces.projections.ledger import violations
from tests.builders import SECOND, Run, a_function, a_queue, a_topology, arn, function_arn
from tests.fanout import a_bucket
from tests.services.events_cast import bodies


def a_run(*, status="Enabled", seed=1, tells_bus=False):
    bucket = a_bucket(
        "uploads", ("Queue", "s3:ObjectCreated:*", arn("orders")), ("Queue", "s3:ObjectRemoved:*", arn("gone"))
    )
    if status:
        bucket["Properties"]["VersioningConfiguration"] = {"Status": status}
    if tells_bus:
        bucket["Properties"]["NotificationConfiguration"]["EventBridgeConfiguration"] = {}
    return Run(
        a_topology(
            Uploads=bucket,
            Copies=a_bucket("copies"),
            Orders=a_queue("orders"),
            Gone=a_queue("gone"),
            Resize=a_function("resize"),
        ),
        seed,
    )


def put(run, body, key="cat.jpg", at=None):
    return run.ok("s3:PutObject", at, Bucket="uploads", Key=key, Body=body)


def told(run, queue="orders"):
    """(event name, key, version) of what a queue got."""
    found = []
    for event in bodies(run, queue):
        for record in event["Records"]:
            about = record["s3"]["object"]
            found.append((record["eventName"], about["key"], about.get("versionId")))
    return found


def get(run, **params):
    return run.ok("s3:GetObject", Bucket="uploads", Key="cat.jpg", **params)["Body"]


# ── versions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_put_is_a_version_and_a_delete_is_a_marker_before_them():
    run = a_run()
    first, second = put(run, "one")["VersionId"], put(run, "two")["VersionId"]
    assert (get(run), get(run, VersionId=first)) == ("two", "one")
    marked = run.ok("s3:DeleteObject", Bucket="uploads", Key="cat.jpg")
    assert marked["DeleteMarker"] is True
    assert run.no("s3:GetObject", Bucket="uploads", Key="cat.jpg")[0] == "NoSuchKey"
    assert (
        run.no("s3:GetObject", Bucket="uploads", Key="cat.jpg", VersionId=marked["VersionId"])[0] == "MethodNotAllowed"
    )
    listed = run.ok("s3:ListObjectVersions", Bucket="uploads")
    assert [(each["VersionId"], each["IsLatest"]) for each in listed["Versions"]] == [(second, False), (first, False)]
    assert [each["IsLatest"] for each in listed["DeleteMarkers"]] == [True]
    run.ok("s3:DeleteObject", Bucket="uploads", Key="cat.jpg", VersionId=marked["VersionId"])
    assert get(run) == "two"
    run.ok("s3:DeleteObject", Bucket="uploads", Key="cat.jpg", VersionId=second)
    assert get(run) == "one"
    assert told(run) == [("ObjectCreated:Put", "cat.jpg", first), ("ObjectCreated:Put", "cat.jpg", second)]
    assert told(run, "gone") == [
        ("ObjectRemoved:DeleteMarkerCreated", "cat.jpg", marked["VersionId"]),
        ("ObjectRemoved:Delete", "cat.jpg", marked["VersionId"]),
        ("ObjectRemoved:Delete", "cat.jpg", second),
    ]


def test_suspended_there_is_one_version_null_beside_the_older_ones():
    run = a_run()
    kept = put(run, "one")["VersionId"]
    run.ok("s3:PutBucketVersioning", Bucket="uploads", VersioningConfiguration={"Status": "Suspended"})
    assert "VersionId" not in put(run, "two")
    put(run, "three")
    listed = run.ok("s3:ListObjectVersions", Bucket="uploads")["Versions"]
    assert [each["VersionId"] for each in listed] == ["null", kept]
    assert run.ok("s3:DeleteObject", Bucket="uploads", Key="cat.jpg") == {"VersionId": "null", "DeleteMarker": True}
    assert [each["VersionId"] for each in run.ok("s3:ListObjectVersions", Bucket="uploads")["Versions"]] == [kept]
    assert run.no("s3:DeleteBucket", Bucket="uploads")[0] == "BucketNotEmpty"


def test_what_was_there_before_versioning_is_the_version_null():
    run = a_run(status="")
    put(run, "one")
    run.ok("s3:PutBucketVersioning", Bucket="uploads", VersioningConfiguration={"Status": "Enabled"})
    assert run.ok("s3:GetBucketVersioning", Bucket="uploads") == {"Status": "Enabled"}
    put(run, "two")
    assert get(run, VersionId="null") == "one"
    assert run.no("s3:GetObject", Bucket="uploads", Key="cat.jpg", VersionId="other")[0] == "NoSuchVersion"


# ── copies and parts ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_copy_keeps_text_etag_and_metadata_and_says_that_it_is_one():
    run = a_run()
    etag = run.ok("s3:PutObject", Bucket="uploads", Key="cat.jpg", Body="meow", Metadata={"by": "Alice"})["ETag"]
    answer = run.ok("s3:CopyObject", Bucket="uploads", Key="dog.jpg", CopySource="uploads/cat.jpg")
    assert answer["CopyObjectResult"]["ETag"] == etag
    found = run.ok("s3:GetObject", Bucket="uploads", Key="dog.jpg")
    assert (found["Body"], found["Metadata"]) == ("meow", {"by": "Alice"})
    assert told(run)[1][:2] == ("ObjectCreated:Copy", "dog.jpg")
    assert run.no("s3:CopyObject", Bucket="copies", Key="x", CopySource="uploads/none")[0] == "NoSuchKey"


def test_parts_become_one_object():
    run = a_run(status="")
    begun = run.ok("s3:CreateMultipartUpload", Bucket="uploads", Key="film.mp4")
    named = {"Bucket": "uploads", "Key": "film.mp4", "UploadId": begun["UploadId"]}
    parts = [
        {"PartNumber": number, "ETag": run.ok("s3:UploadPart", **named, PartNumber=number, Body=text)["ETag"]}
        for number, text in ((2, "world"), (1, "hello "))
    ]
    assert run.no("s3:CompleteMultipartUpload", **named, MultipartUpload={"Parts": parts})[0] == "InvalidPartOrder"
    whole = run.ok("s3:CompleteMultipartUpload", **named, MultipartUpload={"Parts": parts[::-1]})
    assert whole["ETag"].endswith('-2"')
    assert run.ok("s3:GetObject", Bucket="uploads", Key="film.mp4")["Body"] == "hello world"
    assert [name for name, *_ in told(run)] == ["ObjectCreated:CompleteMultipartUpload"]
    assert run.no("s3:AbortMultipartUpload", **named)[0] == "NoSuchUpload"


# ── whom it tells ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_configuration_replaces_the_one_before_and_is_tried_with_a_test_event():
    run = a_run(status="")
    rules = [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".jpg"}]
    told_ = {
        "QueueConfigurations": [
            {"QueueArn": arn("gone"), "Events": ["s3:ObjectCreated:Copy"], "Filter": {"Key": {"FilterRules": rules}}}
        ],
        "LambdaFunctionConfigurations": [
            {"Id": "f", "LambdaFunctionArn": function_arn("resize"), "Events": ["s3:ObjectRemoved:*"]}
        ],
    }
    run.ok("s3:PutBucketNotificationConfiguration", SECOND, Bucket="uploads", NotificationConfiguration=told_)
    (test,) = bodies(run, "gone")
    assert {name: test[name] for name in ("Service", "Event", "Bucket", "Time")} == {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Bucket": "uploads",
        "Time": "2026-01-01T00:00:01.000Z",
    }
    put(run, "meow", key="in/cat.jpg")
    run.ok("s3:CopyObject", Bucket="uploads", Key="in/dog.jpg", CopySource="uploads/in/cat.jpg")
    run.ok("s3:CopyObject", Bucket="uploads", Key="in/dog.png", CopySource="uploads/in/cat.jpg")
    assert bodies(run, "orders") == []
    found = [event["Records"][0]["s3"]["object"]["key"] for event in bodies(run, "gone") if "Records" in event]
    assert found == ["in/dog.jpg"]
    said = run.ok("s3:GetBucketNotificationConfiguration", Bucket="uploads")
    assert said["LambdaFunctionConfigurations"] == told_["LambdaFunctionConfigurations"]
    wrong = {"QueueConfigurations": [{"QueueArn": arn("nobody"), "Events": ["s3:ObjectCreated:*"]}]}
    refused = run.no("s3:PutBucketNotificationConfiguration", Bucket="uploads", NotificationConfiguration=wrong)
    assert refused == ("InvalidArgument", "Unable to validate the following destination configurations")


@pytest.mark.parametrize("versions", [True, False])
def test_the_default_bus_hears_of_versions_markers_and_copies(versions):
    run = a_run(status="Enabled" if versions else "", tells_bus=True)
    run.ok("events:PutRule", Name="all", EventPattern='{"source": ["aws.s3"]}')
    run.ok("sqs:CreateQueue", QueueName="bus")
    run.ok("events:PutTargets", Rule="all", Targets=[{"Id": "q", "Arn": arn("bus")}])
    put(run, "meow")
    run.ok("s3:CopyObject", Bucket="uploads", Key="dog.jpg", CopySource="uploads/cat.jpg")
    run.ok("s3:DeleteObject", Bucket="uploads", Key="cat.jpg")
    found = [event["detail"] for event in bodies(run, "bus")]
    assert [each["reason"] for each in found] == ["PutObject", "CopyObject", "DeleteObject"]
    assert found[2]["deletion-type"] == ("Delete Marker Created" if versions else "Permanently Deleted")
    assert all(("version-id" in each["object"]) is versions for each in found)


# ── boxes and books ─────────────────────────────────────────────────────────────────────────────────────────────────

STEPS = st.lists(
    st.sampled_from(["put", "copy", "delete", "delete version", "enable", "suspend", "bus", "upload"]), max_size=14
)


@settings(max_examples=30)
@given(steps=STEPS, cut=st.integers(0, 13))
def test_a_box_at_any_point_changes_nothing_and_nothing_is_lost(steps, cut):
    def do(run, step, number):
        key = f"k{number % 2}"
        if step == "put":
            put(run, f"text {number}", key)
        elif step == "copy":
            put(run, f"text {number}", "k2")
            run.ok("s3:CopyObject", Bucket="uploads", Key=key, CopySource="uploads/k2")
        elif step == "delete":
            run.ok("s3:DeleteObject", Bucket="uploads", Key=key)
        elif step == "delete version":
            listed = run.ok("s3:ListObjectVersions", Bucket="uploads")
            for each in (listed.get("Versions") or listed.get("DeleteMarkers") or [])[:1]:
                run.ok("s3:DeleteObject", Bucket="uploads", Key=each["Key"], VersionId=each["VersionId"])
        elif step in ("enable", "suspend"):
            status = "Enabled" if step == "enable" else "Suspended"
            run.ok("s3:PutBucketVersioning", Bucket="uploads", VersioningConfiguration={"Status": status})
        elif step == "bus":
            run.ok("s3:PutBucketNotificationConfiguration", Bucket="uploads", NotificationConfiguration={"EventBridgeConfiguration": {}})  # fmt: skip
        else:
            begun = run.ok("s3:CreateMultipartUpload", Bucket="uploads", Key=key)
            run.ok("s3:UploadPart", Bucket="uploads", Key=key, UploadId=begun["UploadId"], PartNumber=1, Body="x")
            run.ok("s3:CompleteMultipartUpload", Bucket="uploads", Key=key, UploadId=begun["UploadId"], MultipartUpload={"Parts": [{"PartNumber": 1}]})  # fmt: skip

    straight, boxed = a_run(status=""), a_run(status="")
    for number, step in enumerate(steps):
        if number == cut:
            boxed.simulation = Simulation.restore(boxed.simulation.checkpoint(), boxed.topology)
        for run in (straight, boxed):
            do(run, step, number)
            run.until((number + 1) * SECOND)
    assert straight.simulation.digest() == boxed.simulation.digest()
    assert violations(KINDS, [straight.simulation.drain()]) == []
