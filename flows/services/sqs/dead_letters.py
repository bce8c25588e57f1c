"""Dead letters: whom a queue gives its messages to, and how one moves there.

A message moves when a receive would exceed `maxReceiveCount`: the copy in the queue ends, its child begins in the dead-letter
queue with the same id, body and attributes, the instant it was first sent at (so retention goes on running), and its receive
count, which goes on counting. The receives it had elsewhere (`earlier`) do not count against a policy of the new queue's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.ports import NO_LINK
from flows.services.sqs.messages import Extras
from flows.services.sqs.records import DEAD_LETTER_ARRIVED, MOVED_TO_DLQ

if TYPE_CHECKING:
    from flows.services.sqs.config import RedrivePolicy
    from flows.services.sqs.queue import Queue
    from flows.services.world import World


def bury(queue: Queue, slot: int, limit: int) -> None:
    """One receive too many. The caller has taken the message from those that wait to be received."""
    messages, target, environment = queue.messages, queue.dead_letter_queue, queue.environment
    assert target is not None
    write, subjects = environment.recorder.write, environment.subjects
    old, count, sent_at = messages.subject[slot], messages.receive_count[slot], messages.sent_at[slot]
    extras, first_at = messages.of(slot), messages.first_receive_at[slot]
    detail = (queue.redrive_link, count - messages.earlier[slot], limit)
    moved = write(MOVED_TO_DLQ, queue.node, old, 0, messages.last[slot], count, detail)
    queue.leave(slot)
    subject = subjects.new(int(SubjectKind.MESSAGE), old, subjects.identity[old], subjects.body[old])
    arrived = write(DEAD_LETTER_ARRIVED, target.node, subject, 0, moved, count, (queue.node,))
    new = target.arrive(subject, sent_at, arrived)
    target.messages.receive_count[new] = target.messages.earlier[new] = count
    target.messages.first_receive_at[new] = first_at
    target.messages.extras[new] = Extras(extras.attributes, extras.system, queue.node)


def set_redrive(queue: Queue, policy: RedrivePolicy | None, world: World) -> None:
    """Where the queue's dead letters go from now on."""
    queue.redrive = policy
    queue.dead_letter_queue = None if policy is None else world.nouns[policy.dead_letter_target]
    queue.redrive_link = NO_LINK if policy is None else world.link_between(queue.node, policy.dead_letter_target)


def allows_redrive(target: Queue, source: Queue) -> bool:
    """Whether `source` may name `target` as its dead-letter queue."""
    allow = target.redrive_allow
    return allow.permission == "allowAll" or (allow.permission == "byQueue" and source.node in allow.sources)


def sources_of(world: World, queue: Queue) -> list[Queue]:
    """The queues whose dead letters go to `queue`."""
    return [each for each in world.nouns_of("sqs") if each.dead_letter_queue is queue]
