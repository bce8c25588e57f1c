"""What a schedule may write in the trace. Numbers 650–669; they are stable, stored traces hold them.

A firing is a *call*: a subject that is pending at the schedule until its target took it, or until it is given up.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

PLANNED, COMPLETED, CHANGED = 650, 651, 652
FIRED, POSTPONED, DELIVERED, FAILED, MOVED, DISCARDED, EXPIRED, ABANDONED = 653, 654, 655, 656, 657, 658, 659, 660
GROUP_MADE, GROUP_DELETED = 661, 662

SERVICE = "scheduler"
LINK = Field("link", FieldType.LINK)
NEXT = Field("next_at", FieldType.INSTANT)
EXPRESSION = Field("expression", FieldType.STRING)
ERROR = (Field("error_type", FieldType.STRING), Field("message", FieldType.STRING))
CONDITION = Field("condition", FieldType.STRING)
GROUP = Field("group", FieldType.STRING)

KINDS = (
    Kind(PLANNED, SERVICE, "SchedulePlanned", (EXPRESSION, NEXT), "{node} fires by {expression}; next: {next_at}"),
    Kind(
        COMPLETED,
        SERVICE,
        "ScheduleCompleted",
        (Field("deleted", FieldType.STRING),),
        "{node} has fired for the last time; it {deleted}",
    ),
    Kind(
        CHANGED,
        SERVICE,
        "ScheduleChanged",
        (Field("settings", FieldType.STRING),),
        "{node} was changed: {settings}",
    ),
    Kind(
        FIRED,
        SERVICE,
        "ScheduleCallPending",
        (LINK, Field("execution", FieldType.STRING), NEXT),
        "{node} came due: a call over {link} waits to be made; next firing: {next_at}",
        to="pending",
        rate=True,
    ),
    Kind(
        POSTPONED,
        SERVICE,
        "ScheduleCallPostponed",
        (LINK, Field("window", FieldType.LENGTH), Field("until", FieldType.INSTANT)),
        "the flexible window of {window} lets the call over {link} wait until {until}",
        to="pending",
    ),
    Kind(
        DELIVERED,
        SERVICE,
        "ScheduleCallDelivered",
        (LINK,),
        "the target took the call over {link} at attempt {attempt}",
        to="delivered",
        outcome="delivered",
    ),
    Kind(
        FAILED,
        SERVICE,
        "ScheduleCallFailed",
        (LINK, *ERROR, Field("retry_at", FieldType.INSTANT)),
        "attempt {attempt} over {link} failed with {error_type}; next attempt: {retry_at}",
        to="pending",
        outcome="retry",
        motion="backward",
    ),
    Kind(
        MOVED,
        SERVICE,
        "ScheduleCallMovedToDeadLetterQueue",
        (LINK, *ERROR, CONDITION),
        "moved over {link} to the schedule's dead-letter queue after {attempt} attempts: {error_type} {condition}",
        to="moved",
        outcome="lost",
    ),
    Kind(
        DISCARDED,
        SERVICE,
        "ScheduleCallDiscarded",
        (LINK, *ERROR, CONDITION),
        "given up after {attempt} attempts ({error_type} {condition}); no dead-letter queue takes it: it is gone",
        to="discarded",
        outcome="lost",
    ),
    Kind(
        EXPIRED,
        SERVICE,
        "ScheduleCallExpired",
        (LINK, *ERROR, CONDITION),
        "older than the schedule's maximum event age after {attempt} attempts ({error_type}): it is gone",
        to="expired",
        outcome="lost",
    ),
    Kind(
        ABANDONED,
        SERVICE,
        "ScheduleCallAbandoned",
        (LINK, Field("reason", FieldType.STRING)),
        "not made over {link}, because {reason}",
        to="discarded",
        outcome="lost",
    ),
    Kind(GROUP_MADE, SERVICE, "ScheduleGroupCreated", (GROUP,), "schedule group {group} was created"),
    Kind(GROUP_DELETED, SERVICE, "ScheduleGroupDeleted", (GROUP,), "schedule group {group} was deleted"),
)
