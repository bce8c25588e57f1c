"""Buckets themselves: made, deleted, listed; their versioning; and whom they tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flows.services.dates import iso
from flows.services.ports import Answer, Caller, Json, Refusal
from flows.services.s3 import records, refusals
from flows.services.s3.announcing import LINK as BUS_LINK
from flows.services.s3.bucket import Bucket
from flows.services.s3.config import BucketConfig, NotificationConfig
from flows.services.s3.notification import Notification
from flows.services.s3.testing import tell_test

if TYPE_CHECKING:
    from flows.services.world import World

A_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9.-]{1,61}[a-zA-Z0-9]")
KINDS = (
    ("TopicConfigurations", "TopicArn", "topic"),
    ("QueueConfigurations", "QueueArn", "queue"),
    ("LambdaFunctionConfigurations", "LambdaFunctionArn", "function"),
)
LINK = "s3-notification"


def create_bucket(world: World, caller: Caller, params: Json) -> Answer:
    """A bucket of one's own may be made again."""
    name = params.get("Bucket")
    if not isinstance(name, str) or not A_NAME.fullmatch(name):
        return Answer(refusal=refusals.invalid_name(str(name)))
    if world.addressed(name, "bucket") is None:
        properties = {"BucketName": name}
        world.create("AWS::S3::Bucket", name, BucketConfig(name), properties=properties, caller=caller)
    return Answer({"Location": f"/{name}"})


def delete_bucket(world: World, caller: Caller, bucket: Bucket, _params: Json) -> Json | Refusal:
    if bucket.objects or bucket.versions.everything():
        return refusals.not_empty()
    world.remove(bucket.node, caller)
    return {}


def list_buckets(world: World, _caller: Caller, _params: Json) -> Answer:
    found = [noun for noun in world.nouns_of("s3") if isinstance(noun, Bucket)]
    rows = [{"Name": bucket.name, "CreationDate": iso(world.environment, bucket.made_at)} for bucket in found]
    return Answer({"Buckets": rows})


# ── versioning ──────────────────────────────────────────────────────────────────────────────────────────────────────


def put_bucket_versioning(world: World, caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    status = (params.get("VersioningConfiguration") or {}).get("Status")
    if status not in ("Enabled", "Suspended"):
        return refusals.malformed()
    bucket.keep_versions(status)
    _changed(world, caller, bucket, "Versioning", status)
    return {}


def get_bucket_versioning(_world: World, _caller: Caller, bucket: Bucket, _params: Json) -> Json | Refusal:
    return {"Status": bucket.versions.status} if bucket.versions.kept else {}


# ── whom it tells ───────────────────────────────────────────────────────────────────────────────────────────────────


def put_bucket_notification(world: World, caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    """What is told replaces all that was. Queues and topics get a test event first, as with AWS."""
    told: Json = params.get("NotificationConfiguration") or {}
    wanted = [
        (index, name, each, world.topology.by_arn.get(str(each.get(arn))), kind)
        for name, arn, kind in KINDS
        for index, each in enumerate(told.get(name) or ())
    ]
    if any(node is None or node.kind != kind for *_, node, kind in wanted):
        return refusals.invalid("Unable to validate the following destination configurations")
    if any(not each.get("Events") for _, _, each, *_ in wanted):
        return refusals.malformed()
    for notification in list(bucket.notifications):
        world.part(notification.link, caller)
    bucket.notifications.clear()
    for index, name, each, node, _ in wanted:
        if node is not None:
            _notify(world, bucket, str(each.get("Id") or f"{name}.{index}"), each, node.index)
    _tell_bus(world, caller, bucket, "EventBridgeConfiguration" in told)
    _changed(world, caller, bucket, "NotificationConfiguration", f"{len(wanted)} told")
    for notification in bucket.notifications:
        tell_test(bucket, notification, caller)
    return {}


def _notify(world: World, bucket: Bucket, id_: str, given: Json, target: int) -> None:
    rules: Any = ((given.get("Filter") or {}).get("Key") or {}).get("FilterRules") or ()
    ends = {"prefix": "", "suffix": ""}
    ends |= {str(rule.get("Name")).lower(): str(rule.get("Value") or "") for rule in rules}
    config = NotificationConfig(id_, bucket.node, target, tuple(given["Events"]), ends["prefix"], ends["suffix"])
    link = world.join(LINK, bucket.node, target, config, id_=f"{bucket.name}.{id_}")
    notification = Notification(bucket, config, link.index)
    bucket.notifications.append(notification)
    world.links[link.index] = notification


def _tell_bus(world: World, caller: Caller, bucket: Bucket, tells: bool) -> None:
    """All its events go to the default bus, or none."""
    known = next((link.index for link in world.topology.links_from(bucket.node) if link.kind == BUS_LINK), -1)
    bucket.tells_bus = tells
    if not tells and known >= 0:
        world.part(known, caller)
    bus = world.topology.named("default", "bus")
    if tells and known < 0 and bus is not None:
        world.join(BUS_LINK, bucket.node, bus.index, None, id_=f"{bucket.name}.EventBridgeConfiguration")


def get_bucket_notification(world: World, _caller: Caller, bucket: Bucket, _params: Json) -> Json | Refusal:
    answer: Json = {}
    for name, arn, kind in KINDS:
        rows = [
            _told(world, notification.config, arn)
            for notification in bucket.notifications
            if world.topology.nodes[notification.config.target].kind == kind
        ]
        if rows:
            answer[name] = rows
    return {**answer, "EventBridgeConfiguration": {}} if bucket.tells_bus else answer


def _told(world: World, config: NotificationConfig, arn: str) -> Json:
    rules = [
        {"Name": name, "Value": value}
        for name, value in (("Prefix", config.prefix), ("Suffix", config.suffix))
        if value
    ]
    told: Json = {"Id": config.id, arn: world.topology.nodes[config.target].arn, "Events": list(config.events)}
    return {**told, "Filter": {"Key": {"FilterRules": rules}}} if rules else told


def _changed(world: World, caller: Caller, bucket: Bucket, setting: str, value: str) -> None:
    write = world.environment.recorder.write
    write(records.BUCKET_CHANGED, bucket.node, 0, caller.request, caller.cause, 0, (setting, value))
