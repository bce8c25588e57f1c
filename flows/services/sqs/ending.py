"""A queue is purged or deleted: what it holds ends.

Of a deleted queue the messages are gone, each with a record of its own, so that the ledger balances; whoever waits for one is told that the queue
does not exist; move tasks from or to it end; queues that named it as their dead-letter queue keep the policy and move nothing
(AWS: the policy goes on naming a queue that is not there). A queue made again with its ARN is their dead-letter queue again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.sqs.records import GONE_WITH_QUEUE, PURGED

if TYPE_CHECKING:
    from flows.services.ports import Caller
    from flows.services.sqs.queue import Queue

NO_DESTINATION = "AWS.SimpleQueueService.NonExistentQueue"


def purge(queue: Queue, request: int, cause: int) -> None:
    """Everything goes, oldest first, whatever state it is in."""
    for slot in queue.messages.living():
        queue.record(slot, PURGED, request, cause)
        queue.leave(slot)
    queue.settle()


def end(queue: Queue, caller: Caller | None) -> None:
    """The queue and what it holds end now."""
    request, cause = (caller.request, caller.cause) if caller else (0, 0)
    queue.outage(begins=True)
    for slot in queue.messages.living():
        queue.record(slot, GONE_WITH_QUEUE, request, cause)
        queue.leave(slot)
    queue.settle()
    queue.long_polls.end()
    for each in queue.long_polls.neighbours():
        for task in each.move_tasks:
            if task.source is queue or task.destination is queue:
                task.fail(NO_DESTINATION)
        if each.dead_letter_queue is queue:
            each.dead_letter_queue = None
