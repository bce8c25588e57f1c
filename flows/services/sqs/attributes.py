"""A queue's attributes: what can be asked of it and set, as a table; and finding queues by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.services.ports import Caller, Json, Refusal
from flows.services.sqs import checks, records, refusals
from flows.services.sqs.config import RedriveAllowPolicy, RedrivePolicy
from flows.services.sqs.dead_letters import allows_redrive, set_redrive, sources_of
from flows.services.sqs.queue import Queue
from flows.services.sqs.quotas import QUOTAS, SECOND_US

if TYPE_CHECKING:
    from flows.services.world import World


@dataclass(frozen=True, slots=True)
class Number:
    """An attribute that is a number: the field of the queue that holds it, its unit there, and its range."""

    field: str
    unit: int
    low: int
    high: int


NUMBERS = {
    "VisibilityTimeout": Number("visibility_us", SECOND_US, 0, QUOTAS.visibility_us // SECOND_US),
    "DelaySeconds": Number("delay_us", SECOND_US, 0, QUOTAS.delay_us // SECOND_US),
    "ReceiveMessageWaitTimeSeconds": Number("receive_wait_us", SECOND_US, 0, QUOTAS.receive_wait_us // SECOND_US),
    "MaximumMessageSize": Number("maximum_bytes", 1, QUOTAS.smallest_maximum_bytes, QUOTAS.message_bytes),
    "MessageRetentionPeriod": Number(
        "retention_us", SECOND_US, QUOTAS.shortest_retention_us // SECOND_US, QUOTAS.longest_retention_us // SECOND_US
    ),
}
READ: dict[str, Callable[[Queue], object]] = {
    "ApproximateNumberOfMessages": lambda queue: queue.visible_count,
    "ApproximateNumberOfMessagesNotVisible": lambda queue: queue.in_flight_count,
    "ApproximateNumberOfMessagesDelayed": lambda queue: queue.delayed_count,
    "CreatedTimestamp": lambda queue: queue.environment.wall_us(queue.created_at) // SECOND_US,
    "LastModifiedTimestamp": lambda queue: queue.environment.wall_us(queue.modified_at) // SECOND_US,
    "QueueArn": lambda queue: queue.arn,
}
STORED = ("Policy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled")
"""Kept and answered, without effect."""
POLICIES = ("RedrivePolicy", "RedriveAllowPolicy")
PERMISSIONS = {"allowAll": "allowAll", "denyAll": "denyAll", "byQueue": "byQueue"}


def get_queue_attributes(_world: World, _caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    names = params.get("AttributeNames") or []
    known = {*NUMBERS, *READ, *STORED, *POLICIES}
    for name in names:
        if name != "All" and name not in known:
            return refusals.unknown_attribute(str(name))
    found = all_attributes(queue)
    wanted = found if "All" in names else {name: found[name] for name in names if name in found}
    return {"Attributes": wanted} if wanted else {}


def all_attributes(queue: Queue) -> dict[str, str]:
    """Every attribute that has a value, as text."""
    found = {name: str(read(queue)) for name, read in READ.items()}
    found |= {name: str(getattr(queue, number.field) // number.unit) for name, number in NUMBERS.items()}
    found["SqsManagedSseEnabled"] = "true"
    found |= queue.other_attributes
    nodes = queue.topology.nodes
    if queue.redrive is not None:
        target = nodes[queue.redrive.dead_letter_target].arn
        found["RedrivePolicy"] = _text(
            {"deadLetterTargetArn": target, "maxReceiveCount": queue.redrive.max_receive_count}
        )
    allow = queue.redrive_allow
    if allow.permission != "allowAll":
        policy: Json = {"redrivePermission": allow.permission}
        if allow.permission == "byQueue":
            policy["sourceQueueArns"] = [nodes[source].arn for source in allow.sources]
        found["RedriveAllowPolicy"] = _text(policy)
    return found


def set_queue_attributes(world: World, caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    """All of the new values hold, or none."""
    given = params.get("Attributes")
    if not isinstance(given, dict) or not given:
        return refusals.missing("Attributes")
    changes: list[tuple[str, Any]] = []
    for name, value in given.items():
        change = _change(world, queue, name, value)
        if isinstance(change, Refusal):
            return change
        changes.append(change)
    for field, value in changes:
        if field == "retention_us":
            queue.set_retention(value)
        elif field == "redrive":
            set_redrive(queue, value, world)
        elif field in STORED:
            queue.other_attributes[field] = value
        else:
            setattr(queue, field, value)
    queue.modified_at = world.environment.now_at
    said = ", ".join(f"{name} = {value}" for name, value in given.items())
    world.environment.recorder.write(
        records.ATTRIBUTES_CHANGED, queue.node, 0, caller.request, caller.cause, 0, (said,)
    )
    return {}


def _change(world: World, queue: Queue, name: str, value: object) -> tuple[str, Any] | Refusal:
    """The field and its new value."""
    number = NUMBERS.get(name)
    if number is not None:
        given = checks.as_integer(value)
        if given is None or not number.low <= given <= number.high:
            return refusals.invalid_attribute(name)
        return number.field, given * number.unit
    if name in STORED:
        return name, str(value)
    if name == "RedrivePolicy":
        return _redrive_policy(world, queue, value)
    if name == "RedriveAllowPolicy":
        return _redrive_allow_policy(world, value)
    return refusals.unknown_attribute(name)


def _redrive_policy(world: World, queue: Queue, value: object) -> tuple[str, RedrivePolicy | None] | Refusal:
    if value in ("", "{}", None, {}):
        return "redrive", None
    policy = _object(value)
    said = f"Value {value} for parameter RedrivePolicy is invalid. Reason: "
    if policy is None or not policy.get("deadLetterTargetArn"):
        return refusals.invalid(said + "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")
    maximum = checks.as_integer(policy.get("maxReceiveCount"))
    if maximum is None:
        return refusals.invalid(said + "Redrive policy does not contain mandatory attribute: maxReceiveCount.")
    if not 1 <= maximum <= QUOTAS.receives:
        return refusals.invalid(
            said
            + f"Invalid value for maxReceiveCount: {maximum}, valid values are from 1 to {QUOTAS.receives} both inclusive."
        )
    target = checks.queue_of(world, policy, "deadLetterTargetArn")
    if isinstance(target, Refusal):
        return refusals.invalid(said + "Dead letter target does not exist.")
    if not allows_redrive(target, queue):
        return refusals.invalid(
            said + "The dead letter target does not allow this queue to use it (redrive allow policy)."
        )
    return "redrive", RedrivePolicy(target.node, maximum)


def _redrive_allow_policy(world: World, value: object) -> tuple[str, RedriveAllowPolicy] | Refusal:
    if value in ("", None):
        return "redrive_allow", RedriveAllowPolicy()
    policy = _object(value)
    permission = None if policy is None else PERMISSIONS.get(str(policy.get("redrivePermission")))
    if policy is None or permission is None:
        return refusals.invalid_attribute(
            "RedriveAllowPolicy", "redrivePermission must be allowAll, denyAll or byQueue."
        )
    given = policy.get("sourceQueueArns")
    sources = [world.addressed(arn) for arn in given] if isinstance(given, list) else []
    if (permission == "byQueue") != bool(sources):
        return refusals.invalid_attribute("RedriveAllowPolicy", "sourceQueueArns goes with byQueue, and only with it.")
    return "redrive_allow", RedriveAllowPolicy(permission, tuple(node.index for node in sources if node is not None))


def get_queue_url(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    name = params.get("QueueName")
    queue = next((each for each in world.nouns_of("sqs") if each.name == name), None)
    return refusals.no_such_queue() if queue is None else {"QueueUrl": queue.url}


def list_queues(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    prefix = str(params.get("QueueNamePrefix") or "")
    urls = [queue.url for queue in world.nouns_of("sqs") if queue.name.startswith(prefix)]
    return {"QueueUrls": urls[: QUOTAS.listed_queues]} if urls else {}


def list_dead_letter_source_queues(world: World, _caller: Caller, queue: Queue, _params: Json) -> Json | Refusal:
    return {"queueUrls": [each.url for each in sources_of(world, queue)]}


def tag_queue(_world: World, _caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    queue.tags |= {str(key): str(value) for key, value in (params.get("Tags") or {}).items()}
    return {}


def untag_queue(_world: World, _caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    for key in params.get("TagKeys") or ():
        queue.tags.pop(str(key), None)
    return {}


def list_queue_tags(_world: World, _caller: Caller, queue: Queue, _params: Json) -> Json | Refusal:
    return {"Tags": dict(queue.tags)} if queue.tags else {}


def _object(value: object) -> Json | None:
    """A JSON object, given as such or as its text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return value if isinstance(value, dict) else None


def _text(policy: Json) -> str:
    return json.dumps(policy, separators=(",", ":"))
