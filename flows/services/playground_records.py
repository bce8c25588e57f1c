"""What the playground itself writes: no AWS service would. Numbers 50–59."""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

EXECUTION_STARTED = 50
COMMAND_APPLIED = 51

KINDS = (
    Kind(EXECUTION_STARTED, "playground", "ExecutionStarted", sentence="the execution started"),
    Kind(
        COMMAND_APPLIED,
        "playground",
        "CommandApplied",
        (Field("operation", FieldType.STRING), Field("ordinal", FieldType.INTEGER)),
        "command {ordinal}: {operation}",
    ),
)
