"""What delivery streams may write in the trace. Numbers 980–999; they are stable, stored traces hold them.

A record lies *visible* in its delivery stream from FirehoseRecordTaken on, until an object holds it. What a transformation made of it is
another subject, its child; so is its copy for the backup. A batch is the request of what happens to its records.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

TAKEN, BACKED_UP, TRANSFORMING, TRANSFORM_ANSWERED, TRANSFORM_FAILED, TRANSFORM_GIVEN_UP = 980, 981, 982, 983, 984, 985
TRANSFORMED, CHANGED_INTO, DROPPED, UNPROCESSED = 986, 987, 988, 989
WRITING, WRITTEN, WRITE_FAILED, WRITE_GIVEN_UP = 990, 991, 992, 993
DELIVERED, LOST, GONE, STREAM_CHANGED = 994, 995, 996, 997

SERVICE = "firehose"
LINK = Field("link", FieldType.LINK)
RECORDS = Field("records", FieldType.INTEGER)
KEY = Field("key", FieldType.STRING)
ERROR = (Field("error_type", FieldType.STRING), Field("message", FieldType.STRING))
RETRY = Field("retry_at", FieldType.INSTANT)

KINDS = (
    Kind(
        TAKEN,
        SERVICE,
        "FirehoseRecordTaken",
        (LINK, Field("size", FieldType.INTEGER)),
        "{node} takes {size} bytes over {link} and gathers them",
        to="visible",
        motion="forward",
        rate=True,
    ),
    Kind(
        BACKED_UP,
        SERVICE,
        "FirehoseRecordBackedUp",
        (LINK,),
        "a copy, as it came, is gathered for the backup over {link}",
        to="visible",
    ),
    Kind(
        TRANSFORMING,
        SERVICE,
        "FirehoseTransformCalled",
        (LINK, RECORDS),
        "{records} records go to the transformation over {link} (attempt {attempt})",
        to="executing",
        motion="forward",
    ),
    Kind(
        TRANSFORM_ANSWERED,
        SERVICE,
        "FirehoseTransformAnswered",
        (LINK, Field("ok", FieldType.INTEGER), Field("dropped", FieldType.INTEGER), Field("failed", FieldType.INTEGER)),
        "the transformation answered over {link}: {ok} go on, {dropped} are dropped, {failed} failed",
        to="delivered",
        motion="backward",
    ),
    Kind(
        TRANSFORM_FAILED,
        SERVICE,
        "FirehoseTransformFailed",
        (LINK, *ERROR, RETRY),
        "attempt {attempt} of the transformation over {link} failed with {error_type}; next attempt: {retry_at}",
        outcome="retry",
        motion="backward",
    ),
    Kind(
        TRANSFORM_GIVEN_UP,
        SERVICE,
        "FirehoseTransformGivenUp",
        (LINK, *ERROR, RECORDS),
        "the transformation over {link} failed with {error_type}: {records} records go to the error output as they came",
        to="failed",
        outcome="lost",
        motion="backward",
    ),
    Kind(
        TRANSFORMED,
        SERVICE,
        "FirehoseRecordTransformed",
        (LINK,),
        "the transformation over {link} made another record of it",
        to="delivered",
    ),
    Kind(
        CHANGED_INTO,
        SERVICE,
        "FirehoseTransformedRecordTaken",
        (LINK, Field("size", FieldType.INTEGER)),
        "what the transformation over {link} answered is gathered: {size} bytes",
        to="visible",
    ),
    Kind(
        DROPPED,
        SERVICE,
        "FirehoseRecordDropped",
        (LINK,),
        "dropped by the transformation over {link}, on purpose",
        to="filtered",
    ),
    Kind(
        UNPROCESSED,
        SERVICE,
        "FirehoseRecordUnprocessed",
        (LINK, *ERROR),
        "not transformed over {link} ({error_type}): it is gathered for the error output",
        outcome="retry",
    ),
    Kind(
        WRITING,
        SERVICE,
        "FirehoseObjectBegun",
        (LINK, RECORDS, Field("size", FieldType.INTEGER)),
        "{records} records ({size} bytes) go over {link} as one object",
        to="executing",
        motion="forward",
    ),
    Kind(
        WRITTEN,
        SERVICE,
        "FirehoseObjectDelivered",
        (LINK, RECORDS, KEY),
        "{records} records were delivered over {link} as {key}",
        to="delivered",
        outcome="delivered",
    ),
    Kind(
        WRITE_FAILED,
        SERVICE,
        "FirehoseDeliveryFailed",
        (LINK, *ERROR, RETRY),
        "attempt {attempt} over {link} failed with {error_type}; next attempt: {retry_at}",
        outcome="retry",
        motion="backward",
    ),
    Kind(
        WRITE_GIVEN_UP,
        SERVICE,
        "FirehoseDeliveryGivenUp",
        (LINK, *ERROR, RECORDS),
        "given up after {attempt} attempts over {link} ({error_type}): {records} records are gone",
        to="failed",
        outcome="lost",
        motion="backward",
    ),
    Kind(
        DELIVERED,
        SERVICE,
        "FirehoseRecordDelivered",
        (LINK, KEY),
        "delivered over {link}, in {key}",
        to="delivered",
        outcome="delivered",
    ),
    Kind(LOST, SERVICE, "FirehoseRecordLost", (LINK, *ERROR), "lost: {error_type}", to="discarded", outcome="lost"),
    Kind(GONE, SERVICE, "FirehoseRecordGoneWithStream", (), "gone: {node} was deleted", to="purged", outcome="lost"),
    Kind(
        STREAM_CHANGED,
        SERVICE,
        "DeliveryStreamChanged",
        (Field("setting", FieldType.STRING), Field("value", FieldType.STRING)),
        "{node}: {setting} is now {value}",
    ),
)
