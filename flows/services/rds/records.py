"""What databases may write in the trace. Numbers 950–979; they are stable, stored traces hold them.

A statement is a subject, executing at its database from when it has a connection; one that never gets any is nowhere, unless it waited.
A transaction is a subject from its beginning to its end.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

STARTED, SUCCEEDED, FAILED, NO_CONNECTION, MET_RESUMING = range(950, 955)
PAUSED, RESUMING, RESUMED, CAPACITY, STATUS = range(955, 960)
BEGAN, COMMITTED, ROLLED_BACK, EXPIRED = range(960, 964)
CHANGED, BEHAVIOUR_CHANGED, WAITING, REFUSED = range(964, 968)

SERVICE = "rds"
LINK = Field("link", FieldType.LINK)
CONNECTIONS = Field("connections", FieldType.INTEGER)
DURATION = Field("duration", FieldType.LENGTH)
REASON = Field("reason", FieldType.STRING)
TRANSACTION = Field("transaction", FieldType.STRING)

KINDS = (
    Kind(
        STARTED,
        SERVICE,
        "StatementStarted",
        (LINK, CONNECTIONS, Field("sql", FieldType.STRING)),
        "{sql} runs at {node}, which has {connections} connections now",
        to="executing",
        motion="forward",
        rate=True,
    ),
    Kind(
        SUCCEEDED,
        SERVICE,
        "StatementSucceeded",
        (LINK, DURATION),
        "the statement took {duration}",
        to="delivered",
        outcome="delivered",
        motion="backward",
    ),
    Kind(
        FAILED,
        SERVICE,
        "StatementFailed",
        (LINK, Field("error_type", FieldType.STRING), Field("message", FieldType.STRING), DURATION),
        "the statement failed after {duration} with {error_type}: {message}",
        to="failed",
        outcome="lost",
        motion="backward",
    ),
    Kind(
        NO_CONNECTION,
        SERVICE,
        "ConnectionRefused",
        (LINK, CONNECTIONS, REASON),
        "{node} has no connection left: all {connections} are taken, {reason}",
        outcome="lost",
        motion="backward",
    ),
    Kind(
        MET_RESUMING,
        SERVICE,
        "StatementMetResuming",
        (LINK, Field("until", FieldType.INSTANT)),
        "{node} is resuming until {until}: the statement is refused, and may be tried again then",
        outcome="retry",
        motion="backward",
    ),
    Kind(PAUSED, SERVICE, "DatabasePaused", (DURATION,), "{node} has paused: nobody used it for {duration}"),
    Kind(
        RESUMING,
        SERVICE,
        "DatabaseResuming",
        (Field("until", FieldType.INSTANT),),
        "{node} was paused and resumes until {until}, because somebody wants it",
    ),
    Kind(RESUMED, SERVICE, "DatabaseResumed", (DURATION,), "{node} has resumed after {duration}", outcome="delivered"),
    Kind(
        CAPACITY,
        SERVICE,
        "CapacityChanged",
        (Field("before_milli", FieldType.INTEGER), Field("after_milli", FieldType.INTEGER), REASON),
        "{node} went from {before_milli} to {after_milli} thousandths of an ACU: {reason}",
    ),
    Kind(STATUS, SERVICE, "DatabaseStatusChanged", (Field("status", FieldType.STRING),), "{node} is {status}"),
    Kind(
        BEGAN,
        SERVICE,
        "TransactionBegan",
        (LINK, TRANSACTION, CONNECTIONS),
        "{transaction} began and holds a connection of {connections}",
        to="executing",
        motion="forward",
    ),
    Kind(COMMITTED, SERVICE, "TransactionCommitted", (TRANSACTION,), "{transaction} was committed", to="delivered"),
    Kind(
        ROLLED_BACK,
        SERVICE,
        "TransactionRolledBack",
        (TRANSACTION, REASON),
        "{transaction} was rolled back: {reason}",
        to="discarded",
    ),
    Kind(
        EXPIRED,
        SERVICE,
        "TransactionExpired",
        (TRANSACTION, DURATION),
        "{transaction} was rolled back, for nothing happened in it for {duration}",
        to="failed",
        outcome="lost",
    ),
    Kind(CHANGED, SERVICE, "DatabaseChanged", (Field("settings", FieldType.STRING),), "{node}: {settings}"),
    Kind(
        BEHAVIOUR_CHANGED,
        SERVICE,
        "DatabaseBehaviourChanged",
        (Field("behaviour", FieldType.BODY),),
        "{node} behaves as {behaviour} says from now on",
    ),
    Kind(
        REFUSED,
        SERVICE,
        "StatementRefused",
        (LINK, Field("error_type", FieldType.STRING), Field("message", FieldType.STRING)),
        "the statement was refused with {error_type}: {message}",
        outcome="lost",
        motion="backward",
    ),
    Kind(
        WAITING,
        SERVICE,
        "ConnectionWaits",
        (LINK, Field("until", FieldType.INSTANT)),
        "who connects waits until {until}, when {node} has resumed",
        to="pending",
        motion="forward",
    ),
)
