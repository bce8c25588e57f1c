"""A subscription: one endpoint of a topic, what it wants and how; its deliveries are next door (`delivering.py`).

Its endpoint is a text. If a node stands there, the subscription is a link to it; AWS subscribes what does not exist, and keeps the
subscription of a queue that was deleted (recorded: test_subscription_after_failure_to_deliver), so both come and go. Endpoints outside
AWS are stubs that take what they are sent.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.services.ports import NO_LINK, Json, Refusal, Return
from flows.services.sns.account import account_of
from flows.services.sns.config import SubscriptionConfig
from flows.services.sns.delivering import LAMBDA, Deliveries, gone
from flows.services.sns.delivery_policy import DeliveryPolicy, effective, of_subscription, of_topic, retries_of
from flows.services.sns.envelope import event_of
from flows.services.sns.quotas import RETRIES, Retries
from flows.topology.names import bare_arn

if TYPE_CHECKING:
    from flows.services.ports import Caller
    from flows.services.sns.topic import Topic

ARN_HANDLES = 1 << 31
"""Subscriptions' ids are made like message ids, of handles that no message has."""


class Subscription:
    def __init__(self, topic: Topic, config: SubscriptionConfig, link: int) -> None:
        self.topic = topic
        self.id = config.id
        self.link, self.target = link, config.target
        self.protocol = config.protocol
        self.raw = config.raw
        self.filter_policy, self.filter_scope = config.filter_policy, config.filter_scope
        self.delivery_policy = config.delivery_policy
        nodes = topic.world.topology.nodes
        self.endpoint = config.endpoint or (nodes[config.target].arn if config.target is not None else "")
        letters = config.dead_letter_target
        self.dead_letter_arn = "" if letters is None else nodes[letters].arn
        self.other: dict[str, str] = {}
        """Attributes that change no delivery, as they were set."""
        self.number, self.arn = 0, ""
        self.confirmed = self.authenticated = True
        self.token, self.token_until_at = "", 0
        self.deliveries = Deliveries(self)

    def enrol(self) -> None:
        """Be one of the topic's subscriptions, with a number and an ARN of its own."""
        topic = self.topic
        self.number = topic.numbered()
        self.arn = f"{topic.arn}:{message_id(topic.environment.seed, ARN_HANDLES + self.number)}"
        topic.subscriptions[self.number] = self
        self.filter()
        account_of(topic.world).subscriptions[self.arn] = self

    def filter(self) -> None:
        """The filter policy holds from now on."""
        self.topic.filters.put(self.number, self.filter_policy, self.filter_scope, self.protocol)

    # ── how ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def over_http(self) -> bool:
        return self.protocol not in RETRIES

    def policy(self) -> DeliveryPolicy:
        """What holds for deliveries over HTTP."""
        return effective(of_topic(self.topic.delivery_policy), of_subscription(self.delivery_policy))

    def per_second(self) -> int:
        """The most deliveries a second; 0 is no limit."""
        return self.policy().per_second if self.over_http else 0

    def retries(self) -> Retries:
        return RETRIES.get(self.protocol) or retries_of(self.policy().retry)

    # ── where to ────────────────────────────────────────────────────────────────────────────────────────────────────

    def place(self) -> int | None:
        """The node at the endpoint, if there is one (again)."""
        if self.target is None:
            node = self.topic.world.topology.by_arn.get(bare_arn(self.endpoint))
            if node is not None:
                self.join(node.index)
        return self.target

    def join(self, target: int) -> None:
        """Become a link to that node."""
        self.target = target
        self.link = self._joined("subscription", target, self.id)
        self.topic.world.links[self.link] = self

    def dead_letter_queue(self) -> int | None:
        node = self.topic.world.topology.by_arn.get(self.dead_letter_arn) if self.dead_letter_arn else None
        return None if node is None else node.index

    def dead_letter_link(self) -> int:
        """The link that draws this subscription's dead letters; several subscriptions may share a queue."""
        if not self.dead_letter_arn:
            return NO_LINK
        named = f"{self.id}.RedrivePolicy"
        links = self.topic.world.topology.links_from(self.topic.node)
        return next((link.index for link in links if link.id == named), NO_LINK)

    def redrive_to(self, arn: str) -> None:
        """Where dead letters go from now on; "" is nowhere."""
        world, link = self.topic.world, self.dead_letter_link()
        if link != NO_LINK:
            world.part(link)
        self.dead_letter_arn = arn
        letters = self.dead_letter_queue()
        if letters is not None:
            world.origins[self._joined("subscription-dlq", letters, f"{self.id}.RedrivePolicy")] = self

    def _joined(self, kind: str, target: int, id_: str) -> int:
        topic = self.topic
        config = SubscriptionConfig(self.id, topic.node, self.target, self.protocol)
        return topic.world.join(kind, topic.node, target, config, id_=id_).index

    # ── the end ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def removed(self, _caller: Caller | None) -> None:
        """The link goes, because its other end does or the subscription: it may come back with a new endpoint there."""
        self.link, self.target = NO_LINK, None

    def end(self, reason: str, caller: Caller | None) -> None:
        """The subscription is over. What is still waiting here is delivered to nobody."""
        topic, link = self.topic, self.link
        self.deliveries.abandon(reason, caller.cause if caller is not None else 0)
        del topic.subscriptions[self.number]
        topic.filters.drop(self.number)
        account = account_of(topic.world)
        account.subscriptions.pop(self.arn, None)
        account.tokens.pop(self.token, None)
        topic.unsubscribed += 1
        self.redrive_to("")
        if link != NO_LINK:
            topic.world.part(link, caller)

    # ── coming back ─────────────────────────────────────────────────────────────────────────────────────────────────

    def way_back(self, _link: int, text: str, attributes: Json) -> Return | Refusal:
        """A dead letter goes to this endpoint only (`Origin`); a function gets its event out of the envelope."""
        target = self.place() if self.number in self.topic.subscriptions else None
        if target is None:
            return gone(self.protocol)
        if self.protocol != LAMBDA:
            return Return(target, text, attributes)
        try:
            notification = json.loads(text)
        except ValueError:
            notification = None
        if not isinstance(notification, dict) or "Message" not in notification:
            return Refusal("InvalidMessageContents", "This is no notification of a topic: it has no Message.")
        return Return(target, event_of(notification, self.arn))
