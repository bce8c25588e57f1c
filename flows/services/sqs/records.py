"""What a queue may write in the trace. Numbers 100–149; they are stable, stored traces hold them. 122–129 are in `group_records.py`."""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind
from flows.services.sqs.group_records import KINDS as GROUP_KINDS

SENT, DELAYED, RECEIVED, DELETED, BECAME_VISIBLE, VISIBILITY_CHANGED = 100, 101, 102, 103, 104, 105
MOVED_TO_DLQ, DEAD_LETTER_ARRIVED, EXPIRED, PURGED = 106, 107, 108, 109
REDRIVEN, REDRIVEN_ARRIVED = 110, 111
TASK_STARTED, TASK_PROGRESSED, TASK_COMPLETED, TASK_CANCELLED, TASK_FAILED = 112, 113, 114, 115, 116
REFUSED, DELAY_ELAPSED, ATTRIBUTES_CHANGED = 117, 118, 119
FAILURE_ARRIVED, RETURNED = 120, 121
GONE_WITH_QUEUE = 130

LINK = Field("link", FieldType.LINK)
VISIBLE_AT = Field("visible_at", FieldType.INSTANT)
SOURCE = Field("source", FieldType.NODE)
DESTINATION = Field("destination", FieldType.NODE)
MOVED = Field("moved", FieldType.INTEGER)
TOTAL = Field("total", FieldType.INTEGER)

KINDS = (
    Kind(
        SENT,
        "sqs",
        "MessageSent",
        (LINK,),
        "sent to {node}; visible at once",
        to="visible",
        motion="forward",
        rate=True,
    ),
    Kind(
        DELAYED,
        "sqs",
        "MessageDelayed",
        (LINK, Field("delivers_at", FieldType.INSTANT)),
        "sent to {node}; delayed until {delivers_at}",
        to="delayed",
        motion="forward",
        rate=True,
    ),
    Kind(
        RECEIVED,
        "sqs",
        "MessageReceived",
        (LINK, VISIBLE_AT),
        "received (receive {attempt}); in flight until {visible_at}",
        to="in_flight",
        motion="forward",
    ),
    Kind(DELETED, "sqs", "MessageDeleted", (), "deleted after receive {attempt}", to="deleted", outcome="delivered"),
    Kind(
        BECAME_VISIBLE,
        "sqs",
        "MessageBecameVisible",
        (),
        "visible again: the visibility timeout of receive {attempt} passed and nobody deleted it",
        to="visible",
        outcome="retry",
    ),
    Kind(
        VISIBILITY_CHANGED,
        "sqs",
        "VisibilityChanged",
        (VISIBLE_AT,),
        "visibility timeout changed; in flight until {visible_at}",
        to="in_flight",
    ),
    Kind(
        MOVED_TO_DLQ,
        "sqs",
        "MessageMovedToDeadLetterQueue",
        (LINK, Field("receive_count", FieldType.INTEGER), Field("maximum", FieldType.INTEGER)),
        "moved over {link} after {receive_count} receives (maximum {maximum})",
        to="moved",
        outcome="lost",
        motion="forward",
    ),
    Kind(
        DEAD_LETTER_ARRIVED,
        "sqs",
        "DeadLetterArrived",
        (SOURCE,),
        "arrived as a dead letter from {source}, received {attempt} times there; its retention goes on from when it was first sent",
        to="visible",
        outcome="lost",
    ),
    Kind(
        EXPIRED,
        "sqs",
        "MessageExpired",
        (Field("retention", FieldType.LENGTH),),
        "expired: nobody deleted it within the retention period of {retention}",
        to="expired",
        outcome="lost",
    ),
    Kind(PURGED, "sqs", "MessagePurged", (), "purged with the whole queue", to="purged"),
    Kind(
        REDRIVEN,
        "sqs",
        "MessageRedriven",
        (DESTINATION, Field("task", FieldType.SUBJECT), Field("edited", FieldType.INTEGER)),
        "redriven to {destination} by a message move task",
        to="moved",
        outcome="delivered",
    ),
    Kind(
        REDRIVEN_ARRIVED,
        "sqs",
        "RedrivenMessageArrived",
        (SOURCE, LINK),
        "arrived as a redriven message from {source}, with a new id and no receives",
        to="visible",
        motion="backward",
        rate=True,
    ),
    Kind(
        TASK_STARTED,
        "sqs",
        "MoveTaskStarted",
        (SOURCE, DESTINATION, TOTAL, Field("rate", FieldType.INTEGER)),
        "message move task started: {total} to move from {source}, at most {rate} a second",
    ),
    Kind(TASK_PROGRESSED, "sqs", "MoveTaskProgressed", (MOVED, TOTAL), "message move task: {moved} of {total} moved"),
    Kind(
        TASK_COMPLETED,
        "sqs",
        "MoveTaskCompleted",
        (MOVED,),
        "message move task completed: {moved} moved",
        outcome="delivered",
    ),
    Kind(TASK_CANCELLED, "sqs", "MoveTaskCancelled", (MOVED,), "message move task cancelled: {moved} moved"),
    Kind(
        TASK_FAILED,
        "sqs",
        "MoveTaskFailed",
        (Field("reason", FieldType.STRING),),
        "message move task failed: {reason}",
        outcome="lost",
    ),
    Kind(
        REFUSED,
        "sqs",
        "OperationRefused",
        (Field("operation", FieldType.STRING), Field("code", FieldType.STRING), Field("message", FieldType.STRING)),
        "{operation} was refused: {code}: {message}",
        outcome="lost",
    ),
    Kind(DELAY_ELAPSED, "sqs", "DelayElapsed", (), "visible: its delay is over", to="visible"),
    Kind(
        ATTRIBUTES_CHANGED,
        "sqs",
        "QueueAttributesChanged",
        (Field("attributes", FieldType.STRING),),
        "attributes changed: {attributes}",
    ),
    Kind(
        FAILURE_ARRIVED,
        "sqs",
        "FailureArrived",
        (SOURCE, LINK),
        "arrived as a dead letter: {source} gave up on it after {attempt} attempts",
        to="visible",
        outcome="lost",
        motion="forward",
    ),
    Kind(
        RETURNED,
        "sqs",
        "DeadLetterReturned",
        (LINK, DESTINATION, Field("task", FieldType.SUBJECT), Field("edited", FieldType.INTEGER)),
        "returned to {destination}, where it had failed: the playground's own redrive",
        to="moved",
        outcome="delivered",
        motion="backward",
    ),
    Kind(
        GONE_WITH_QUEUE,
        "sqs",
        "MessageGoneWithQueue",
        (),
        "gone: its queue was deleted",
        to="purged",
        outcome="lost",
    ),
    *GROUP_KINDS,
)
