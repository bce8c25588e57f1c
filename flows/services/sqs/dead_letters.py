"""Dead letters: whom a queue gives its messages to, and how one moves there.

A message moves when a receive would exceed `maxReceiveCount`: the copy in the queue ends, its child begins in the dead-letter
queue with the same id, body and attributes, the instant it was first sent at (so retention goes on running), and its receive
count, which goes on counting. The receives it had elsewhere (`earlier`) do not count against a policy of the new queue's own.

In a FIFO dead-letter queue its age begins anew, it keeps its group, and its message id is its deduplication id (so that two
messages which happened to share one are both kept).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.engine.subjects import SubjectKind
from flows.services.ports import NO_LINK
from flows.services.sqs.group_records import DEAD_LETTER_JOINED
from flows.services.sqs.messages import Extras
from flows.services.sqs.records import DEAD_LETTER_ARRIVED, MOVED_TO_DLQ

if TYPE_CHECKING:
    from flows.services.sqs.config import RedrivePolicy
    from flows.services.sqs.queue import Queue
    from flows.services.world import World

REDRIVE = "redrive"
"""The kind of the link over which dead letters go."""


def bury(queue: Queue, slot: int, limit: int) -> None:
    """One receive too many. The caller has taken the message from those that wait to be received."""
    messages, target, environment = queue.messages, queue.dead_letter_queue, queue.environment
    assert target is not None
    write, subjects = environment.recorder.write, environment.subjects
    old, count, sent_at = messages.subject[slot], messages.receive_count[slot], messages.sent_at[slot]
    extras, first_at, group = messages.of(slot), messages.first_receive_at[slot], queue.group_of(slot)
    detail = (queue.redrive_link, count - messages.earlier[slot], limit)
    moved = write(MOVED_TO_DLQ, queue.node, old, 0, messages.last[slot], count, detail)
    queue.leave(slot)
    subject = subjects.new(int(SubjectKind.MESSAGE), old, subjects.identity[old], subjects.body[old])
    kind, where = (DEAD_LETTER_JOINED, (queue.node, group)) if group else (DEAD_LETTER_ARRIVED, (queue.node,))
    arrived = write(kind, target.node, subject, 0, moved, count, where)
    deduplication = ""
    if target.fifo:
        sent_at, deduplication = environment.now_at, message_id(environment.seed, subjects.identity[old])
    new = target.arrive(
        subject, sent_at, arrived, Extras(extras.attributes, extras.system, queue.node), group, deduplication
    )
    target.messages.receive_count[new] = target.messages.earlier[new] = count
    target.messages.first_receive_at[new] = first_at


def set_redrive(queue: Queue, policy: RedrivePolicy | None, world: World) -> None:
    """Where the queue's dead letters go from now on. What is not drawn yet is a link from now on."""
    queue.redrive = policy
    queue.dead_letter_queue, queue.redrive_link = None, NO_LINK
    if policy is None:
        return
    target = world.nouns[policy.dead_letter_target]
    queue.dead_letter_queue = target if hasattr(target, "arrive") else None
    queue.redrive_link = world.link_between(queue.node, policy.dead_letter_target, REDRIVE)
    if queue.redrive_link == NO_LINK and queue.dead_letter_queue is not None:
        queue.redrive_link = world.join(REDRIVE, queue.node, policy.dead_letter_target, None).index


def allows_redrive(target: Queue, source_arn: str) -> bool:
    """Whether the queue of that ARN may name `target` as its dead-letter queue."""
    allow, nodes = target.redrive_allow, target.topology.nodes
    named = (*allow.source_arns, *(nodes[index].arn for index in allow.sources))
    return allow.permission == "allowAll" or (allow.permission == "byQueue" and source_arn in named)


def sources_of(world: World, queue: Queue) -> list[Queue]:
    """The queues whose dead letters go to `queue`."""
    return [each for each in world.nouns_of("sqs") if each.dead_letter_queue is queue]
