"""Lists, a hundred rows a page. A token says after which row the next page begins."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flows.services.ports import Caller, Json, Refusal
from flows.services.sns import refusals
from flows.services.sns.account import account_of, topics_of
from flows.services.sns.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.sns.subscription import Subscription
    from flows.services.sns.topic import Topic
    from flows.services.world import World


def page(params: Json, name: str, rows: Sequence[Any], following: str = "NextToken") -> Json | Refusal:
    """The page of `rows` that a request asks for."""
    start = _start(params.get(following))
    if start is None:
        return refusals.invalid(following)
    size = QUOTAS.page
    found: Json = {name: list(rows[start : start + size])}
    if start + size < len(rows):
        found[following] = base64.b64encode(str(start + size).encode()).decode()
    return found


def _start(token: object) -> int | None:
    if not token:
        return 0
    try:
        return int(base64.b64decode(str(token), validate=True))
    except (binascii.Error, ValueError):
        return None


def list_topics(world: World, caller: Caller, params: Json) -> Json | Refusal:
    return page(params, "Topics", [{"TopicArn": topic.arn} for topic in topics_of(world, caller.region)])


def list_subscriptions(world: World, caller: Caller, params: Json) -> Json | Refusal:
    all_of_them = account_of(world).subscriptions.values()
    return page(params, "Subscriptions", [_row(each) for each in all_of_them if each.topic.region == caller.region])


def list_subscriptions_by_topic(_world: World, _caller: Caller, topic: Topic, params: Json) -> Json | Refusal:
    return page(params, "Subscriptions", [_row(each) for each in topic.subscriptions.values()])


def _row(subscription: Subscription) -> Json:
    """Whoever is not confirmed yet has no name in lists."""
    return {
        "SubscriptionArn": subscription.arn if subscription.confirmed else "PendingConfirmation",
        "Owner": subscription.topic.account,
        "Protocol": subscription.protocol,
        "Endpoint": subscription.endpoint,
        "TopicArn": subscription.topic.arn,
    }
