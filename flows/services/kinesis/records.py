"""What streams may write in the trace. Numbers 700–729; they are stable.

A record lies *visible* in its stream from RecordPut until its retention is over; reading it changes nothing.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

PUT, EXPIRED, GONE, THROTTLED = 700, 701, 702, 703
SPLIT, MERGED, CHANGED, CONSUMER = 704, 705, 706, 707

LINK = Field("link", FieldType.LINK)
SHARD = Field("shard", FieldType.STRING)

KINDS = (
    Kind(
        PUT,
        "kinesis",
        "RecordPut",
        (LINK, SHARD, Field("key", FieldType.STRING)),
        "put into {shard} of {node}, where its partition key {key} leads",
        to="visible",
        motion="forward",
        rate=True,
    ),
    Kind(
        EXPIRED,
        "kinesis",
        "RecordExpired",
        (SHARD,),
        "its retention is over: it is no longer in {shard} of {node}",
        to="expired",
    ),
    Kind(
        GONE,
        "kinesis",
        "RecordGoneWithStream",
        (SHARD,),
        "gone: {node} was deleted",
        to="purged",
        outcome="lost",
    ),
    Kind(
        THROTTLED,
        "kinesis",
        "ShardThrottled",
        (LINK, SHARD, Field("key", FieldType.STRING), Field("reason", FieldType.STRING)),
        "not put into {node}: {shard}, where the partition key {key} leads, {reason}",
        outcome="retry",
        motion="backward",
    ),
    Kind(
        SPLIT,
        "kinesis",
        "ShardSplit",
        (SHARD, Field("left", FieldType.STRING), Field("right", FieldType.STRING)),
        "{shard} of {node} was split into {left} and {right}",
    ),
    Kind(
        MERGED,
        "kinesis",
        "ShardsMerged",
        (SHARD, Field("other", FieldType.STRING), Field("child", FieldType.STRING)),
        "{shard} and {other} of {node} were merged into {child}",
    ),
    Kind(
        CHANGED,
        "kinesis",
        "StreamChanged",
        (Field("setting", FieldType.STRING), Field("value", FieldType.STRING)),
        "{node}: {setting} is now {value}",
    ),
    Kind(
        CONSUMER,
        "kinesis",
        "StreamConsumerChanged",
        (Field("consumer", FieldType.STRING), Field("state", FieldType.STRING)),
        "the consumer {consumer} of {node} is {state}",
    ),
)
