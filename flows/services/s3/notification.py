"""One notification of a bucket: which events it wants, and how it delivers them.

Delivery is asynchronous and at least once. An attempt that fails for a reason that may pass is tried again after one second,
doubling up to five minutes, for a day (AWS says no more than that it tries); then the event is gone, for a bucket has no
dead-letter queue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.deliveries import deliver, is_permanent, latency_us
from flows.services.faults import Struck
from flows.services.ports import Caller, Delivery
from flows.services.s3 import records
from flows.services.s3.event import Object, event_text
from flows.services.s3.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.s3.bucket import Bucket
    from flows.services.s3.config import NotificationConfig

MESSAGE = int(SubjectKind.MESSAGE)
NO_RETRY = -1
TITLE = "Amazon S3 Notification"


@dataclass(slots=True)
class Telling:
    """One event on its way: `last` is its last record."""

    body: int
    begun_at: int
    request: int
    last: int
    attempts: int = 0


class Notification:
    def __init__(self, bucket: Bucket, config: NotificationConfig, link: int) -> None:
        self.bucket = bucket
        self.config = config
        self.link = link
        self.pending: dict[int, Telling] = {}
        self._calendar = bucket.environment.calendar
        self._write = bucket.environment.recorder.write

    def wants(self, name: str, key: str) -> bool:
        """Whether it is told of the event `name` ("ObjectCreated:Put") about that key."""
        config = self.config
        if not (key.startswith(config.prefix) and key.endswith(config.suffix)):
            return False
        full = f"s3:{name}"
        return any(full == event or (event.endswith("*") and full.startswith(event[:-1])) for event in config.events)

    def tell(self, name: str, about: Object, request: int, cause: int) -> None:
        environment = self.bucket.environment
        body = environment.bodies.number(event_text(self.bucket, self.config.id, name, about))
        subject = environment.subjects.new(MESSAGE, about.subject, 0, body)
        detail = (self.link, name, about.key)
        last = self._write(records.PENDING, self.bucket.node, subject, request, cause, 0, detail)
        self.pending[subject] = Telling(body, self._calendar.now_at, request, last)
        self.attempt(subject)

    def removed(self, _caller: Caller | None) -> None:
        """The bucket tells this target nothing any more: what still waits is gone."""
        if self in self.bucket.notifications:
            self.bucket.notifications.remove(self)
        for subject, told in list(self.pending.items()):
            del self.pending[subject]
            self._record(records.DISCARDED, subject, told, told.last, (self.link,))

    def attempt(self, subject: int) -> None:
        """One attempt; a slow way makes it arrive later."""
        if subject not in self.pending:
            return
        self.pending[subject].attempts += 1
        wait = latency_us(self.bucket.world, self.config.target, self.link)
        if wait:
            self._calendar.schedule(self._calendar.now_at + wait, self.arrive, subject)
        else:
            self.arrive(subject)

    def arrive(self, subject: int) -> None:
        told, node = self.pending.get(subject), self.bucket.node
        if told is None:
            return
        delivery = Delivery(told.body, subject, self.link, told.request, told.last, title=TITLE, source=node)
        got = deliver(self.bucket.world, self.config.target, delivery)
        if isinstance(got, Struck):
            self._failed(subject, told, got)
            return
        del self.pending[subject]
        self._record(records.DELIVERED, subject, told, told.last, (self.link,))

    def _failed(self, subject: int, told: Telling, struck: Struck) -> None:
        refusal, now = struck.refusal, self._calendar.now_at
        wait = min(QUOTAS.backoff_us << (told.attempts - 1), QUOTAS.longest_backoff_us)
        again = not is_permanent(refusal) and now + wait - told.begun_at <= QUOTAS.notification_age_us
        detail = (self.link, refusal.code, refusal.message, wait if again else NO_RETRY)
        told.last = self._record(records.FAILED, subject, told, struck.cause or told.last, detail)
        if again:
            self._calendar.schedule(now + wait, self.attempt, subject)
        else:
            del self.pending[subject]
            self._record(records.DISCARDED, subject, told, told.last, (self.link,))

    def _record(self, kind: int, subject: int, told: Telling, cause: int, detail: tuple[object, ...]) -> int:
        return self._write(kind, self.bucket.node, subject, told.request, cause, told.attempts, detail)
