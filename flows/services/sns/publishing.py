"""Publish and PublishBatch. Checks come in the order in which AWS makes them: the message alone, then whom it is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.engine.subjects import SubjectKind
from flows.services.deliveries import deliver
from flows.services.ports import NO_LINK, Caller, Delivery, Json, Refusal
from flows.services.sns import arns, messages, refusals
from flows.services.sns.account import account_of, topic_at
from flows.services.sns.envelope import DEFAULT
from flows.services.sns.messages import Message
from flows.services.sns.mobile import ENABLED
from flows.services.sns.quotas import QUOTAS
from flows.services.sns.sms import PHONE

if TYPE_CHECKING:
    from flows.services.sns.topic import Topic
    from flows.services.world import World

ENTRY_ID = re.compile(r"[A-Za-z0-9_-]+")
STUB = "Redrive::Stub"
WHOLE = frozenset({"ParameterValueInvalid", "ValidationError"})
STRUCTURE = "Message Structure"
"""What is wrong with one entry's shape refuses the whole batch; what it says, only that entry."""


def publish(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """To a topic, to one phone, or to one installation of an app."""
    text = messages.text_of(params)
    if isinstance(text, Refusal):
        return text
    phone = params.get("PhoneNumber")
    if phone is not None and not PHONE.fullmatch(str(phone)):
        return refusals.because("PhoneNumber", f"{phone} is not valid to publish to")
    to_endpoint = ":endpoint/" in str(params.get("TargetArn") or "")
    message = messages.message_of(params, text, needs_default=not to_endpoint)
    if isinstance(message, Refusal):
        return message
    if messages.too_long(message):
        return refusals.invalid("Message too long")
    if phone is not None:
        return _to_address(world, caller, str(phone), message.texts.get("sms", message.texts[DEFAULT]))
    if to_endpoint:
        return _to_endpoint(world, caller, params, message)
    topic = _topic(world, caller, params)
    if isinstance(topic, Refusal):
        return topic
    return messages.wrong_grouping(topic, params) or _to_topic(world, caller, topic, message)


def _topic(world: World, caller: Caller, params: Json) -> Topic | Refusal:
    name = next((each for each in ("TopicArn", "TargetArn") if params.get(each) is not None), None)
    if name is None:
        return refusals.no_value("TopicArn or TargetArn")
    arn = arns.topic_arn(caller, params, name)
    if isinstance(arn, Refusal):
        return arn
    return topic_at(world, arn.text) or refusals.no_such_topic()


def _to_topic(world: World, caller: Caller, topic: Topic, message: Message) -> Json:
    link = caller.link if caller.link != NO_LINK else world.link_between(caller.node, topic.node)
    subject, sequence = topic.publish(message, (link, caller.request, caller.cause, caller.parent))
    answer = {"MessageId": message_id(world.environment.seed, subject)}
    return answer | {"SequenceNumber": sequence} if sequence else answer


def _to_endpoint(world: World, caller: Caller, params: Json, message: Message) -> Json | Refusal:
    """A push message; the text for the endpoint's platform, if there is one."""
    arn = arns.wanted(params, "TargetArn")
    if isinstance(arn, Refusal):
        return arn
    endpoint = account_of(world).endpoints.get(arn.text)
    if endpoint is None:
        return refusals.because("TargetArn", "No endpoint found for the target arn specified")
    if endpoint.attributes[ENABLED].lower() != "true":
        return refusals.endpoint_disabled()
    platform = arn.resource.split("/")[1]
    return _to_address(world, caller, arn.text, message.texts.get(platform, message.texts[DEFAULT]))


def _to_address(world: World, caller: Caller, address: str, text: str) -> Json | Refusal:
    """Straight to an address outside AWS: a stub stands for it."""
    node = world.topology.by_arn.get(address) or world.create(STUB, address, None, arn=address, caller=caller)
    environment = world.environment
    body = environment.bodies.number(text)
    got = deliver(world, node.index, Delivery(body, caller.parent, NO_LINK, caller.request, caller.cause))
    subject = (
        got if isinstance(got, int) else environment.subjects.new(int(SubjectKind.MESSAGE), caller.parent, 0, body)
    )
    return {"MessageId": message_id(environment.seed, subject)}


# ── batches ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def publish_batch(world: World, caller: Caller, topic: Topic, params: Json) -> Json | Refusal:
    """Entries are refused one by one for what they say; a malformed one, or one without its group, refuses all."""
    entries = _entries(params)
    if isinstance(entries, Refusal):
        return entries
    checked = [_checked(entry, position) for position, entry in enumerate(entries, start=1)]
    for entry, each in zip(entries, checked, strict=True):
        refusal = _of_all(each) or messages.wrong_grouping(topic, entry)
        if refusal is not None:
            return refusal
    if sum(0 if isinstance(each, Refusal) else each.size for each in checked) > QUOTAS.message_bytes:
        return refusals.batch_too_long()
    successful, failed = [], []
    for entry, each in zip(entries, checked, strict=True):
        if isinstance(each, Refusal):
            failed.append({"Id": entry["Id"], "Code": each.code, "Message": each.message, "SenderFault": True})
        else:
            successful.append({"Id": entry["Id"], **_to_topic(world, caller, topic, each)})
    return {"Successful": successful, "Failed": failed}


def _entries(params: Json) -> list[Json] | Refusal:
    """The entries, unless the request as a whole is wrong."""
    entries = params.get("PublishBatchRequestEntries")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        return refusals.empty_batch()
    if len(entries) > QUOTAS.batch_entries:
        return refusals.too_many_entries()
    ids = [entry.get("Id") for entry in entries]
    refusal = next((wrong for id_ in ids if (wrong := _wrong_id(id_)) is not None), None)
    if refusal is not None:
        return refusal
    return refusals.repeated_entry_id() if len(set(ids)) < len(ids) else entries


def _wrong_id(id_: object) -> Refusal | None:
    if not isinstance(id_, str) or not id_:
        return refusals.missing("publishBatchRequestEntries.1.member.id")
    if len(id_) > QUOTAS.entry_id_characters:
        return refusals.entry_id("is too long", id_)
    return None if ENTRY_ID.fullmatch(id_) else refusals.entry_id("contains an impermissible character", id_)


def _checked(entry: Json, position: int) -> Message | Refusal:
    text = messages.text_of(entry)
    where = f"publishBatchRequestEntries.{position}.member."
    return text if isinstance(text, Refusal) else messages.message_of(entry, text, where)


def _of_all(checked: Message | Refusal) -> Refusal | None:
    """A refusal that is one of the whole batch."""
    if isinstance(checked, Refusal) and (checked.code in WHOLE or STRUCTURE in checked.message):
        return checked
    return None
