"""What versions, aliases, execution environments and filters may write in the trace. Numbers 220–239; they are stable."""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

FILTERED, COLD_STARTED, REAPED, ROUTED = 220, 221, 222, 223
PUBLISHED, ALIAS_CHANGED, PROVISIONED, STATE_CHANGED = 224, 225, 226, 227
URL_CHANGED, LOOP_STOPPED = 228, 229

LINK = Field("link", FieldType.LINK)
VERSION = Field("version", FieldType.STRING)

KINDS = (
    Kind(
        FILTERED,
        "lambda",
        "MessageFiltered",
        (LINK, Field("reason", FieldType.STRING)),
        "filtered by the mapping over {link} because {reason}; {node} never sees it, and the mapping deletes it",
    ),
    Kind(
        COLD_STARTED,
        "lambda",
        "ColdStartBegan",
        (Field("init", FieldType.LENGTH), VERSION),
        "cold start: no warm environment of {node} ({version}) is free; a new one takes {init} to begin",
    ),
    Kind(
        REAPED,
        "lambda",
        "EnvironmentsReaped",
        (Field("environments", FieldType.INTEGER), VERSION),
        "{environments} environments of {node} ({version}) stood idle for too long and are gone",
    ),
    Kind(
        ROUTED,
        "lambda",
        "AliasRouted",
        (Field("alias", FieldType.STRING), VERSION),
        "the alias {alias} of {node} sent this invocation to version {version}",
    ),
    Kind(
        PUBLISHED,
        "lambda",
        "VersionPublished",
        (VERSION,),
        "version {version} of {node} was published: it stays as it is",
    ),
    Kind(
        ALIAS_CHANGED,
        "lambda",
        "AliasChanged",
        (Field("alias", FieldType.STRING), Field("settings", FieldType.STRING)),
        "the alias {alias} of {node}: {settings}",
    ),
    Kind(
        PROVISIONED,
        "lambda",
        "ConcurrencyProvisioned",
        (VERSION, Field("environments", FieldType.INTEGER)),
        "{environments} environments of {node} ({version}) stand ready",
    ),
    Kind(
        STATE_CHANGED,
        "lambda",
        "MappingStateChanged",
        (LINK, Field("state", FieldType.STRING)),
        "the mapping over {link} is {state}",
    ),
    Kind(
        URL_CHANGED,
        "lambda",
        "FunctionUrlChanged",
        (Field("settings", FieldType.STRING),),
        "the URL of {node}: {settings}",
    ),
    Kind(
        LOOP_STOPPED,
        "lambda",
        "RecursiveLoopStopped",
        (LINK, Field("rounds", FieldType.INTEGER)),
        "{node} was not invoked: this batch came of {rounds} others of the same function, and Lambda stops loops; "
        "the messages come back after their visibility timeout",
        outcome="retry",
    ),
)
