"""What programs that call AWS through an SDK write in the trace. Numbers 310–329; they are stable."""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

FAILED, ANSWER_LOST, ANSWERED, GIVEN_UP, CONFIGURED, REACHED_STUB = 310, 311, 312, 313, 314, 320

LINK = Field("link", FieldType.LINK)
OPERATION = Field("operation", FieldType.STRING)
ERROR = (Field("error_type", FieldType.STRING), Field("message", FieldType.STRING))

KINDS = (
    Kind(
        FAILED,
        "client",
        "RequestFailed",
        (LINK, OPERATION, *ERROR, Field("retry_at", FieldType.INSTANT)),
        "attempt {attempt} of {operation} failed with {error_type}; the SDK's next attempt: {retry_at}",
        to="pending",
        outcome="retry",
        motion="backward",
    ),
    Kind(
        ANSWER_LOST,
        "client",
        "RequestTimedOut",
        (LINK, OPERATION, Field("timeout", FieldType.LENGTH)),
        "no answer to attempt {attempt} of {operation} within {timeout}; what it did stays done",
        to="pending",
        outcome="retry",
    ),
    Kind(
        ANSWERED,
        "client",
        "RequestAnswered",
        (LINK, OPERATION),
        "{operation} succeeded at attempt {attempt}",
        to="delivered",
        outcome="delivered",
    ),
    Kind(
        GIVEN_UP,
        "client",
        "RequestGivenUp",
        (LINK, OPERATION, *ERROR),
        "{operation} failed for good at attempt {attempt}: {error_type}: {message}",
        to="failed",
        outcome="lost",
    ),
    Kind(
        CONFIGURED,
        "client",
        "SdkConfigured",
        (Field("settings", FieldType.STRING),),
        "the SDK at {node} retries differently from now on: {settings}",
    ),
    Kind(
        REACHED_STUB,
        "external",
        "StubReached",
        (LINK, OPERATION),
        "{operation} reached {node}, which is drawn and not simulated: here its story ends",
        to="visible",
        outcome="delivered",
        motion="forward",
        rate=True,
    ),
)
