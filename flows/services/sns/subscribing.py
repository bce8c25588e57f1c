"""Subscribe, Unsubscribe, and what can be asked and set of subscriptions. All are confirmed at once: the playground owns both ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.services.ports import Caller, Json, Refusal
from flows.services.sns import records, refusals
from flows.services.sns.config import SubscriptionConfig
from flows.services.sns.subscription import Subscription
from flows.services.sns.topic import Topic

if TYPE_CHECKING:
    from flows.services.world import World

PROTOCOLS = ("sqs", "lambda", "firehose", "email", "email-json", "sms", "http", "https", "application")
SETTABLE = ("RawMessageDelivery", "RedrivePolicy", "FilterPolicy", "FilterPolicyScope", "DeliveryPolicy")


def subscribe(world: World, caller: Caller, topic: Topic, params: Json) -> Json | Refusal:
    """A new subscription; the same endpoint again answers the one there is."""
    protocol, endpoint = params.get("Protocol"), params.get("Endpoint")
    if protocol not in PROTOCOLS:
        return refusals.invalid(f"Amazon SNS does not support this protocol string: {protocol}")
    node = world.addressed(endpoint)
    if node is None:
        return refusals.no_such_endpoint()
    known = next((each for each in topic.subscriptions if each.target == node.index), None)
    if known is not None:
        return {"SubscriptionArn": known.arn}
    link = world.link_between(topic.node, node.index, "subscription")
    config = SubscriptionConfig(f"{topic.name}:{node.name}", topic.node, node.index, str(protocol))
    made = Subscription(topic, config, link)
    for name, value in (params.get("Attributes") or {}).items():
        refusal = _set(world, made, name, value)
        if refusal is not None:
            return refusal
    topic.subscriptions.append(made)
    _record(topic, caller, records.SUBSCRIBED, (link, made.arn))
    return {"SubscriptionArn": made.arn}


def unsubscribe(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """What is on its way is delivered; a subscription that is gone is no error, as with AWS."""
    found = subscription_of(world, params)
    if not isinstance(found, Refusal):
        found.topic.subscriptions.remove(found)
        _record(found.topic, caller, records.UNSUBSCRIBED, (found.link, found.arn))
    return {}


def list_subscriptions(world: World, _caller: Caller, _params: Json) -> Json | Refusal:
    return {"Subscriptions": [_row(each) for topic in _topics(world) for each in topic.subscriptions]}


def list_subscriptions_by_topic(_world: World, _caller: Caller, topic: Topic, _params: Json) -> Json | Refusal:
    return {"Subscriptions": [_row(each) for each in topic.subscriptions]}


def get_subscription_attributes(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = subscription_of(world, params)
    return found if isinstance(found, Refusal) else {"Attributes": _attributes(found)}


def set_subscription_attributes(world: World, caller: Caller, params: Json) -> Json | Refusal:
    found = subscription_of(world, params)
    if isinstance(found, Refusal):
        return found
    name, value = str(params.get("AttributeName")), params.get("AttributeValue")
    refusal = _set(world, found, name, value)
    if refusal is not None:
        return refusal
    _record(found.topic, caller, records.SUBSCRIPTION_CHANGED, (found.link, found.arn, f"{name} = {value}"))
    return {}


def get_topic_attributes(_world: World, _caller: Caller, topic: Topic, _params: Json) -> Json | Refusal:
    return {
        "Attributes": {
            "TopicArn": topic.arn,
            "Owner": topic.account,
            "DisplayName": topic.display_name,
            "SubscriptionsConfirmed": str(len(topic.subscriptions)),
            "SubscriptionsPending": "0",
            "SubscriptionsDeleted": "0",
        }
    }


def list_topics(world: World, _caller: Caller, _params: Json) -> Json | Refusal:
    return {"Topics": [{"TopicArn": topic.arn} for topic in _topics(world)]}


def subscription_of(world: World, params: Json) -> Subscription | Refusal:
    arn = params.get("SubscriptionArn")
    found = (each for topic in _topics(world) for each in topic.subscriptions if each.arn == arn)
    return next(found, refusals.no_such_subscription())


def _set(world: World, subscription: Subscription, name: str, value: object) -> Refusal | None:
    """Set one attribute, or say why not."""
    if name not in SETTABLE:
        return refusals.invalid("AttributeName")
    if name == "RawMessageDelivery":
        if str(value).lower() not in {"true", "false"}:
            return refusals.invalid(f"RawMessageDelivery: Invalid value [{value}]. Must be true or false.")
        subscription.raw = str(value).lower() == "true"
    elif name == "RedrivePolicy":
        return _set_redrive(world, subscription, value)
    elif name == "FilterPolicyScope":
        subscription.filter_scope = str(value)
    elif name == "FilterPolicy":
        subscription.filter_policy = str(value or "")
    return None


def _set_redrive(world: World, subscription: Subscription, value: object) -> Refusal | None:
    if value in (None, "", "{}"):
        subscription.dead_letter_target = None
        return None
    try:
        policy = json.loads(value) if isinstance(value, str) else value
        target = world.addressed(policy["deadLetterTargetArn"])  # type: ignore[index]
    except (ValueError, KeyError, TypeError):
        return refusals.invalid("RedrivePolicy: failed to parse JSON.")
    if target is None or target.kind != "queue":
        return refusals.invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn")
    subscription.dead_letter_target = target.index
    return None


def _attributes(subscription: Subscription) -> Json:
    topic = subscription.topic
    found = {
        "SubscriptionArn": subscription.arn,
        "TopicArn": topic.arn,
        "Protocol": subscription.protocol,
        "Endpoint": topic.world.topology.nodes[subscription.target].arn,
        "Owner": topic.account,
        "ConfirmationWasAuthenticated": "true",
        "PendingConfirmation": "false",
        "RawMessageDelivery": "true" if subscription.raw else "false",
        "SubscriptionPrincipal": f"arn:aws:iam::{topic.account}:user/redrive",
    }
    if subscription.dead_letter_target is not None:
        arn = topic.world.topology.nodes[subscription.dead_letter_target].arn
        found["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": arn}, separators=(",", ":"))
    if subscription.filter_policy:
        found |= {"FilterPolicy": subscription.filter_policy, "FilterPolicyScope": subscription.filter_scope}
    return found


def _row(subscription: Subscription) -> Json:
    found = _attributes(subscription)
    return {name: found[name] for name in ("SubscriptionArn", "Owner", "Protocol", "Endpoint", "TopicArn")}


def _topics(world: World) -> list[Topic]:
    return [noun for noun in world.nouns_of("sns") if isinstance(noun, Topic)]


def _record(topic: Topic, caller: Caller, kind: int, detail: tuple[object, ...]) -> None:
    topic.environment.recorder.write(kind, topic.node, 0, caller.request, caller.cause, 0, detail)
