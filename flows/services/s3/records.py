"""What a bucket may write in the trace. Numbers 500–519; they are stable, stored traces hold them.

An object lies visible in its bucket until it is replaced or deleted; where there are versions, until its version is deleted. What the bucket tells of it is a copy of its own, pending
until delivered.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

CREATED, REPLACED, REMOVED = 500, 501, 502
PENDING, DELIVERED, FAILED, DISCARDED = 503, 504, 505, 506
MARKER_CREATED, MARKER_REMOVED, VERSIONED, BUCKET_CHANGED = 507, 508, 509, 510

LINK = Field("link", FieldType.LINK)
KEY = Field("key", FieldType.STRING)
EVENT = Field("event", FieldType.STRING)

KINDS = (
    Kind(
        CREATED,
        "s3",
        "ObjectCreated",
        (LINK, KEY, Field("size", FieldType.INTEGER)),
        "{key} was put into {node} ({size} bytes)",
        to="visible",
        motion="forward",
        rate=True,
    ),
    Kind(REPLACED, "s3", "ObjectReplaced", (KEY,), "{key} was replaced by a newer object", to="deleted"),
    Kind(REMOVED, "s3", "ObjectRemoved", (LINK, KEY), "{key} was deleted", to="deleted"),
    Kind(
        PENDING,
        "s3",
        "ObjectEventPending",
        (LINK, EVENT, KEY),
        "the event {event} about {key} waits to be delivered over {link}",
        to="pending",
    ),
    Kind(
        DELIVERED,
        "s3",
        "ObjectEventDelivered",
        (LINK,),
        "delivered over {link} at attempt {attempt}",
        to="delivered",
        outcome="delivered",
    ),
    Kind(
        FAILED,
        "s3",
        "ObjectEventFailed",
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
        DISCARDED,
        "s3",
        "ObjectEventDiscarded",
        (LINK,),
        "given up after {attempt} attempts; a bucket has no dead-letter queue: the event is gone",
        to="discarded",
        outcome="lost",
    ),
    Kind(
        MARKER_CREATED,
        "s3",
        "DeleteMarkerCreated",
        (LINK, KEY),
        "{key} was deleted: a delete marker stands before its versions, which stay in {node}",
    ),
    Kind(
        MARKER_REMOVED,
        "s3",
        "DeleteMarkerRemoved",
        (LINK, KEY),
        "the delete marker of {key} was removed: what was there before is there again",
    ),
    Kind(
        VERSIONED,
        "s3",
        "ObjectBecameOlderVersion",
        (KEY,),
        "{key} has a newer version: this one stays in {node}",
    ),
    Kind(
        BUCKET_CHANGED,
        "s3",
        "BucketChanged",
        (Field("setting", FieldType.STRING), Field("value", FieldType.STRING)),
        "{node}: {setting} is now {value}",
    ),
)
