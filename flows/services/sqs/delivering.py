"""A service delivers to a queue: an event's record, a notification, or a dead letter that somebody else gave up on.

A delivered message is a new one whose parent is the copy it comes of. A dead letter keeps the link it came over (`origin`):
AWS cannot redrive it, the playground can (`wide_redrive.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.sqs.messages import NO_EXTRAS, Extras
from flows.services.sqs.records import FAILURE_ARRIVED

if TYPE_CHECKING:
    from flows.services.ports import Delivery, Refusal
    from flows.services.sqs.queue import Queue

MESSAGE = int(SubjectKind.MESSAGE)


def deliver(queue: Queue, delivery: Delivery) -> int | Refusal:
    """Answers the message's subject, or why the queue does not take it."""
    environment = queue.environment
    refusal = queue.refuses(environment.bodies.text(delivery.body))
    if refusal is not None:
        return refusal
    if not delivery.dead_letter:
        extras = Extras(delivery.attributes) if delivery.attributes else NO_EXTRAS
        return queue.send(delivery.body, delivery.link, delivery.request, delivery.cause, -1, extras, delivery.parent)
    subject = environment.subjects.new(MESSAGE, delivery.parent, 0, delivery.body)
    detail = (delivery.source, delivery.link)
    last = environment.recorder.write(
        FAILURE_ARRIVED, queue.node, subject, delivery.request, delivery.cause, delivery.attempts, detail
    )
    slot = queue.arrive(subject, environment.now_at, last)
    queue.messages.extras[slot] = Extras(delivery.attributes, origin=delivery.link)
    return subject
