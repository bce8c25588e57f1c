"""A bucket's links: notifications to functions, queues and topics, and all its events to the default bus."""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.catalogue import Catalogue, End, Resource
from flows.topology.links.draft import Draft, get, members, own
from flows.topology.words import is_no

CONFIGURATIONS = (
    ("LambdaConfigurations", "Function"),
    ("QueueConfigurations", "Queue"),
    ("TopicConfigurations", "Topic"),
    ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
    ("QueueConfigurations", "QueueArn"),
    ("TopicConfigurations", "TopicArn"),
)
"""CloudFormation's words, then those of the S3 API, which the CDK's custom resource takes."""


def from_bucket(bucket: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    yield from _notifications(bucket.id, "", own(bucket), bucket.properties.get("NotificationConfiguration"), catalogue)


def from_custom_notifications(custom: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    bucket = catalogue.end(custom.properties.get("BucketName"), "bucket")
    yield from _notifications(
        custom.id, custom.id, bucket, custom.properties.get("NotificationConfiguration"), catalogue
    )


def _notifications(id_: str, via: str, bucket: End, given: object, catalogue: Catalogue) -> Iterator[Draft]:
    for list_name, target_name in CONFIGURATIONS:
        for index, configuration in enumerate(members(get(given, list_name))):
            target = get(configuration, target_name)
            if target is None:
                continue
            events = members(get(configuration, "Event") or get(configuration, "Events"))
            end = catalogue.end(target, "function", "queue", "topic")
            properties = {"Event": events, "filtered": get(configuration, "Filter") is not None}
            yield Draft(
                f"{id_}.{list_name}.{index}",
                "s3-notification",
                bucket,
                end,
                via=via,
                label=", ".join(map(str, events)),
                properties=properties,
                given=configuration,
            )
    bridge = get(given, "EventBridgeConfiguration")
    if bridge is not None and not is_no(get(bridge, "EventBridgeEnabled")):
        yield Draft(
            f"{id_}.EventBridgeConfiguration", "s3-eventbridge", bucket, catalogue.end("default", "bus"), via=via
        )
