"""Amazon SQS: standard, fair and FIFO queues, and every operation of the API.

**Simulated**: visibility timeout (queue, receive, ChangeMessageVisibility, twelve hours in all), delay (queue and message),
retention, receive counts, redrive policy and redrive allow policy, message move tasks with rate, long polling, purge, message
attributes, trace headers and their digests, batches, quotas, permissions, tags; queues made, found and deleted while the run goes
(a name is free again after a minute); AWS's errors.

**FIFO**: order within message groups; a group waits while an earlier message of it is in flight, and says for which; five minutes of
deduplication by id or content, in the queue or in each group, outliving the message; sequence numbers; receipt handles that
expire with the visibility timeout; receive request attempt ids; a delay of the queue only, that holds for messages which wait
already; 300 calls a second of each operation (RequestThrottled), of each group at high throughput; a dead letter's age begins
anew and its message id is its deduplication id.

**Approximated**: messages of a standard queue are received in the order in which they became visible (AWS promises none) and
exactly as often as their visibility says (AWS may deliver twice); counts are exact; a purge and a deletion are immediate; a change
of the deduplication scope holds after a minute, other changes at once; a move task without a rate moves 500 messages a second,
takes what is visible and ends with the last of those it found at its start; a dead-letter queue that has a dead-letter queue itself
counts its own receives only; ready groups of a FIFO queue are received from in the order in which they became ready. In a fair
queue (a standard one whose messages name groups) groups take turns, and one that holds more than half of the messages in flight
has its turn when no other waits.

**Left out**: the effect of access policies and encryption (kept and answered); the region's quota at high throughput; that AWS
looks at the first 120,000 messages of a FIFO queue only; other accounts.
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


def build(world: World, node: CompiledNode) -> Queue:
    """The node's queue."""
    assert isinstance(node.config, QueueConfig)
    kind = FifoQueue if node.config.fifo else Queue
    queue = kind(world.environment, node, node.config, world.topology)
    queue.long_polls = LongPolls(world, queue)
    return queue


def connect(world: World, node: CompiledNode) -> None:
    """Its dead-letter queue; what the topology says besides; an outage stops who polls."""
    queue: Queue = world.nouns[node.index]
    set_redrive(queue, queue.redrive, world)
    from_topology(queue, node.properties)
    world.faults.watch((NODE, node.index), queue.outage)


SERVICE = Service("sqs", OPERATIONS, KINDS, build, connect)
