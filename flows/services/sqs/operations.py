"""SQS's operations: the only door in. Inputs are checked, outputs and errors are as AWS answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Answer, Caller, Json, Operation, Pending, Refusal, operations
from flows.services.sqs import attributes, move_tasks, receiving, refusals, sending
from flows.services.sqs.checks import answer, on_queue
from flows.services.sqs.queue import Queue
from flows.services.sqs.quotas import SECOND_US
from flows.services.sqs.records import PURGED

if TYPE_CHECKING:
    from flows.services.world import World

PURGE_EVERY_US = 60 * SECOND_US


def purge_queue(world: World, caller: Caller, queue: Queue, _params: Json) -> Json | Refusal:
    """Everything goes at once (AWS takes up to a minute), at most once a minute."""
    now = world.environment.now_at
    if queue.purged_at >= 0 and now < queue.purged_at + PURGE_EVERY_US:
        return refusals.purge_in_progress(queue.name)
    queue.purged_at = now
    for slot in queue.messages.living():
        queue.record(slot, PURGED, caller.request, caller.cause)
        queue.leave(slot)
    queue.settle()
    return {}


def get_queue_url(world: World, caller: Caller, params: Json) -> Answer | Pending:
    return answer(attributes.get_queue_url(world, caller, params))


def list_queues(world: World, caller: Caller, params: Json) -> Answer | Pending:
    return answer(attributes.list_queues(world, caller, params))


def cancel_message_move_task(world: World, caller: Caller, params: Json) -> Answer | Pending:
    return answer(move_tasks.cancel_message_move_task(world, caller, params))


OPERATIONS = operations(
    Operation("SendMessage", on_queue(sending.send_message)),
    Operation("SendMessageBatch", on_queue(sending.send_message_batch)),
    Operation("ReceiveMessage", on_queue(receiving.receive_message), may_wait=True),
    Operation("DeleteMessage", on_queue(receiving.delete_message)),
    Operation("DeleteMessageBatch", on_queue(receiving.delete_message_batch)),
    Operation("ChangeMessageVisibility", on_queue(receiving.change_message_visibility)),
    Operation("ChangeMessageVisibilityBatch", on_queue(receiving.change_message_visibility_batch)),
    Operation("PurgeQueue", on_queue(purge_queue)),
    Operation("GetQueueAttributes", on_queue(attributes.get_queue_attributes), mutates=False),
    Operation("SetQueueAttributes", on_queue(attributes.set_queue_attributes)),
    Operation("GetQueueUrl", get_queue_url, mutates=False),
    Operation("ListQueues", list_queues, mutates=False),
    Operation("ListDeadLetterSourceQueues", on_queue(attributes.list_dead_letter_source_queues), mutates=False),
    Operation("TagQueue", on_queue(attributes.tag_queue)),
    Operation("UntagQueue", on_queue(attributes.untag_queue)),
    Operation("ListQueueTags", on_queue(attributes.list_queue_tags), mutates=False),
    Operation("StartMessageMoveTask", on_queue(move_tasks.start_message_move_task, "SourceArn")),
    Operation("ListMessageMoveTasks", on_queue(move_tasks.list_message_move_tasks, "SourceArn"), mutates=False),
    Operation("CancelMessageMoveTask", cancel_message_move_task),
    Operation("RedriveMessages", on_queue(move_tasks.redrive_messages, "SourceArn"), aws=False),
)
