"""What API Gateway may write in the trace. Numbers 770–789; they are stable, stored traces hold them.

A request is pending at its API from when it is received until it has its status: delivered below 400, failed from 400 on.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

RECEIVED, ROUTED, NO_ROUTE, THROTTLED, INTEGRATED, ANSWERED, REFUSED, TIMED_OUT, ENDED_LATE = range(770, 779)
AUTHORIZER_CALLED, AUTHORIZED = 779, 780

SERVICE = "apigateway"
LINK = Field("link", FieldType.LINK)
STATUS = Field("status", FieldType.INTEGER)
DURATION = Field("duration", FieldType.LENGTH)
METHOD, PATH = Field("method", FieldType.STRING), Field("path", FieldType.STRING)

KINDS = (
    Kind(
        RECEIVED,
        SERVICE,
        "RequestReceived",
        (LINK, METHOD, PATH),
        "{method} {path} received by {node}",
        to="pending",
        motion="forward",
        rate=True,
    ),
    Kind(ROUTED, SERVICE, "RouteMatched", (Field("route", FieldType.STRING),), "matched the route {route}"),
    Kind(
        NO_ROUTE,
        SERVICE,
        "RouteNotFound",
        (LINK, METHOD, PATH, STATUS),
        "no route of {node} takes {method} {path}: {status}",
        to="failed",
        outcome="lost",
        motion="backward",
    ),
    Kind(
        THROTTLED,
        SERVICE,
        "ApiThrottled",
        (LINK, STATUS, Field("reason", FieldType.STRING)),
        "throttled by {node}, {reason}: {status}",
        to="failed",
        outcome="lost",
        motion="backward",
    ),
    Kind(
        INTEGRATED,
        SERVICE,
        "RequestIntegrated",
        (LINK, Field("operation", FieldType.STRING)),
        "{node} calls {operation}, and waits for the answer",
        motion="forward",
    ),
    Kind(
        ANSWERED,
        SERVICE,
        "ResponseReturned",
        (LINK, STATUS, DURATION),
        "answered with {status} after {duration}",
        to="delivered",
        outcome="delivered",
        motion="backward",
    ),
    Kind(
        REFUSED,
        SERVICE,
        "ErrorReturned",
        (LINK, STATUS, DURATION, Field("reason", FieldType.STRING)),
        "answered with {status} after {duration}: {reason}",
        to="failed",
        outcome="lost",
        motion="backward",
    ),
    Kind(
        TIMED_OUT,
        SERVICE,
        "IntegrationTimedOut",
        (LINK, STATUS, DURATION),
        "answered with {status}: no answer within {duration}; what was called goes on, and nobody waits for it",
        to="failed",
        outcome="lost",
        motion="backward",
    ),
    Kind(
        ENDED_LATE,
        SERVICE,
        "IntegrationEndedLate",
        (LINK, DURATION),
        "what was called ended after {duration}: its answer is nobody's any more",
    ),
    Kind(
        AUTHORIZER_CALLED,
        SERVICE,
        "RequestAuthorizerCalled",
        (LINK, Field("authorizer", FieldType.STRING)),
        "{node} asks {authorizer} over {link} whether it may pass",
        motion="forward",
    ),
    Kind(
        AUTHORIZED,
        SERVICE,
        "RequestAuthorized",
        (Field("authorizer", FieldType.STRING), Field("how", FieldType.STRING)),
        "{authorizer} lets it pass, {how}",
    ),
)
