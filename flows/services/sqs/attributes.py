"""A queue's attributes: what can be asked of it and set, as tables.

An attribute is read, checked or both. What is given is checked as a whole first: all new values hold, or none. `changes` turns
what was given into (attribute, value) pairs in the queue's own units, for CreateQueue and SetQueueAttributes alike; `same` says
whether a queue has an attribute's value already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from flows.services.ports import Caller, Json, Refusal
from flows.services.sqs import checks, policies, records, refusals
from flows.services.sqs.dead_letters import set_redrive
from flows.services.sqs.fifo import FifoQueue
from flows.services.sqs.queue import Queue
from flows.services.sqs.quotas import QUOTAS, SECOND_US
from flows.services.sqs.throughput import PER_GROUP as LIMIT_PER_GROUP
from flows.services.sqs.window import PER_GROUP as SCOPE_PER_GROUP

if TYPE_CHECKING:
    from flows.services.world import World

Change: TypeAlias = "tuple[str, Any]"


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
FIFO_READ: dict[str, Callable[[FifoQueue], str]] = {
    "FifoQueue": lambda _queue: "true",
    "ContentBasedDeduplication": lambda queue: "true" if queue.content_based else "false",
    "DeduplicationScope": lambda queue: queue.scope,
    "FifoThroughputLimit": lambda queue: queue.throughput_limit,
}
FIFO_VALUES = {
    "ContentBasedDeduplication": ("true", "false"),
    "DeduplicationScope": ("queue", SCOPE_PER_GROUP),
    "FifoThroughputLimit": ("perQueue", LIMIT_PER_GROUP),
}
KEY, KEY_REUSE, MANAGED = "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"
ENCRYPTION = (KEY, KEY_REUSE, MANAGED)
STORED = ("Policy", "RedriveAllowPolicy", *ENCRYPTION)
"""Kept as text. Encryption has no effect; an access policy neither."""
KNOWN = {*NUMBERS, *READ, *FIFO_READ, *STORED, "RedrivePolicy"}


def get_queue_attributes(_world: World, _caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    names = params.get("AttributeNames") or []
    for name in names:
        if name != "All" and name not in KNOWN:
            return refusals.unknown_attribute(str(name))
    found = all_attributes(queue)
    wanted = found if "All" in names else {name: found[name] for name in names if name in found}
    return {"Attributes": wanted} if wanted else {}


def all_attributes(queue: Queue) -> dict[str, str]:
    """Every attribute that has a value, as text."""
    found = {name: str(read(queue)) for name, read in READ.items()}
    found |= {name: str(getattr(queue, number.field) // number.unit) for name, number in NUMBERS.items()}
    if isinstance(queue, FifoQueue):
        found |= {name: read(queue) for name, read in FIFO_READ.items()}
    found[MANAGED] = "true"
    found |= queue.other_attributes
    if queue.redrive is not None:
        found["RedrivePolicy"] = policies.redrive_text(queue)
    return found


def set_queue_attributes(world: World, caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    """All of the new values hold, or none."""
    given = params.get("Attributes")
    if not isinstance(given, dict) or not given:
        return refusals.missing("Attribute.Name")
    if "FifoQueue" in given and queue.fifo and not _is_true(given["FifoQueue"]):
        return refusals.invalid_attribute("FifoQueue", "Modifying queue type is not supported.")
    wanted = {name: value for name, value in given.items() if not (queue.fifo and name == "FifoQueue")}
    found = changes(world, wanted, queue.arn, fifo=queue.fifo, has=all_attributes(queue))
    if isinstance(found, Refusal):
        return found
    apply(world, queue, found)
    queue.modified_at = world.environment.now_at
    said = ", ".join(f"{name} = {value}" for name, value in given.items())
    world.environment.recorder.write(
        records.ATTRIBUTES_CHANGED, queue.node, 0, caller.request, caller.cause, 0, (said,)
    )
    return {}


def changes(world: World, given: Json, arn: str, *, fifo: bool, has: dict[str, str]) -> list[Change] | Refusal:
    """What was given, checked; `has` are the attributes that hold so far."""
    found: list[Change] = []
    for name, value in given.items():
        change = _change(world, name, value, arn, fifo=fifo)
        if isinstance(change, Refusal):
            return change
        found.append(change)
    then = {**has, **{name: value for name, value in found if isinstance(value, str)}}
    if then.get("FifoThroughputLimit") == LIMIT_PER_GROUP and then.get("DeduplicationScope") != SCOPE_PER_GROUP:
        return refusals.invalid(
            "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup"
        )
    chosen = dict(found)
    if chosen.get(KEY) and chosen.get(MANAGED) == "true":
        return refusals.two_encryptions()
    return found


def apply(world: World, queue: Queue, found: list[Change]) -> None:
    """The new values hold."""
    for name, value in found:
        if name == "MessageRetentionPeriod":
            queue.set_retention(value)
        elif name == "DelaySeconds":
            queue.set_delay(value)
        elif name in NUMBERS:
            setattr(queue, NUMBERS[name].field, value)
        elif name == "RedrivePolicy":
            set_redrive(queue, value, world)
        elif name == "RedriveAllowPolicy":
            queue.redrive_allow = policies.allow_policy(value)
            _store(queue, name, value)
        elif name in STORED:
            _store(queue, name, value)
        elif isinstance(queue, FifoQueue):
            _apply_to_fifo(queue, name, value)
    _settle_encryption(queue, dict(found))


def from_topology(queue: Queue, properties: Json) -> None:
    """What the topology says about a queue and has no effect: it is kept, and answered."""
    text = policies.allow_text(queue)
    if text:
        queue.other_attributes["RedriveAllowPolicy"] = text
    for name in ENCRYPTION:
        value = properties.get(name)
        if isinstance(value, str | int):
            queue.other_attributes[name] = str(value).lower() if isinstance(value, bool) else str(value)
    _settle_encryption(queue, queue.other_attributes.copy())
    tags = properties.get("Tags")
    for tag in tags if isinstance(tags, list) else ():
        if isinstance(tag, dict) and "Key" in tag:
            queue.tags[str(tag["Key"])] = str(tag.get("Value", ""))


def same(queue: Queue, name: str, value: Any) -> bool:
    """Whether the queue has the value already."""
    if name in NUMBERS:
        return bool(getattr(queue, NUMBERS[name].field) == value)
    if name == "RedrivePolicy":
        return bool(queue.redrive == value)
    if name in STORED and name not in ENCRYPTION:
        return policies.as_object(queue.other_attributes.get(name, "")) == policies.as_object(value)
    return bool(all_attributes(queue).get(name, "") == value)


def _change(world: World, name: str, value: object, arn: str, *, fifo: bool) -> Change | Refusal:
    number = NUMBERS.get(name)
    if number is not None:
        given = checks.as_integer(value)
        if given is None or not number.low <= given <= number.high:
            return refusals.invalid_attribute(name)
        return name, given * number.unit
    if name in FIFO_VALUES:
        text = str(value).lower() if name == "ContentBasedDeduplication" else str(value)
        if not fifo:
            return refusals.only_of_fifo(name)
        return (name, text) if text in FIFO_VALUES[name] else refusals.invalid_attribute(name)
    if name in policies.CHECKS:
        return policies.CHECKS[name](world, value, arn, fifo)
    if name in ENCRYPTION:
        return _encryption(name, str(value))
    return refusals.unknown_attribute(name)


def _encryption(name: str, value: str) -> Change | Refusal:
    if name == MANAGED:
        return (name, value.lower()) if value.lower() in {"true", "false"} else refusals.invalid_attribute(name)
    if name == KEY_REUSE:
        given = checks.as_integer(value)
        if given is None or not QUOTAS.shortest_key_reuse_s <= given <= QUOTAS.longest_key_reuse_s:
            return refusals.invalid_attribute(name)
    return name, value


def _apply_to_fifo(queue: FifoQueue, name: str, value: str) -> None:
    if name == "ContentBasedDeduplication":
        queue.content_based = value == "true"
    elif name == "DeduplicationScope":
        queue.set_scope(value)
    elif name == "FifoThroughputLimit":
        queue.throughput_limit = value


def _settle_encryption(queue: Queue, chosen: Json) -> None:
    """One kind of encryption at a time: a key ends the managed one, the managed one ends the key."""
    kept = queue.other_attributes
    if chosen.get(KEY):
        kept[MANAGED] = "false"
        kept.setdefault(KEY_REUSE, str(QUOTAS.usual_key_reuse_s))
    elif chosen.get(MANAGED) == "true" or KEY in chosen:
        kept.pop(KEY, None)
        kept.pop(KEY_REUSE, None)


def _store(queue: Queue, name: str, value: str) -> None:
    if value:
        queue.other_attributes[name] = value
    else:
        queue.other_attributes.pop(name, None)


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"
