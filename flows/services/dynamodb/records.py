"""What tables may write in the trace. Numbers 730–769; they are stable.

An item as it was written is a subject: *visible* in its table until it is replaced by what is written next under its key, deleted, or
expired. A change told in the table's stream is a child of what it tells of; it is no copy of anything, and counted nowhere. One on its way into
a Kinesis stream is pending at the table until it is there.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

PUT, REPLACED, UPDATED, DELETED, EXPIRED = 730, 731, 732, 733, 734
GONE, CONDITION_FAILED, THROTTLED, CHANGED, STREAMED = 735, 736, 737, 738, 739
FORWARDING, FORWARDED, FORWARD_FAILED, FORWARD_LOST = 740, 741, 742, 743

LINK = Field("link", FieldType.LINK)
KEY = Field("key", FieldType.STRING)

KINDS = (
    Kind(
        PUT,
        "dynamodb",
        "ItemPut",
        (LINK, KEY),
        "item {key} was put into {node}",
        to="visible",
        motion="forward",
        rate=True,
    ),
    Kind(
        REPLACED,
        "dynamodb",
        "ItemReplaced",
        (KEY,),
        "item {key} as it was: something else was written under its key",
        to="deleted",
    ),
    Kind(
        UPDATED,
        "dynamodb",
        "ItemUpdated",
        (LINK, KEY),
        "item {key} of {node} was updated",
        to="visible",
        motion="forward",
        rate=True,
    ),
    Kind(DELETED, "dynamodb", "ItemDeleted", (LINK, KEY), "item {key} was deleted from {node}", to="deleted"),
    Kind(
        EXPIRED,
        "dynamodb",
        "ItemExpired",
        (KEY,),
        "item {key} of {node} expired: its time to live is over",
        to="expired",
    ),
    Kind(GONE, "dynamodb", "ItemGoneWithTable", (KEY,), "gone: {node} was deleted", to="purged", outcome="lost"),
    Kind(
        CONDITION_FAILED,
        "dynamodb",
        "ConditionFailed",
        (LINK, KEY, Field("condition", FieldType.STRING)),
        "nothing was written under {key} in {node}: {condition} does not hold",
        outcome="retry",
        motion="backward",
    ),
    Kind(
        THROTTLED,
        "dynamodb",
        "TableThrottled",
        (LINK, Field("reason", FieldType.STRING)),
        "{node} was not asked: {reason}",
        outcome="retry",
        motion="backward",
    ),
    Kind(
        CHANGED,
        "dynamodb",
        "TableChanged",
        (Field("setting", FieldType.STRING), Field("value", FieldType.STRING)),
        "{node}: {setting} is now {value}",
    ),
    Kind(
        STREAMED,
        "dynamodb",
        "ChangeStreamed",
        (KEY, Field("event", FieldType.STRING)),
        "the stream of {node} tells of it: {event} {key}",
    ),
    Kind(
        FORWARDING,
        "dynamodb",
        "ChangePending",
        (LINK, KEY, Field("event", FieldType.STRING)),
        "{event} {key} waits to be put into the stream over {link}",
        to="pending",
    ),
    Kind(
        FORWARDED,
        "dynamodb",
        "ChangePut",
        (LINK,),
        "put into the stream over {link} at attempt {attempt}",
        to="delivered",
        outcome="delivered",
    ),
    Kind(
        FORWARD_FAILED,
        "dynamodb",
        "ChangeNotPut",
        (
            LINK,
            Field("error_type", FieldType.STRING),
            Field("message", FieldType.STRING),
            Field("retry_at", FieldType.INSTANT),
        ),
        "attempt {attempt} over {link} failed with {error_type}; next attempt: {retry_at}",
        to="pending",
        outcome="retry",
        motion="backward",
    ),
    Kind(
        FORWARD_LOST,
        "dynamodb",
        "ChangeLost",
        (LINK,),
        "given up after {attempt} attempts over {link}: the change is told to nobody there",
        to="discarded",
        outcome="lost",
    ),
)
