"""What faults write in the trace. Numbers 60–79; they are stable."""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

PLANNED, BEGAN, ENDED, DELETED = 60, 61, 62, 63

NAME = Field("fault", FieldType.STRING)
LINK = Field("link", FieldType.LINK)
WHAT = Field("what", FieldType.STRING)

KINDS = (
    Kind(
        PLANNED,
        "playground",
        "FaultPlanned",
        (NAME, LINK, WHAT, Field("begins_at", FieldType.INSTANT), Field("ends_at", FieldType.INSTANT)),
        "fault {fault} is planned: {what}, from {begins_at} to {ends_at}",
    ),
    Kind(
        BEGAN,
        "playground",
        "FaultBegan",
        (NAME, LINK, WHAT, Field("ends_at", FieldType.INSTANT)),
        "fault {fault} began: {what}, until {ends_at}",
        outcome="lost",
    ),
    Kind(
        ENDED,
        "playground",
        "FaultEnded",
        (NAME, LINK, WHAT, Field("struck", FieldType.INTEGER)),
        "fault {fault} is over: {what}; it struck {struck} times",
        outcome="delivered",
    ),
    Kind(
        DELETED,
        "playground",
        "FaultDeleted",
        (NAME, LINK, WHAT, Field("struck", FieldType.INTEGER)),
        "fault {fault} was taken away: {what}; it struck {struck} times",
        outcome="delivered",
    ),
)
