"""Amazon SQS: standard queues.

**Simulated**: visibility timeout (queue, receive, ChangeMessageVisibility), delay (queue and message), retention, receive
counts, redrive policy and redrive allow policy, message move tasks with rate, long polling, purge, message attributes and
their digests, batches, quotas, AWS's errors.

**Approximated**: messages are received in the order in which they became visible (AWS promises none) and exactly as often as
their visibility says (AWS may deliver twice); counts are exact; a purge is immediate; a move task without a rate moves 500
messages a second, takes what is visible and ends with the last of those it found at its start; a dead-letter queue that has
a dead-letter queue itself counts its own receives only.

**Left out**: FIFO queues (drawn, but not run), fair queues' ordering (a message group id is kept and answered), the limit of
twelve hours in flight over all changes of a receive's visibility, access policies and encryption (kept and answered, without
effect).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.faults import NODE
from flows.services.ports import Service
from flows.services.sqs.attributes import from_topology
from flows.services.sqs.config import QueueConfig
from flows.services.sqs.dead_letters import set_redrive
from flows.services.sqs.fifo import FifoQueue
from flows.services.sqs.operations import OPERATIONS
from flows.services.sqs.polling import LongPolls
from flows.services.sqs.queue import Queue
from flows.services.sqs.records import KINDS
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World


def build(world: World, node: CompiledNode) -> Queue | None:
    """The node's queue."""
    if not isinstance(node.config, QueueConfig):
        return None
    kind = FifoQueue if node.config.fifo else Queue
    queue = kind(world.environment, node, node.config, world.topology)
    queue.long_polls = LongPolls(world, queue)
    return queue


def connect(world: World, node: CompiledNode) -> None:
    """Its dead-letter queue; an outage stops who polls."""
    queue = world.nouns[node.index]
    if isinstance(queue, Queue):
        set_redrive(queue, queue.redrive, world)
        from_topology(queue, node.properties)
        world.faults.watch((NODE, node.index), queue.outage)


SERVICE = Service("sqs", OPERATIONS, KINDS, build, connect)
