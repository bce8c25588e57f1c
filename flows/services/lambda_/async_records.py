"""What asynchronous invocation may write in the trace. Numbers 210–239; they are stable.

The subject is the event's copy in Lambda's internal queue; the invocations that try it are its children.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

QUEUED, DELIVERED, FAILED, REFUSED = 210, 211, 212, 213
MOVED, DISCARDED, UNDELIVERED, CONFIG_CHANGED = 214, 215, 216, 217
CALLS_BEGAN = 218

LINK = Field("link", FieldType.LINK)
CONDITION = Field("condition", FieldType.STRING)
RETRY_AT = Field("retry_at", FieldType.INSTANT)

KINDS = (
    Kind(
        QUEUED,
        "lambda",
        "EventQueued",
        (LINK,),
        "the event is in the internal queue of {node}: whoever sent it has its answer (202) and is gone",
        to="pending",
        motion="forward",
        rate=True,
    ),
    Kind(
        DELIVERED,
        "lambda",
        "EventDelivered",
        (),
        "{node} handled the event at attempt {attempt}",
        to="delivered",
        outcome="delivered",
    ),
    Kind(
        FAILED,
        "lambda",
        "EventFailed",
        (Field("error_type", FieldType.STRING), Field("error", FieldType.BODY), RETRY_AT),
        "function error: attempt {attempt} failed in {node} with {error_type}; next attempt: {retry_at}",
        to="pending",
        outcome="retry",
    ),
    Kind(
        REFUSED,
        "lambda",
        "EventNotAccepted",
        (Field("reason", FieldType.STRING), RETRY_AT),
        "invocation error: {node} could not be invoked ({reason}); Lambda backs off, next attempt: {retry_at}",
        to="pending",
        outcome="retry",
    ),
    Kind(
        MOVED,
        "lambda",
        "EventHandedOn",
        (CONDITION,),
        "Lambda gave up after {attempt} attempts ({condition}) and handed the event on",
        to="moved",
        outcome="lost",
    ),
    Kind(
        DISCARDED,
        "lambda",
        "EventDiscarded",
        (CONDITION,),
        "Lambda gave up after {attempt} attempts ({condition}); nothing is configured to take the event: it is gone",
        to="discarded",
        outcome="lost",
    ),
    Kind(
        UNDELIVERED,
        "lambda",
        "DestinationUndelivered",
        (LINK, Field("error_type", FieldType.STRING), Field("message", FieldType.STRING)),
        "what {node} had to say about the event did not arrive over {link}: {error_type}",
        outcome="lost",
        motion="backward",
    ),
    Kind(
        CONFIG_CHANGED,
        "lambda",
        "EventInvokeConfigChanged",
        (Field("settings", FieldType.STRING),),
        "{node} treats asynchronous events differently from now on: {settings}",
    ),
    Kind(
        CALLS_BEGAN,
        "lambda",
        "CallsBegan",
        (Field("calls", FieldType.INTEGER),),
        "{node} has done its own work and makes {calls} calls",
    ),
)
