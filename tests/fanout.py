"""The cast of the fan-out: an `uploads` bucket, an `events` topic, a `resize` function that fails on cue, and the places where
what fails ends up.
"""

from __future__ import annotations

from typing import Any

from flows.topology.compiled import CompiledTopology
from tests.builders import ACCOUNT, REGION, a_function, a_queue, a_topology, arn, function_arn

POISON = {
    "body": {"path": "$.poison", "equals": True},
    "error": {"type": "CannotResize", "message": "no"},
    "how": "raise",
}
ALWAYS = {"error": {"type": "CannotResize", "message": "no"}, "how": "raise"}


def topic_arn(name: str) -> str:
    return f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"


def a_topic(name: str, **properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name, **properties}}


def a_subscription(topic: str, endpoint: str, dead_letters: str = "", **properties: Any) -> dict[str, Any]:
    """Of a queue or a function, by ARN."""
    protocol = "lambda" if ":lambda:" in endpoint else "sqs"
    if dead_letters:
        properties["RedrivePolicy"] = {"deadLetterTargetArn": arn(dead_letters)}
    given = {"TopicArn": topic_arn(topic), "Protocol": protocol, "Endpoint": endpoint, **properties}
    return {"Type": "AWS::SNS::Subscription", "Properties": given}


def a_bucket(name: str, *notifications: tuple[str, str, str], **filters: str) -> dict[str, Any]:
    """Notifications are (kind, event, ARN): ("Topic", "s3:ObjectCreated:*", …); `prefix` and `suffix` hold for all."""
    given: dict[str, list[dict[str, Any]]] = {}
    rules = [{"Name": name, "Value": value} for name, value in filters.items()]
    for kind, event, target in notifications:
        row: dict[str, Any] = {"Event": event, ("Function" if kind == "Lambda" else kind): target}
        if rules:
            row["Filter"] = {"S3Key": {"Rules": rules}}
        given.setdefault(f"{kind}Configurations", []).append(row)
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name, "NotificationConfiguration": given}}


def an_invoke_config(function: str, on_success: str = "", on_failure: str = "", **properties: Any) -> dict[str, Any]:
    destinations = {
        name: {"Destination": target}
        for name, target in (("OnSuccess", on_success), ("OnFailure", on_failure))
        if target
    }
    given = {"FunctionName": function, "Qualifier": "$LATEST", "DestinationConfig": destinations, **properties}
    return {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": given}


def an_asynchronous_function(
    failures: list[dict[str, Any]] | None = None,
    dead_letters: str = "",
    on_success: str = "",
    on_failure: str = "",
    ms: int = 100,
    config: dict[str, Any] | None = None,
    **properties: Any,
) -> CompiledTopology:
    """resize with its failures and destinations; queues resize-dlq, failures and successes stand ready."""
    if dead_letters:
        properties["DeadLetterConfig"] = {"TargetArn": dead_letters}
    resources = {
        "Resize": a_function("resize", ms, failures, **properties),
        "ResizeDlq": a_queue("resize-dlq"),
        "Failures": a_queue("failures"),
        "Successes": a_queue("successes"),
        "Audit": a_function("audit", 10),
        "Events": a_topic("events"),
        "EventsToFailures": a_subscription("events", arn("failures")),
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "bus"}},
    }
    if on_success or on_failure or config:
        resources["Config"] = an_invoke_config("resize", on_success, on_failure, **(config or {}))
    return a_topology(**resources)


def a_fan_out(failures: list[dict[str, Any]] | None = None, **function: Any) -> CompiledTopology:
    """uploads → events → thumbnails (envelope), archive (raw) and resize; a dead-letter queue at every place."""
    return a_topology(
        Uploads=a_bucket("uploads", ("Topic", "s3:ObjectCreated:*", topic_arn("events"))),
        Events=a_topic("events"),
        Archive=a_queue("archive"),
        Thumbnails=a_queue("thumbnails"),
        Undelivered=a_queue("undelivered"),
        ResizeDlq=a_queue("resize-dlq"),
        Resize=a_function("resize", 100, failures, DeadLetterConfig={"TargetArn": arn("resize-dlq")}, **function),
        ToArchive=a_subscription("events", arn("archive"), RawMessageDelivery=True),
        ToResize=a_subscription("events", function_arn("resize"), "undelivered"),
        ToThumbnails=a_subscription("events", arn("thumbnails"), "undelivered"),
    )


BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/bus"
