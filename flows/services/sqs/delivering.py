"""A service delivers to a queue: an event's record, a notification, or a dead letter that somebody else gave up on.

A delivered message is a new one whose parent is the copy it comes of. A dead letter keeps the link it came over (`origin`):
AWS cannot redrive it, the playground can (`wide_redrive.py`). The system attributes that come along hold as if SendMessage
had named them: a trace header, a message group, a deduplication id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.sqs import refusals
from flows.services.sqs.digests import sha256_of
from flows.services.sqs.group_records import FAILURE_JOINED
from flows.services.sqs.messages import NO_EXTRAS, Extras
from flows.services.sqs.quotas import FORBIDDEN
from flows.services.sqs.records import FAILURE_ARRIVED

if TYPE_CHECKING:
    from flows.services.ports import Delivery, Json, Refusal
    from flows.services.sqs.queue import Queue

MESSAGE = int(SubjectKind.MESSAGE)
GROUP, DEDUPLICATION = "MessageGroupId", "MessageDeduplicationId"


def deliver(queue: Queue, delivery: Delivery) -> int | Refusal:
    """Answers the message's subject, or why the queue does not take it."""
    environment = queue.environment
    text = environment.bodies.text(delivery.body)
    refusal = queue.refuses(text)
    if refusal is not None:
        return refusal
    group = str(delivery.system.get(GROUP, ""))
    deduplication = str(delivery.system.get(DEDUPLICATION, ""))
    if queue.fifo:
        if not group:
            return refusals.missing(GROUP)
        if not deduplication and queue.content_based:
            deduplication = sha256_of(text)
        if not deduplication:
            return refusals.no_deduplication_id()
    system = kept(delivery.system, fifo=queue.fifo)
    if delivery.dead_letter:
        return _take_failure(queue, delivery, system, group, deduplication)
    extras = Extras(delivery.attributes, system) if delivery.attributes or system else NO_EXTRAS
    at = (delivery.body, delivery.link, delivery.request, delivery.cause)
    return queue.send(*at, -1, extras, delivery.parent, group, deduplication)


def refuses(queue: Queue, body: str) -> Refusal | None:
    """Why a body cannot be sent to the queue."""
    if FORBIDDEN.search(body):
        return refusals.invalid_content()
    return refusals.too_long(queue.maximum_bytes) if len(body.encode()) > queue.maximum_bytes else None


def kept(system: Json, *, fifo: bool) -> Json:
    """The system attributes that are kept with the message. A FIFO queue knows groups and ids itself; a standard one has no ids."""
    dropped = (GROUP, DEDUPLICATION) if fifo else (DEDUPLICATION,)
    return {name: value for name, value in system.items() if name not in dropped}


def _take_failure(queue: Queue, delivery: Delivery, system: Json, group: str, deduplication: str) -> int:
    environment = queue.environment
    subject = environment.subjects.new(MESSAGE, delivery.parent, 0, delivery.body)
    detail: tuple[int | str, ...] = (delivery.source, delivery.link)
    kind, detail = (FAILURE_JOINED, (*detail, group)) if group else (FAILURE_ARRIVED, detail)
    last = environment.recorder.write(
        kind, queue.node, subject, delivery.request, delivery.cause, delivery.attempts, detail
    )
    extras = Extras(delivery.attributes, system, origin=delivery.link)
    queue.arrive(subject, environment.now_at, last, extras, group, deduplication)
    return subject
