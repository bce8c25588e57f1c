"""What readers of streams (mappings, pipes, delivery streams) may write in the trace. Numbers 230–249; they are stable, and Lambda's.

A record that is read is a copy: a child of the stream's record, with the same identity. It is *pending* at the stream from
StreamRecordRead on, until it is processed or discarded. A batch is a subject of its own (kind BATCH): what is split off has it as
its parent, so the records about batches are the tree of a bisection.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

READ, RETRIED, FAILED, PROCESSED, DISCARDED, FILTERED = 230, 231, 232, 233, 234, 235
BLOCKED, FREED, OFFERED, BATCH_FAILED, BISECTED, BATCH_DISCARDED = 236, 237, 238, 239, 240, 241
THROTTLED, UNDELIVERED, WINDOW_CLOSED = 242, 243, 244

LINK = Field("link", FieldType.LINK)
SHARD = Field("shard", FieldType.STRING)
RECORDS = Field("records", FieldType.INTEGER)
CONDITION = Field("condition", FieldType.STRING)
REASON = Field("reason", FieldType.STRING)
UNTIL = Field("until", FieldType.INSTANT)
ERROR = (Field("error_type", FieldType.STRING), Field("error", FieldType.BODY))

KINDS = (
    Kind(
        READ,
        "lambda",
        "StreamRecordRead",
        (LINK, SHARD),
        "read over {link} from {shard}; the record itself stays in {node}",
        to="pending",
        motion="forward",
        rate=True,
    ),
    Kind(
        RETRIED,
        "lambda",
        "StreamRecordRetried",
        (LINK, SHARD),
        "handed on again with its batch, for the {attempt}. time",
        motion="forward",
    ),
    Kind(
        FAILED,
        "lambda",
        "StreamRecordFailed",
        (LINK, *ERROR),
        "its batch failed with {error_type} (attempt {attempt}); over {link} it is tried again, or given up",
        outcome="retry",
        motion="backward",
    ),
    Kind(
        PROCESSED,
        "lambda",
        "StreamRecordProcessed",
        (LINK,),
        "processed: reading over {link} goes on behind it",
        to="delivered",
        outcome="delivered",
    ),
    Kind(
        DISCARDED,
        "lambda",
        "StreamRecordDiscarded",
        (LINK, CONDITION),
        "given up over {link}: {condition}; the record itself stays in {node} until its retention is over",
        to="discarded",
        outcome="lost",
    ),
    Kind(
        FILTERED,
        "lambda",
        "StreamRecordFiltered",
        (LINK, REASON),
        "passed by over {link}, filtered because {reason}",
    ),
    Kind(
        BLOCKED,
        "lambda",
        "ShardBlocked",
        (LINK, SHARD, RECORDS, Field("waiting", FieldType.INTEGER), UNTIL, REASON),
        "{shard} is blocked by a batch of {records} that failed with {reason}; it is tried again at {until}, and {waiting} records "
        "behind it wait",
        outcome="retry",
    ),
    Kind(
        FREED,
        "lambda",
        "ShardFreed",
        (LINK, SHARD, REASON),
        "{shard} is no longer blocked: {reason}",
    ),
    Kind(
        OFFERED,
        "lambda",
        "StreamBatchOffered",
        (LINK, SHARD, RECORDS, Field("first", FieldType.STRING), Field("last", FieldType.STRING)),
        "a batch of {records} from {shard} is handed on over {link} (attempt {attempt})",
    ),
    Kind(
        BATCH_FAILED,
        "lambda",
        "StreamBatchFailed",
        (LINK, SHARD, RECORDS, Field("kept", FieldType.INTEGER), *ERROR),
        "the batch of {records} failed with {error_type} (attempt {attempt}); {kept} of its records are left",
        outcome="retry",
    ),
    Kind(
        BISECTED,
        "lambda",
        "StreamBatchBisected",
        (
            LINK,
            SHARD,
            Field("left", FieldType.SUBJECT),
            Field("left_records", FieldType.INTEGER),
            Field("right", FieldType.SUBJECT),
            Field("right_records", FieldType.INTEGER),
        ),
        "the failed batch was split into {left_records} and {right_records} records; splitting uses up no retry",
    ),
    Kind(
        BATCH_DISCARDED,
        "lambda",
        "StreamBatchDiscarded",
        (LINK, SHARD, RECORDS, CONDITION),
        "the batch of {records} from {shard} is given up: {condition}",
        outcome="lost",
    ),
    Kind(
        THROTTLED,
        "lambda",
        "StreamBatchThrottled",
        (LINK, SHARD, RECORDS, UNTIL, REASON),
        "throttled: {reason}; the batch of {records} is tried again at {until}, and uses up no retry",
        outcome="retry",
    ),
    Kind(
        UNDELIVERED,
        "lambda",
        "StreamFailureUndelivered",
        (LINK, Field("error_type", FieldType.STRING), Field("message", FieldType.STRING)),
        "what there was to say about the discarded batch did not arrive over {link}: {error_type}",
        outcome="lost",
        motion="backward",
    ),
    Kind(
        WINDOW_CLOSED,
        "lambda",
        "TumblingWindowClosed",
        (LINK, SHARD, REASON),
        "a tumbling window over {shard} is closed: {reason}",
    ),
)
