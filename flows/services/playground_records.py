"""What the playground itself writes: no AWS service would. Numbers 50–59."""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

EXECUTION_STARTED = 50
COMMAND_APPLIED = 51
RESOURCE_CREATED = 52
RESOURCE_DELETED = 53

RESOURCE = (Field("type", FieldType.STRING), Field("name", FieldType.STRING), Field("arn", FieldType.STRING))

KINDS = (
    Kind(EXECUTION_STARTED, "playground", "ExecutionStarted", sentence="the execution started"),
    Kind(
        COMMAND_APPLIED,
        "playground",
        "CommandApplied",
        (Field("operation", FieldType.STRING), Field("ordinal", FieldType.INTEGER)),
        "command {ordinal}: {operation}",
    ),
    Kind(RESOURCE_CREATED, "playground", "ResourceCreated", RESOURCE, "{name} ({type}) was created"),
    Kind(RESOURCE_DELETED, "playground", "ResourceDeleted", RESOURCE, "{name} ({type}) was deleted"),
)
