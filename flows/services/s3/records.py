"""What a bucket may write in the trace. Numbers 500–519; they are stable, stored traces hold them.

An object lies visible in its bucket until it is replaced or deleted. What the bucket tells of it is a copy of its own, pending
until delivered.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

CREATED, REPLACED, REMOVED = 500, 501, 502
PENDING, DELIVERED, FAILED, DISCARDED = 503, 504, 505, 506

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
)
