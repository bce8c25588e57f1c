"""What AppSync may write in the trace. Numbers 900–919; they are stable, stored traces hold them.

A request is pending at its API until it is answered: delivered without errors; failed where there are any, for then data is missing.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

RECEIVED, INVOKED, RESOLVED, FIELD_FAILED, RETURNED, RETURNED_ERRORS, REFUSED, TIMED_OUT = range(900, 908)
TOLD, SUBSCRIBED, UNSUBSCRIBED, ANSWERED_LATE, BATCHED = range(908, 913)

SERVICE = "appsync"
LINK = Field("link", FieldType.LINK)
FIELD = Field("field", FieldType.STRING)
DURATION = Field("duration", FieldType.LENGTH)
MESSAGE, ERROR_TYPE = Field("message", FieldType.STRING), Field("error_type", FieldType.STRING)
SUBSCRIPTION = Field("subscription", FieldType.STRING)
OPERATION = Field("operation", FieldType.STRING)

KINDS = (
    Kind(
        RECEIVED,
        SERVICE,
        "GraphqlRequestReceived",
        (LINK, OPERATION),
        "{operation} received by {node}",
        to="pending",
        motion="forward",
        rate=True,
    ),
    Kind(
        INVOKED,
        SERVICE,
        "ResolverInvoked",
        (LINK, FIELD, OPERATION),
        "the resolver of {field} calls {operation}",
        motion="forward",
    ),
    Kind(RESOLVED, SERVICE, "FieldResolved", (LINK, FIELD, DURATION), "{field} was resolved after {duration}"),
    Kind(
        FIELD_FAILED,
        SERVICE,
        "FieldFailed",
        (LINK, FIELD, ERROR_TYPE, MESSAGE),
        "{field} failed with {error_type}: {message}",
        outcome="retry",
    ),
    Kind(
        RETURNED,
        SERVICE,
        "GraphqlResponseReturned",
        (LINK, DURATION),
        "answered after {duration}",
        to="delivered",
        outcome="delivered",
        motion="backward",
    ),
    Kind(
        RETURNED_ERRORS,
        SERVICE,
        "GraphqlErrorsReturned",
        (LINK, Field("errors", FieldType.INTEGER), MESSAGE, DURATION),
        "answered with {errors} errors after {duration}: {message}",
        to="failed",
        outcome="lost",
        motion="backward",
    ),
    Kind(
        REFUSED,
        SERVICE,
        "GraphqlRequestRefused",
        (LINK, MESSAGE),
        "refused by {node}: {message}",
        to="failed",
        outcome="lost",
        motion="backward",
    ),
    Kind(
        TIMED_OUT,
        SERVICE,
        "GraphqlRequestTimedOut",
        (LINK, DURATION),
        "not answered within {duration}: what was called goes on, and nobody waits for it",
        to="failed",
        outcome="lost",
        motion="backward",
    ),
    Kind(
        TOLD,
        SERVICE,
        "SubscriberTold",
        (SUBSCRIPTION, FIELD, Field("data", FieldType.BODY)),
        "{subscription} is told of {field}: {data}",
    ),
    Kind(SUBSCRIBED, SERVICE, "SubscriptionBegan", (SUBSCRIPTION, FIELD), "{subscription} listens to {field}"),
    Kind(UNSUBSCRIBED, SERVICE, "SubscriptionEnded", (SUBSCRIPTION,), "{subscription} does not listen any more"),
    Kind(
        ANSWERED_LATE,
        SERVICE,
        "ResolverAnsweredLate",
        (LINK, FIELD),
        "what {field} called has answered: nobody waits for it any more",
    ),
    Kind(
        BATCHED,
        SERVICE,
        "ResolversBatched",
        (LINK, FIELD, Field("requests", FieldType.INTEGER)),
        "{requests} requests of {field} go in one batch",
    ),
)
