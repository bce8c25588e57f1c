"""A subscription's deliveries: every copy from its arrival at the topic to the endpoint, or to where it is given up.

An attempt that fails for a reason that may pass is tried again by the policy of its protocol (`quotas.py`, `delivery_policy.py`).
What will never succeed (the endpoint is gone, the message is too long for it) is not tried again. Given up, the notification goes to
the subscription's dead-letter queue in exactly the form that the endpoint would have got. Of a FIFO topic's messages one per group is
on its way at a time (`fifo.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.deliveries import deliver, is_permanent, latency_us
from flows.services.faults import Struck
from flows.services.ports import Delivery, Json, Refusal
from flows.services.sns import records
from flows.services.sns.envelope import RAW_PROTOCOLS, Envelopes, Publication, form
from flows.services.sns.fifo import Lines
from flows.services.sns.quotas import QUOTAS, SECOND_US

if TYPE_CHECKING:
    from flows.services.sns.subscription import Subscription

MESSAGE = int(SubjectKind.MESSAGE)
LAMBDA = "lambda"
NO_RETRY = -1
GONE = {
    "sqs": Refusal("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.", 400),
    "lambda": Refusal("ResourceNotFoundException", "Function not found.", 404),
}
NOBODY = Refusal("NotFound", "Endpoint does not exist", 404)
TOO_MANY = Refusal(
    "InvalidParameterValue",
    f"A queue takes at most {QUOTAS.raw_attributes} message attributes with raw message delivery.",
)


@dataclass(slots=True)
class Notification:
    """One copy on its way: `last` is its last record, `timer` its entry in the calendar (0: none)."""

    publication: Publication
    body: int
    attributes: Json
    request: int
    last: int
    attempts: int = 0
    timer: int = 0


def gone(protocol: str) -> Refusal:
    """Nothing stands at the endpoint."""
    return GONE.get(protocol, NOBODY)


class Deliveries:
    """The copies of one subscription, by subject."""

    def __init__(self, subscription: Subscription) -> None:
        topic = subscription.topic
        self.subscription = subscription
        self.world, self.node = topic.world, topic.node
        self.pending: dict[int, Notification] = {}
        self.lines = Lines()
        self._free_at = 0
        self._environment = topic.environment
        self._calendar = topic.environment.calendar
        self._write = topic.environment.recorder.write

    def notify(self, publication: Publication, envelopes: Envelopes, request: int, cause: int) -> None:
        """A copy for this endpoint; the first attempt is made at once, unless it has to wait for those before it."""
        to = self.subscription
        text = form(envelopes, publication, to.protocol, to.arn, raw=to.raw)
        attributes = publication.attributes if to.raw and to.protocol in RAW_PROTOCOLS else {}
        body = self._environment.bodies.number(text)
        subject = self._environment.subjects.new(MESSAGE, publication.subject, 0, body)
        note = self._enter(subject, publication, body, attributes, request, cause)
        blocker = self.lines.enter(publication.group, subject) if publication.sequence else 0
        if blocker:
            note.last = self._record(records.BLOCKED, subject, note, note.last, (to.link, publication.group, blocker))
        else:
            self.attempt(subject)

    def leave_out(self, publication: Publication, why: tuple[str, str], request: int, cause: int) -> None:
        """A copy that the filter policy keeps from this endpoint; its record says which field did not suit."""
        to, subjects = self.subscription, self._environment.subjects
        subject = subjects.new(MESSAGE, publication.subject, 0, subjects.body[publication.subject])
        last = self._write(records.PENDING, self.node, subject, request, cause, 0, (to.link,))
        self._write(records.FILTERED, self.node, subject, request, last, 0, (to.link, *why))

    def ask_confirmation(self, publication: Publication, request: int, cause: int) -> None:
        """Send the token to an endpoint outside AWS: a message like others, which no filter keeps back."""
        subject = publication.subject
        body = self._environment.subjects.body[subject]
        self._enter(subject, publication, body, {}, request, cause)
        self.attempt(subject)

    def _enter(
        self, subject: int, publication: Publication, body: int, attributes: Json, request: int, cause: int
    ) -> Notification:
        last = self._write(records.PENDING, self.node, subject, request, cause, 0, (self.subscription.link,))
        note = self.pending[subject] = Notification(publication, body, attributes, request, last)
        return note

    # ── trying ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def attempt(self, subject: int) -> None:
        """One attempt, as soon as the throttle policy lets it; a slow way makes it arrive later."""
        note, now = self.pending[subject], self._calendar.now_at
        note.timer = 0
        per_second = self.subscription.per_second()
        if per_second:
            turn_at = max(now, self._free_at)
            self._free_at = turn_at + SECOND_US // per_second
            if turn_at > now:
                detail = (self.subscription.link, turn_at - now, per_second)
                note.last = self._record(records.HELD, subject, note, note.last, detail)
                note.timer = self._calendar.schedule(turn_at, self.go, subject)
                return
        self.go(subject)

    def go(self, subject: int) -> None:
        note = self.pending[subject]
        note.attempts += 1
        note.timer = 0
        target = self.subscription.place()
        wait = 0 if target is None else latency_us(self.world, target, self.subscription.link)
        if wait:
            note.timer = self._calendar.schedule(self._calendar.now_at + wait, self.arrive, subject)
        else:
            self.arrive(subject)

    def arrive(self, subject: int) -> None:
        note = self.pending[subject]
        note.timer = 0
        got = self._hand_over(subject, note)
        if isinstance(got, Struck):
            self._failed(subject, note, got)
        else:
            self._done(records.DELIVERED, subject, note, note.last, self.subscription.link)

    def _hand_over(self, subject: int, note: Notification) -> int | Struck:
        to = self.subscription
        target = to.place()
        if target is None:
            return Struck(gone(to.protocol), 0)
        if to.protocol == "sqs" and len(note.attributes) > QUOTAS.raw_attributes:
            return Struck(TOO_MANY, 0)
        return deliver(self.world, target, self._delivery(subject, note, note.body, to.link))

    def _delivery(self, subject: int, note: Notification, body: int, link: int, attempts: int = 0) -> Delivery:
        return Delivery(
            body,
            subject,
            link,
            note.request,
            note.last,
            note.attributes,
            source=self.node,
            attempts=attempts,
            dead_letter=attempts > 0,
            system=note.publication.system,
        )

    def _failed(self, subject: int, note: Notification, struck: Struck) -> None:
        refusal = struck.refusal
        wait = None if is_permanent(refusal) else self.subscription.retries().wait_us(note.attempts)
        detail = (self.subscription.link, refusal.code, refusal.message, NO_RETRY if wait is None else wait)
        note.last = self._record(records.FAILED, subject, note, struck.cause or note.last, detail)
        if wait is None:
            self._give_up(subject, note)
        else:
            note.timer = self._calendar.schedule(self._calendar.now_at + wait, self.attempt, subject)

    def _give_up(self, subject: int, note: Notification) -> None:
        """Into the dead-letter queue, if there is one that takes it."""
        to = self.subscription
        letters = to.dead_letter_queue()
        if letters is None:
            self._done(records.DISCARDED, subject, note, note.last, to.link)
            return
        link, body = to.dead_letter_link(), note.body
        if to.protocol == LAMBDA:
            body = self._environment.bodies.number(Envelopes(to.topic, note.publication).of(LAMBDA, to.arn))
        got = deliver(self.world, letters, self._delivery(subject, note, body, link, note.attempts))
        if isinstance(got, Struck):
            self._done(records.DISCARDED, subject, note, got.cause or note.last, link)
        else:
            self._done(records.MOVED, subject, note, note.last, link)

    def _done(self, kind: int, subject: int, note: Notification, cause: int, link: int) -> None:
        """The copy is finished; the one behind it in its group has its turn."""
        del self.pending[subject]
        self._record(kind, subject, note, cause, (link,))
        if note.publication.sequence:
            following = self.lines.leave(note.publication.group)
            if following:
                turn = self._calendar.schedule(self._calendar.now_at, self.attempt, following)
                self.pending[following].timer = turn

    def abandon(self, reason: str, cause: int) -> None:
        """Nobody gets what is still waiting here."""
        link = self.subscription.link
        for subject, note in self.pending.items():
            self._calendar.cancel(note.timer)
            self._record(records.ABANDONED, subject, note, cause or note.last, (link, reason))
        self.pending.clear()
        self.lines = Lines()

    def _record(self, kind: int, subject: int, note: Notification, cause: int, detail: tuple[object, ...]) -> int:
        return self._write(kind, self.node, subject, note.request, cause, note.attempts, detail)
