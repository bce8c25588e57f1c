"""A message as others see it: in ReceiveMessage's answer, and as a record in the event that a mapping hands to a function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id, receipt_handle
from flows.services.ports import Json
from flows.services.sqs.digests import md5_of_attributes, md5_of_text

if TYPE_CHECKING:
    from flows.services.sqs.queue import Queue

EVERY = {"All", "*", ".*"}
SENDER_ID = "AIDAREDRIVEPLAYGROUND"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a ReceiveMessage asked for."""

    maximum: int
    hidden_us: int
    system_names: frozenset[str]
    attribute_names: tuple[str, ...]
    request: int
    cause: int
    attempt: str = ""


def messages_json(queue: Queue, slots: list[int], wanted: Wanted) -> Json:
    """ReceiveMessage's answer; AWS leaves out an empty list."""
    return {"Messages": [_message_json(queue, slot, wanted) for slot in slots]} if slots else {}


def _message_json(queue: Queue, slot: int, wanted: Wanted) -> Json:
    body = _body(queue, slot)
    answer: Json = {
        "MessageId": message_identity(queue, slot),
        "ReceiptHandle": receipt(queue, slot),
        "MD5OfBody": md5_of_text(body),
        "Body": body,
    }
    system = system_attributes(queue, slot)
    names = wanted.system_names
    found = system if "All" in names else {name: value for name, value in system.items() if name in names}
    if found:
        answer["Attributes"] = found
    attributes = {
        name: value
        for name, value in queue.messages.of(slot).attributes.items()
        if _is_named(name, wanted.attribute_names)
    }
    if attributes:
        answer["MD5OfMessageAttributes"] = md5_of_attributes(attributes)
        answer["MessageAttributes"] = attributes
    return answer


def event_record(queue: Queue, slot: int) -> Json:
    """A message in a function's event."""
    body, system = _body(queue, slot), system_attributes(queue, slot)
    attributes = queue.messages.of(slot).attributes
    record: Json = {
        "messageId": message_identity(queue, slot),
        "receiptHandle": receipt(queue, slot),
        "body": body,
        "attributes": system,
        "messageAttributes": {name: _event_attribute(value) for name, value in attributes.items()},
    }
    if attributes:
        record["md5OfMessageAttributes"] = md5_of_attributes(attributes)
    record.update(
        md5OfBody=md5_of_text(body), eventSource="aws:sqs", eventSourceARN=queue.arn, awsRegion=queue.topology.region
    )
    return record


def system_attributes(queue: Queue, slot: int) -> Json:
    """AWS's own attributes of a message that has been received."""
    messages, extras = queue.messages, queue.messages.of(slot)
    found: Json = {
        "ApproximateReceiveCount": str(messages.receive_count[slot]),
        "SentTimestamp": _milliseconds(queue, messages.sent_at[slot]),
        "SenderId": SENDER_ID,
        "ApproximateFirstReceiveTimestamp": _milliseconds(queue, messages.first_receive_at[slot]),
        **extras.system,
    }
    found |= queue.group_attributes(slot)
    if extras.source >= 0:
        found["DeadLetterQueueSourceArn"] = queue.topology.nodes[extras.source].arn
    return found


def message_identity(queue: Queue, slot: int) -> str:
    """The MessageId: it stays the same in a dead-letter queue."""
    environment = queue.environment
    return message_id(environment.seed, environment.subjects.identity[queue.messages.subject[slot]])


def receipt(queue: Queue, slot: int) -> str:
    """The receipt handle of the last receive, for whoever is given it."""
    messages = queue.messages
    messages.hand_out(slot)
    return receipt_handle(queue.environment.seed, messages.subject[slot], messages.receive_count[slot])


def _body(queue: Queue, slot: int) -> str:
    environment = queue.environment
    return environment.bodies.text(environment.subjects.body[queue.messages.subject[slot]])


def _milliseconds(queue: Queue, at: int) -> str:
    return str(queue.environment.wall_us(at) // 1000)


def _is_named(name: str, wanted: tuple[str, ...]) -> bool:
    """Whether an attribute was asked for: by "All", "*", ".*", its name, or the beginning of it written "begin.*"."""
    return any(want in EVERY or want == name or (want.endswith(".*") and name.startswith(want[:-2])) for want in wanted)


def _event_attribute(value: Json) -> Json:
    return {
        **{key[0].lower() + key[1:]: each for key, each in value.items()},
        "stringListValues": [],
        "binaryListValues": [],
    }
