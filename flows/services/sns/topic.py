"""A topic: takes messages and hands a copy to every subscription, in the order in which they were subscribed.

A publication is at the topic for no time: it becomes its copies at once, or, where nobody is subscribed, nothing. Whether a
subscription wants a copy is its filter policy's word (`filters.py`); what happens to a copy is its subscription's business.
A FIFO topic numbers its messages and drops duplicates (`fifo.py`); everything else is the same.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.ports import Delivery, Refusal
from flows.services.sns import records, refusals
from flows.services.sns.envelope import DEFAULT, Envelopes, Publication
from flows.services.sns.fifo import Accepted, Deduplication, sequence_number
from flows.services.sns.filters import Filters
from flows.services.sns.messages import Message
from flows.services.sns.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.ports import Caller
    from flows.services.sns.config import TopicConfig
    from flows.services.sns.subscription import Subscription
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

MESSAGE = int(SubjectKind.MESSAGE)
GROUPING = ("MessageGroupId", "MessageDeduplicationId")
BY_GROUP = "MessageGroup"
NOBODY: frozenset[int] = frozenset()
DELETED = "its topic was deleted"


class Topic:
    def __init__(self, world: World, node: CompiledNode, config: TopicConfig) -> None:
        self.world = world
        self.environment = world.environment
        self.node = node.index
        self.name, self.arn = node.name, node.arn
        _, _, _, self.region, self.account, *_ = node.arn.split(":")
        self.fifo = config.fifo
        self.display_name = config.display_name
        self.content_based = config.content_based_deduplication
        self.scope = config.fifo_throughput_scope
        self.delivery_policy = config.delivery_policy
        self.settings: dict[str, str] = dict(config.attributes)
        """Attributes without effect on deliveries, as they were set."""
        self.tags: dict[str, str] = dict(config.tags)
        self.data_protection = ""
        self.subscriptions: dict[int, Subscription] = {}
        """By number, in the order in which they were subscribed."""
        self.filters = Filters()
        self.unsubscribed = 0
        self._numbered = 0
        self._published = 0
        self._accepted = Deduplication()

    def numbered(self) -> int:
        """A number for a new subscription that none has had here, or at another topic."""
        self._numbered += 1
        return self.node << 16 | self._numbered

    def deliver(self, delivery: Delivery) -> int | Refusal:
        """A service publishes (`Recipient`)."""
        text = self.environment.bodies.text(delivery.body)
        if len(text.encode()) > QUOTAS.message_bytes:
            return refusals.invalid("Message too long")
        group, deduplication = (str(delivery.system.get(name, "")) for name in GROUPING)
        if self.fifo and not group:
            return refusals.no_group()
        message = Message({DEFAULT: text}, delivery.title, delivery.attributes, group, deduplication)
        return self.publish(message, (delivery.link, delivery.request, delivery.cause, delivery.parent))[0]

    def publish(self, message: Message, came: tuple[int, int, int, int]) -> tuple[int, str]:
        """Publish a message; answers its subject (a duplicate's: the first one's) and its sequence number, where it has one.

        `came` is (link, request, cause, parent).
        """
        environment = self.environment
        link, request, cause, parent = came
        write = environment.recorder.write
        body = environment.bodies.number(message.texts[DEFAULT])
        subject = environment.subjects.new(MESSAGE, parent, 0, body)
        sequence = ""
        if self.fifo:
            duplicated = self._deduplicated(subject, message, came)
            if duplicated is not None:
                return duplicated.subject, duplicated.sequence
            self._published += 1
            sequence = sequence_number(self._published)
            self._accepted.accept(self._scope_of(message), self._id_of(message), subject, sequence, environment.now_at)
            published = write(records.GROUPED, self.node, subject, request, cause, 0, (link, message.group, sequence))
        else:
            published = write(records.PUBLISHED, self.node, subject, request, cause, 0, (link,))
        self._fan_out(self._publication(subject, message, sequence), request, published)
        return subject, sequence

    def _publication(self, subject: int, message: Message, sequence: str) -> Publication:
        deduplication = self._id_of(message) if self.fifo else ""
        now = self.environment.now_at
        return Publication(
            subject, now, message.texts, message.title, message.attributes, message.group, deduplication, sequence
        )

    def _fan_out(self, publication: Publication, request: int, published: int) -> None:
        """A copy for every confirmed subscription; those whose filter policy says no end here."""
        write, subject = self.environment.recorder.write, publication.subject
        subscriptions = [each for each in self.subscriptions.values() if each.confirmed]
        if not subscriptions:
            write(records.UNHEARD, self.node, subject, request, published)
            return
        judged = self.filters.judge(publication) if self.filters else None
        refusing = judged.refusing if judged is not None else NOBODY
        wanted = len(subscriptions) - sum(each.number in refusing for each in subscriptions)
        fanned_out = write(records.FANNED_OUT, self.node, subject, request, published, 0, (wanted,))
        envelopes = Envelopes(self, publication)
        for subscription in subscriptions:
            if judged is not None and subscription.number in refusing:
                why = judged.why_not(subscription.number)
                subscription.deliveries.leave_out(publication, why, request, fanned_out)
            else:
                subscription.deliveries.notify(publication, envelopes, request, fanned_out)

    # ── duplicates ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _deduplicated(self, subject: int, message: Message, came: tuple[int, int, int, int]) -> Accepted | None:
        """The message that was accepted before, if this one is its duplicate: then it ends here."""
        now, deduplication = self.environment.now_at, self._id_of(message)
        original = self._accepted.original(self._scope_of(message), deduplication, now)
        if original is not None:
            link, request, cause, _ = came
            write = self.environment.recorder.write
            sent = write(
                records.GROUPED, self.node, subject, request, cause, 0, (link, message.group, original.sequence)
            )
            detail = (original.subject, deduplication, original.until_at - now)
            write(records.DEDUPLICATED, self.node, subject, request, sent, 0, detail)
        return original

    def _id_of(self, message: Message) -> str:
        """What duplicates are known by: the id that came with the message, else a digest of its text."""
        return message.deduplication or hashlib.sha256(message.texts[DEFAULT].encode()).hexdigest()

    def _scope_of(self, message: Message) -> str:
        return message.group if self.scope == BY_GROUP else ""

    # ── the end ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def removed(self, caller: Caller | None) -> None:
        """The topic is deleted, and its subscriptions with it: what they had not delivered yet ends here."""
        for subscription in list(self.subscriptions.values()):
            subscription.end(DELETED, caller)
