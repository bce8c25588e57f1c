"""A subscription's attributes: which there are, what they may hold, what they change.

Given to Subscribe or SetSubscriptionAttributes as text; what is wrong is said the same way by both, with "Attributes Reason: " before
it in the first (recorded: test_create_subscriptions_with_attributes, test_validate_set_sub_attributes). All are looked at before any
is set.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flows.patterns.reading import PatternError
from flows.patterns.sns import compile_sns_policy
from flows.services.ports import Json, Refusal
from flows.services.sns import arns, delivery_policy, refusals
from flows.services.sns.envelope import RAW_PROTOCOLS
from flows.services.sns.filters import ATTRIBUTES, BODY

if TYPE_CHECKING:
    from flows.services.sns.subscription import Subscription

RAW, SCOPE, POLICY = "RawMessageDelivery", "FilterPolicyScope", "FilterPolicy"
REDRIVE, DELIVERY = "RedrivePolicy", "DeliveryPolicy"
TARGET = "deadLetterTargetArn"
OTHER = ("SubscriptionRoleArn", "ReplayPolicy")
NAMES = frozenset({RAW, SCOPE, POLICY, REDRIVE, DELIVERY, *OTHER})
SCOPES = (ATTRIBUTES, BODY)


def wrong(subscription: Subscription, given: Mapping[str, str], *, subscribing: bool) -> Refusal | None:
    """Why the attributes cannot have those values: the first that is wrong."""
    prefix = "Attributes Reason: " if subscribing else ""
    for name in given:
        reason = _reason(subscription, name, given, subscribing=subscribing)
        if reason:
            return refusals.invalid(prefix + reason)
    return None


def _reason(subscription: Subscription, name: str, given: Mapping[str, str], *, subscribing: bool) -> str:
    value = given[name]
    if name not in NAMES:
        return f"Unknown attribute {name}" if subscribing else "AttributeName"
    if name == RAW:
        return _wrong_raw(subscription.protocol, value)
    if name == SCOPE and value not in SCOPES:
        return f"FilterPolicyScope: Invalid value [{value}]. Please use either MessageBody or MessageAttributes"
    if name in {SCOPE, POLICY}:
        scope = given.get(SCOPE, subscription.filter_scope)
        policy = given.get(POLICY, subscription.filter_policy)
        return _wrong_policy(policy, scope)
    if name == REDRIVE:
        return _wrong_redrive(subscription, value)
    return _wrong_delivery(value) if name == DELIVERY else ""


def _wrong_raw(protocol: str, value: str) -> str:
    if value.lower() not in {"true", "false"}:
        return f"RawMessageDelivery: Invalid value [{value}]. Must be true or false."
    if value.lower() == "true" and protocol not in RAW_PROTOCOLS:
        return f"Delivery protocol [{protocol}] does not support raw message delivery."
    return ""


def _wrong_policy(policy: str, scope: str) -> str:
    if not policy:
        return ""
    try:
        compile_sns_policy(policy, BODY if scope == BODY else ATTRIBUTES)
    except PatternError as problem:
        return f"FilterPolicy: {problem.message}"
    return ""


def _wrong_redrive(subscription: Subscription, value: str) -> str:
    if not value:
        return ""
    try:
        policy = json.loads(value)
    except (ValueError, RecursionError):
        policy = None
    if not isinstance(policy, dict):
        return "RedrivePolicy: failed to parse JSON."
    if not policy:
        return ""
    odd = next((name for name in policy if name != TARGET), None)
    if odd is not None:
        return f"RedrivePolicy: invalid JSON. Attribute {odd} is unknown."
    arn = arns.parse(str(policy[TARGET]))
    if isinstance(arn, int) or arn.service != "sqs":
        return "RedrivePolicy: deadLetterTargetArn is an invalid arn"
    topic = subscription.topic
    if topic.fifo and subscription.endpoint.endswith(".fifo") and not arn.resource.endswith(".fifo"):
        return "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic."
    return ""


def _wrong_delivery(value: str) -> str:
    try:
        delivery_policy.of_subscription(value)
    except delivery_policy.PolicyProblem as problem:
        return f"DeliveryPolicy: {problem}"
    return ""


def put(subscription: Subscription, given: Mapping[str, str]) -> None:
    """Set attributes that are not wrong."""
    for name, value in given.items():
        if name == RAW:
            subscription.raw = value.lower() == "true"
        elif name == SCOPE:
            subscription.filter_scope = value
        elif name == POLICY:
            subscription.filter_policy = value
        elif name == REDRIVE:
            policy = json.loads(value) if value else {}
            subscription.redrive_to(str(policy.get(TARGET, "")))
        elif name == DELIVERY:
            subscription.delivery_policy = value
        else:
            subscription.other[name] = value
    if {SCOPE, POLICY} & given.keys():
        subscription.filter()


def is_same(subscription: Subscription, given: Mapping[str, str]) -> bool:
    """Whether a subscription asked for again is this one: as long as nothing that is asked for differs."""
    known = {
        RAW: "true" if subscription.raw else "false",
        SCOPE: subscription.filter_scope,
        POLICY: subscription.filter_policy,
        REDRIVE: _redrive(subscription),
        DELIVERY: subscription.delivery_policy,
        **subscription.other,
    }
    return all(_normal(name, known.get(name, "")) == _normal(name, value) for name, value in given.items())


def _normal(name: str, value: str) -> object:
    """Policies are the same if they say the same, flags whatever their letters."""
    if name in {POLICY, REDRIVE, DELIVERY}:
        try:
            return json.loads(value) if value else {}
        except (ValueError, RecursionError):
            return value
    return value.lower() if name == RAW else value


def as_json(subscription: Subscription) -> Json:
    """As GetSubscriptionAttributes answers; the scope of a filter policy only where there is one."""
    topic = subscription.topic
    found = {
        "SubscriptionArn": subscription.arn,
        "TopicArn": topic.arn,
        "Protocol": subscription.protocol,
        "Endpoint": subscription.endpoint,
        "Owner": topic.account,
        "ConfirmationWasAuthenticated": "true" if subscription.authenticated else "false",
        "PendingConfirmation": "false" if subscription.confirmed else "true",
        RAW: "true" if subscription.raw else "false",
        "SubscriptionPrincipal": f"arn:aws:iam::{topic.account}:user/redrive",
        **{name: value for name, value in subscription.other.items() if value},
    }
    if subscription.dead_letter_arn:
        found[REDRIVE] = _redrive(subscription)
    if subscription.filter_policy:
        found |= {POLICY: subscription.filter_policy, SCOPE: subscription.filter_scope}
    if subscription.over_http:
        effective = delivery_policy.subscription_json(subscription.policy())
        found["EffectiveDeliveryPolicy"] = json.dumps(effective, separators=(",", ":"))
    if subscription.delivery_policy:
        found[DELIVERY] = subscription.delivery_policy
    return found


def _redrive(subscription: Subscription) -> str:
    arn = subscription.dead_letter_arn
    return json.dumps({TARGET: arn}, separators=(",", ":")) if arn else ""
