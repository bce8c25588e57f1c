"""A subscription: delivers notifications to one endpoint, with retries of its own.

An attempt that fails for a reason that may pass is tried again by AWS's policy for endpoints it manages: three attempts at
once, two a second apart, ten backing off from one second to twenty, a hundred thousand every twenty seconds (23 days). What
will never succeed (the endpoint is gone, the message is too long for it) is not tried again. Given up, the notification goes to
the subscription's dead-letter queue in exactly the form that the endpoint would have got.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.engine.subjects import SubjectKind
from flows.services.deliveries import deliver, is_permanent, latency_us
from flows.services.faults import Struck
from flows.services.ports import Delivery, Json, Refusal, Return
from flows.services.sns import records
from flows.services.sns.envelope import Publication, envelope, event, event_of
from flows.services.sns.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.sns.config import SubscriptionConfig
    from flows.services.sns.topic import Topic

MESSAGE = int(SubjectKind.MESSAGE)
LAMBDA = "lambda"
NO_RETRY = -1
ARN_HANDLES = 1 << 31
"""Subscriptions' ids are made like message ids, of handles that no message has."""


@dataclass(slots=True)
class Notification:
    """One copy on its way: `last` is its last record."""

    publication: Publication
    body: int
    attributes: Json
    request: int
    last: int
    attempts: int = 0


class Subscription:
    def __init__(self, topic: Topic, config: SubscriptionConfig, link: int) -> None:
        self.topic = topic
        self.id = config.id
        self.link = link
        self.target = config.target
        self.protocol = config.protocol
        self.raw = config.raw
        self.filter_policy, self.filter_scope = config.filter_policy, config.filter_scope
        self.dead_letter_target = config.dead_letter_target
        environment = topic.environment
        self.arn = f"{topic.arn}:{message_id(environment.seed, ARN_HANDLES + topic.numbered())}"
        self.pending: dict[int, Notification] = {}
        self._calendar = environment.calendar
        self._write = environment.recorder.write

    def notify(self, publication: Publication, request: int, cause: int) -> None:
        """A copy for this endpoint; the first attempt is made at once."""
        environment = self.topic.environment
        body = environment.bodies.number(self._text(publication))
        subject = environment.subjects.new(MESSAGE, publication.subject, 0, body)
        last = self._write(records.PENDING, self.topic.node, subject, request, cause, 0, (self.link,))
        attributes = publication.attributes if self.raw else {}
        self.pending[subject] = Notification(publication, body, attributes, request, last)
        self.attempt(subject)

    def attempt(self, subject: int) -> None:
        """One attempt; a slow way makes it arrive later."""
        self.pending[subject].attempts += 1
        wait = latency_us(self.topic.world, self.target, self.link)
        if wait:
            self._calendar.schedule(self._calendar.now_at + wait, self.arrive, subject)
        else:
            self.arrive(subject)

    def arrive(self, subject: int) -> None:
        note = self.pending[subject]
        delivery = Delivery(
            note.body, subject, self.link, note.request, note.last, note.attributes, source=self.topic.node
        )
        got = deliver(self.topic.world, self.target, delivery)
        if isinstance(got, Struck):
            self._failed(subject, note, got)
            return
        del self.pending[subject]
        self._record(records.DELIVERED, subject, note, note.last, (self.link,))

    def _failed(self, subject: int, note: Notification, struck: Struck) -> None:
        refusal = struck.refusal
        wait = None if is_permanent(refusal) else QUOTAS.wait_us(note.attempts)
        detail = (self.link, refusal.code, refusal.message, NO_RETRY if wait is None else wait)
        note.last = self._record(records.FAILED, subject, note, struck.cause or note.last, detail)
        if wait is None:
            self._give_up(subject, note)
        else:
            self._calendar.schedule(self._calendar.now_at + wait, self.attempt, subject)

    def _give_up(self, subject: int, note: Notification) -> None:
        del self.pending[subject]
        topic, target = self.topic, self.dead_letter_target
        if target is None:
            self._record(records.DISCARDED, subject, note, note.last, (self.link,))
            return
        link = self.dead_letter_link()
        body = note.body
        if self.protocol == LAMBDA:
            body = topic.environment.bodies.number(envelope(topic, self, note.publication))
        delivery = Delivery(
            body,
            subject,
            link,
            note.request,
            note.last,
            note.attributes,
            source=topic.node,
            attempts=note.attempts,
            dead_letter=True,
        )
        got = deliver(topic.world, target, delivery)
        if isinstance(got, Struck):
            self._record(records.DISCARDED, subject, note, got.cause or note.last, (link,))
        else:
            self._record(records.MOVED, subject, note, note.last, (link,))

    def dead_letter_link(self) -> int:
        """The link that draws this subscription's dead letters; several subscriptions may share a queue."""
        if self.dead_letter_target is None:
            return -1
        named = f"{self.id}.RedrivePolicy"
        links = self.topic.world.topology.links_from(self.topic.node)
        return next((link.index for link in links if link.id == named), -1)

    # ── coming back ─────────────────────────────────────────────────────────────────────────────────────────────────

    def way_back(self, _link: int, text: str, attributes: Json) -> Return | Refusal:
        """A dead letter goes to this endpoint only (`Origin`); a function gets its event out of the envelope."""
        if self.protocol != LAMBDA:
            return Return(self.target, text, attributes)
        try:
            notification = json.loads(text)
        except ValueError:
            notification = None
        if not isinstance(notification, dict) or "Message" not in notification:
            return Refusal("InvalidMessageContents", "This is no notification of a topic: it has no Message.")
        return Return(self.target, event_of(notification, self.arn))

    def _text(self, publication: Publication) -> str:
        if self.protocol == LAMBDA:
            return event(self.topic, self, publication)
        return publication.text(self.protocol) if self.raw else envelope(self.topic, self, publication)

    def _record(self, kind: int, subject: int, note: Notification, cause: int, detail: tuple[object, ...]) -> int:
        return self._write(kind, self.topic.node, subject, note.request, cause, note.attempts, detail)
