"""A message on its way in: what Publish and each entry of PublishBatch are checked for."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.services.ports import Json, Refusal
from flows.services.sns import message_attributes, refusals
from flows.services.sns.envelope import DEFAULT
from flows.services.sns.quotas import QUOTAS
from flows.services.texts import size_of

if TYPE_CHECKING:
    from flows.services.sns.topic import Topic

TITLE = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,99}")
ID = re.compile(r"[A-Za-z0-9!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]{1,128}")


@dataclass(frozen=True, slots=True)
class Message:
    """A message that may be published. `texts` is by protocol, with a `default`."""

    texts: dict[str, str]
    title: str = ""
    attributes: Json = field(default_factory=dict)
    group: str = ""
    deduplication: str = ""
    size: int = 0


def text_of(params: Json) -> str | Refusal:
    """The message and its subject line, looked at alone."""
    text = params.get("Message")
    if text is None:
        return refusals.missing("Message")
    title = params.get("Subject")
    if title is not None and (not isinstance(title, str) or not TITLE.fullmatch(title)):
        return refusals.invalid("Subject")
    if not isinstance(text, str) or not text:
        return refusals.invalid("Empty message")
    return text if size_of(text) >= 0 else refusals.invalid("Message contains invalid characters")


def message_of(params: Json, text: str, where: str = "", *, needs_default: bool = True) -> Message | Refusal:
    """The message, whatever it is published to."""
    attributes = params.get("MessageAttributes") or {}
    refusal = message_attributes.wrong(attributes, where)
    if refusal is not None:
        return refusal
    texts = texts_of(params, text, needs_default=needs_default)
    if isinstance(texts, Refusal):
        return texts
    size = size_of(text) + message_attributes.size(attributes)
    group, deduplication = (str(params.get(name) or "") for name in ("MessageGroupId", "MessageDeduplicationId"))
    return Message(texts, params.get("Subject") or "", attributes, group, deduplication, size)


def texts_of(params: Json, text: str, *, needs_default: bool) -> dict[str, str] | Refusal:
    """One text for all, or (`json`) one per protocol; members that are no texts do not count."""
    structure = params.get("MessageStructure")
    if structure is None or structure == "":
        return {DEFAULT: text}
    if structure != "json":
        return refusals.invalid("MessageStructure")
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        return refusals.invalid("Message Structure - JSON message body failed to parse")
    texts = {protocol: said for protocol, said in given.items() if isinstance(said, str) and size_of(said) >= 0}
    if DEFAULT not in texts and needs_default:
        return refusals.invalid("Message Structure - No default entry in JSON message body")
    return {DEFAULT: "", **texts}


def wrong_grouping(topic: Topic, params: Json) -> Refusal | None:
    """Why the message's group and deduplication id do not suit the topic."""
    group, deduplication = params.get("MessageGroupId"), params.get("MessageDeduplicationId")
    for name, value in (("MessageGroupId", group), ("MessageDeduplicationId", deduplication)):
        if value and not (isinstance(value, str) and ID.fullmatch(value)):
            return refusals.because(
                name, "it can only include alphanumeric and punctuation characters, 1 to 128 of them"
            )
    if not topic.fifo:
        said = "The request includes MessageDeduplicationId parameter that is not valid for this topic type"
        return refusals.because("MessageDeduplicationId", said) if deduplication else None
    if not group:
        return refusals.no_group()
    return None if deduplication or topic.content_based else refusals.no_deduplication()


def too_long(message: Message) -> bool:
    return message.size > QUOTAS.message_bytes
