"""Publish and PublishBatch."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.services.ports import NO_LINK, Caller, Json, Refusal
from flows.services.sns import refusals
from flows.services.sns.envelope import DEFAULT
from flows.services.sns.quotas import QUOTAS
from flows.services.texts import size_of

if TYPE_CHECKING:
    from flows.services.sns.topic import Topic
    from flows.services.world import World

DATA_TYPE = re.compile(r"(String|Number|Binary)(\.\S{1,249})?|String\.Array")
TITLE = re.compile(r"[\x20-\x7e]{1,100}")


@dataclass(frozen=True, slots=True)
class Checked:
    """A message that may be published."""

    texts: dict[str, str]
    title: str
    attributes: Json
    size: int


def publish(world: World, caller: Caller, topic: Topic, params: Json) -> Json | Refusal:
    checked = _check(params)
    return checked if isinstance(checked, Refusal) else {"MessageId": _publish(world, caller, topic, checked)}


def publish_batch(world: World, caller: Caller, topic: Topic, params: Json) -> Json | Refusal:
    """Entries are refused one by one; only what concerns the request as a whole refuses all."""
    entries = params.get("PublishBatchRequestEntries")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        return refusals.empty_batch()
    if len(entries) > QUOTAS.batch_entries:
        return refusals.too_many_entries()
    ids = [entry.get("Id") for entry in entries]
    if any(not isinstance(each, str) or not each for each in ids):
        return refusals.invalid("Id")
    if len(set(ids)) < len(ids):
        return refusals.repeated_entry_id()
    checked = [_check(entry) for entry in entries]
    if sum(0 if isinstance(each, Refusal) else each.size for each in checked) > QUOTAS.message_bytes:
        return refusals.batch_too_long()
    successful, failed = [], []
    for entry_id, each in zip(ids, checked, strict=True):
        if isinstance(each, Refusal):
            failed.append({"Id": entry_id, "Code": each.code, "Message": each.message, "SenderFault": True})
        else:
            successful.append({"Id": entry_id, "MessageId": _publish(world, caller, topic, each)})
    return {"Successful": successful, "Failed": failed}


def _publish(world: World, caller: Caller, topic: Topic, message: Checked) -> str:
    link = caller.link if caller.link != NO_LINK else world.link_between(caller.node, topic.node)
    came = (link, caller.request, caller.cause, caller.parent)
    subject = topic.publish(message.texts, message.title, message.attributes, came)
    return message_id(world.environment.seed, subject)


def _check(params: Json) -> Checked | Refusal:
    text = params.get("Message")
    if not isinstance(text, str) or not text:
        return refusals.invalid("Empty message")
    if size_of(text) < 0:
        return refusals.invalid("Message contains invalid characters")
    title = params.get("Subject")
    if title is not None and (not isinstance(title, str) or not TITLE.fullmatch(title)):
        return refusals.invalid("Subject")
    texts = _structure(params, text)
    if isinstance(texts, Refusal):
        return texts
    attributes = params.get("MessageAttributes") or {}
    wrong = _wrong_attribute(attributes)
    if wrong is not None:
        return wrong
    size = size_of(text) + sum(len(name) + len(json.dumps(value)) for name, value in attributes.items())
    if size > QUOTAS.message_bytes:
        return refusals.invalid("Message too long")
    return Checked(texts, title or "", attributes, size)


def _structure(params: Json, text: str) -> dict[str, str] | Refusal:
    """One text for all, or (`json`) one per protocol."""
    structure = params.get("MessageStructure")
    if structure is None:
        return {DEFAULT: text}
    if structure != "json":
        return refusals.invalid("MessageStructure")
    try:
        given = json.loads(text)
    except ValueError:
        return refusals.invalid("Message Structure - JSON message body failed to parse")
    if not isinstance(given, dict) or not isinstance(given.get(DEFAULT), str):
        return refusals.invalid("Message Structure - No default entry in JSON message body")
    return {protocol: said for protocol, said in given.items() if isinstance(said, str)}


def _wrong_attribute(attributes: object) -> Refusal | None:
    if not isinstance(attributes, dict):
        return refusals.invalid("MessageAttributes")
    for name, value in attributes.items():
        kind = value.get("DataType") if isinstance(value, dict) else None
        if not kind:
            return _value(f"The message attribute '{name}' must contain non-empty message attribute type.")
        if not isinstance(kind, str) or not DATA_TYPE.fullmatch(kind):
            return _value(
                f"The message attribute '{name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
            )
        field = "BinaryValue" if kind.startswith("Binary") else "StringValue"
        if not value.get(field):
            said = kind.split(".")[0]
            return _value(
                f"The message attribute '{name}' must contain non-empty message attribute value for message attribute type '{said}'."
            )
    return None


def _value(message: str) -> Refusal:
    return Refusal("ParameterValueInvalid", message)
