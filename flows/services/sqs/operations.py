"""SQS's operations: the only door in. Inputs are checked, outputs and errors are as AWS answers."""

from __future__ import annotations

from flows.services.ports import Operation, operations
from flows.services.sqs import attributes, move_tasks, policies, queues, receiving, sending
from flows.services.sqs.checks import on_account, on_messages, on_queue

OPERATIONS = operations(
    Operation("CreateQueue", on_account(queues.create_queue)),
    Operation("DeleteQueue", on_queue(queues.delete_queue)),
    Operation("SendMessage", on_messages("SendMessage", sending.send_message)),
    Operation("SendMessageBatch", on_messages("SendMessageBatch", sending.send_message_batch)),
    Operation("ReceiveMessage", on_messages("ReceiveMessage", receiving.receive_message), may_wait=True),
    Operation("DeleteMessage", on_messages("DeleteMessage", receiving.delete_message)),
    Operation("DeleteMessageBatch", on_messages("DeleteMessageBatch", receiving.delete_message_batch)),
    Operation("ChangeMessageVisibility", on_messages("ChangeMessageVisibility", receiving.change_message_visibility)),
    Operation(
        "ChangeMessageVisibilityBatch",
        on_messages("ChangeMessageVisibilityBatch", receiving.change_message_visibility_batch),
    ),
    Operation("PurgeQueue", on_queue(queues.purge_queue)),
    Operation("GetQueueAttributes", on_queue(attributes.get_queue_attributes), mutates=False),
    Operation("SetQueueAttributes", on_queue(attributes.set_queue_attributes)),
    Operation("GetQueueUrl", on_account(queues.get_queue_url), mutates=False),
    Operation("ListQueues", on_account(queues.list_queues), mutates=False),
    Operation("ListDeadLetterSourceQueues", on_queue(queues.list_dead_letter_source_queues), mutates=False),
    Operation("AddPermission", on_queue(policies.add_permission)),
    Operation("RemovePermission", on_queue(policies.remove_permission)),
    Operation("TagQueue", on_queue(queues.tag_queue)),
    Operation("UntagQueue", on_queue(queues.untag_queue)),
    Operation("ListQueueTags", on_queue(queues.list_queue_tags), mutates=False),
    Operation("StartMessageMoveTask", on_queue(move_tasks.start_message_move_task, "SourceArn")),
    Operation("ListMessageMoveTasks", on_queue(move_tasks.list_message_move_tasks, "SourceArn"), mutates=False),
    Operation("CancelMessageMoveTask", on_account(move_tasks.cancel_message_move_task)),
    Operation("RedriveMessages", on_queue(move_tasks.redrive_messages, "SourceArn"), aws=False),
)
