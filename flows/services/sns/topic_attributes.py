"""A topic's attributes, as a table: which there are, what they may hold, where they are kept.

An attribute is given to CreateTopic or SetTopicAttributes as text; what is wrong with it is said the same way by both, with
"Attributes Reason: " before it in the first. `DEFAULTS` are the values that a topic has of which nobody said anything: a topic that is
created again with these is the same topic (recorded: test_create_topic_different_attrs).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.services.ports import Json, Refusal
from flows.services.sns import delivery_policy, refusals
from flows.services.sns.permissions import default_policy, is_policy, read_object

if TYPE_CHECKING:
    from flows.services.sns.topic import Topic

FIFO, CONTENT_BASED, SCOPE = "FifoTopic", "ContentBasedDeduplication", "FifoThroughputScope"
CHOICES = {
    "SignatureVersion": ("1", "2"),
    "TracingConfig": ("PassThrough", "Active"),
    SCOPE: ("Topic", "MessageGroup"),
}
PROTOCOLS = ("HTTP", "Firehose", "Lambda", "Application", "SQS")
RATES = tuple(f"{protocol}SuccessFeedbackSampleRate" for protocol in PROTOCOLS)
ROLES = tuple(f"{protocol}{which}FeedbackRoleArn" for protocol in PROTOCOLS for which in ("Success", "Failure"))
OF_FIFO = (CONTENT_BASED, SCOPE, "ArchivePolicy")
SETTABLE = frozenset({"DisplayName", "DeliveryPolicy", "Policy", "KmsMasterKeyId", *CHOICES, *RATES, *ROLES, *OF_FIFO})
DEFAULTS = {
    "DisplayName": "",
    FIFO: "false",
    CONTENT_BASED: "false",
    "SignatureVersion": "1",
    "TracingConfig": "PassThrough",
    SCOPE: "Topic",
    "DeliveryPolicy": "",
    "KmsMasterKeyId": "",
    "ArchivePolicy": "",
}
LONGEST_NAME = 100


def wrong(name: str, value: str, *, fifo: bool, creating: bool) -> Refusal | None:
    """Why the attribute cannot have that value."""
    prefix = "Attributes Reason: " if creating else ""
    if name not in SETTABLE and not (creating and name == FIFO):
        return refusals.invalid(f"{prefix}Unknown attribute {name}" if creating else "AttributeName")
    reason = _reason(name, value, fifo=fifo)
    return refusals.invalid(prefix + reason) if reason else None


def _reason(name: str, value: str, *, fifo: bool) -> str:
    if name in OF_FIFO and not fifo and value.lower() not in {"", "false"}:
        what = "Content-based deduplication" if name == CONTENT_BASED else name
        return f"{what} can only be set for FIFO topics"
    if name in {FIFO, CONTENT_BASED} and value.lower() not in {"true", "false"}:
        return f"{name}: Invalid value [{value}]. Must be true or false."
    if name in CHOICES and value not in CHOICES[name]:
        return f"{name}: Invalid value [{value}]. Must be one of {', '.join(CHOICES[name])}."
    if name in RATES and value and not (value.isascii() and value.isdigit() and int(value) <= 100):
        return f"{name}: Invalid value [{value}]. Must be between 0 and 100."
    if name == "DisplayName" and len(value) > LONGEST_NAME:
        return f"DisplayName: must be at most {LONGEST_NAME} characters long"
    if name == "DeliveryPolicy":
        return _policy_problem(value)
    if name == "Policy":
        return "" if is_policy(value) else "Policy Error: null" if value else "Policy is empty"
    if name == "ArchivePolicy" and value and not isinstance(read_object(value), dict):
        return f"{name} failed to parse."
    return ""


def _policy_problem(value: str) -> str:
    try:
        delivery_policy.of_topic(value)
    except delivery_policy.PolicyProblem as problem:
        return f"DeliveryPolicy: {problem}"
    return ""


def put(topic: Topic, name: str, value: str) -> None:
    """Set an attribute that is not wrong."""
    if name == "DisplayName":
        topic.display_name = value
    elif name == "DeliveryPolicy":
        topic.delivery_policy = value
    elif name == CONTENT_BASED:
        topic.content_based = value.lower() == "true"
    elif name == SCOPE:
        topic.scope = value
    elif name != FIFO:
        topic.settings[name] = value


def given(topic: Topic) -> dict[str, str]:
    """What was said of the topic, or is AWS's default."""
    said = {
        "DisplayName": topic.display_name,
        FIFO: "true" if topic.fifo else "false",
        CONTENT_BASED: "true" if topic.content_based else "false",
        "DeliveryPolicy": topic.delivery_policy,
        "Policy": topic.settings.get("Policy") or json.dumps(default_policy(topic)),
    }
    return DEFAULTS | topic.settings | said | ({SCOPE: topic.scope} if topic.scope else {})


def is_same(topic: Topic, attributes: dict[str, str]) -> bool:
    """Whether a topic asked for again is this one."""
    known = given(topic)
    return all(_normal(name, known.get(name, "")) == _normal(name, value) for name, value in attributes.items())


def _normal(name: str, value: str) -> str:
    return value.lower() if name in {FIFO, CONTENT_BASED} else value


def as_json(topic: Topic) -> Json:
    """As GetTopicAttributes answers: what is always there, and what somebody set."""
    confirmed = sum(each.confirmed for each in topic.subscriptions.values())
    found = {
        "TopicArn": topic.arn,
        "Owner": topic.account,
        "Policy": topic.settings.get("Policy") or json.dumps(default_policy(topic), separators=(",", ":")),
        "DisplayName": topic.display_name,
        "SubscriptionsConfirmed": str(confirmed),
        "SubscriptionsPending": str(len(topic.subscriptions) - confirmed),
        "SubscriptionsDeleted": str(topic.unsubscribed),
        "EffectiveDeliveryPolicy": json.dumps(
            delivery_policy.topic_json(delivery_policy.of_topic(topic.delivery_policy)), separators=(",", ":")
        ),
    }
    if topic.fifo:
        found |= {FIFO: "true", CONTENT_BASED: "true" if topic.content_based else "false"}
    if topic.scope:
        found[SCOPE] = topic.scope
    if topic.delivery_policy:
        found["DeliveryPolicy"] = topic.delivery_policy
    return found | {name: value for name, value in topic.settings.items() if value and name not in found}
