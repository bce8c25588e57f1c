"""A standard topic: takes messages and hands a copy to every subscription, in the order in which they were subscribed.

A publication is at the topic for no time: it becomes its copies at once, or, where nobody is subscribed, nothing. What happens
to a copy is its subscription's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.ports import Delivery, Json, Refusal
from flows.services.sns import records, refusals
from flows.services.sns.envelope import DEFAULT, Publication
from flows.services.sns.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.sns.config import TopicConfig
    from flows.services.sns.subscription import Subscription
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

MESSAGE = int(SubjectKind.MESSAGE)


class Topic:
    def __init__(self, world: World, node: CompiledNode, config: TopicConfig) -> None:
        self.world = world
        self.environment = world.environment
        self.node = node.index
        self.name, self.arn = node.name, node.arn
        self.region, self.account = world.topology.region, world.topology.account
        self.display_name = config.display_name
        self.subscriptions: list[Subscription] = []
        self._numbered = 0

    def numbered(self) -> int:
        """A number for a new subscription that none has had here, or at another topic."""
        self._numbered += 1
        return self.node << 16 | self._numbered

    def deliver(self, delivery: Delivery) -> int | Refusal:
        """A service publishes (`Recipient`)."""
        text = self.environment.bodies.text(delivery.body)
        if len(text.encode()) > QUOTAS.message_bytes:
            return refusals.invalid("Message too long")
        return self.publish(
            {DEFAULT: text},
            delivery.title,
            delivery.attributes,
            (delivery.link, delivery.request, delivery.cause, delivery.parent),
        )

    def publish(self, texts: dict[str, str], title: str, attributes: Json, came: tuple[int, int, int, int]) -> int:
        """Publish a message; answers its subject. `came` is (link, request, cause, parent)."""
        environment = self.environment
        link, request, cause, parent = came
        write = environment.recorder.write
        body = environment.bodies.number(texts[DEFAULT])
        subject = environment.subjects.new(MESSAGE, parent, 0, body)
        published = write(records.PUBLISHED, self.node, subject, request, cause, 0, (link,))
        if not self.subscriptions:
            write(records.UNHEARD, self.node, subject, request, published)
            return subject
        publication = Publication(subject, environment.now_at, texts, title, attributes)
        detail = (len(self.subscriptions),)
        fanned_out = write(records.FANNED_OUT, self.node, subject, request, published, 0, detail)
        for subscription in list(self.subscriptions):
            subscription.notify(publication, request, fanned_out)
        return subject
