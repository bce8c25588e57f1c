"""History events as AWS writes them: which details each type carries, and their JSON.

Theory of operation. A running execution hands its host (ports.Host.event) a number, a type, the previous event's number and
a plain tuple of values; nothing is written as text and no dictionary is made while it runs. `DETAILS` names the values of
the tuple for each type, in order; `as_json` makes of an event what GetExecutionHistory answers. Whoever reads the table
knows every event AWS has (API reference, HistoryEvent).

What a value is, is told by its field: `TEXTS` are JSON values written as text with a "…Details": {"truncated": false}
beside them, `parameters` is JSON as text without, `assignedVariables` is a text per variable. None means "not said".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import orjson

from flows.asl.ports import Event, Json

_ENTERED = ("stateEnteredEventDetails", ("name", "input"))
_EXITED = ("stateExitedEventDetails", ("name", "output", "assignedVariables"))
_NONE: tuple[str, tuple[str, ...]] = ("", ())
_WRONG = ("error", "cause")
_ITERATION = ("name", "index")
_TASK = ("resourceType", "resource")
_STATES = ("Choice", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait")


def _named(type_: str, *fields: str) -> tuple[str, tuple[str, ...]]:
    return f"{type_[0].lower()}{type_[1:]}EventDetails", fields


_FIELDS: dict[str, tuple[str, ...]] = {
    "ActivityFailed": _WRONG,
    "ActivityScheduleFailed": _WRONG,
    "ActivityScheduled": ("resource", "input", "timeoutInSeconds", "heartbeatInSeconds"),
    "ActivityStarted": ("workerName",),
    "ActivitySucceeded": ("output",),
    "ActivityTimedOut": _WRONG,
    "EvaluationFailed": (*_WRONG, "location", "state"),
    "ExecutionAborted": _WRONG,
    "ExecutionFailed": _WRONG,
    "ExecutionRedriven": ("redriveCount",),
    "ExecutionStarted": ("input", "roleArn", "stateMachineAliasArn", "stateMachineVersionArn"),
    "ExecutionSucceeded": ("output",),
    "ExecutionTimedOut": _WRONG,
    "LambdaFunctionFailed": _WRONG,
    "LambdaFunctionScheduleFailed": _WRONG,
    "LambdaFunctionScheduled": ("resource", "input", "timeoutInSeconds", "taskCredentials"),
    "LambdaFunctionStartFailed": _WRONG,
    "LambdaFunctionSucceeded": ("output",),
    "LambdaFunctionTimedOut": _WRONG,
    "MapIterationAborted": _ITERATION,
    "MapIterationFailed": _ITERATION,
    "MapIterationStarted": _ITERATION,
    "MapIterationSucceeded": _ITERATION,
    "MapRunFailed": _WRONG,
    "MapRunRedriven": ("mapRunArn", "redriveCount"),
    "MapRunStarted": ("mapRunArn",),
    "MapStateStarted": ("length",),
    "TaskFailed": (*_TASK, *_WRONG),
    "TaskScheduled": (*_TASK, "region", "parameters", "timeoutInSeconds", "heartbeatInSeconds", "taskCredentials"),
    "TaskStartFailed": (*_TASK, *_WRONG),
    "TaskStarted": _TASK,
    "TaskSubmitFailed": (*_TASK, *_WRONG),
    "TaskSubmitted": (*_TASK, "output"),
    "TaskSucceeded": (*_TASK, "output"),
    "TaskTimedOut": (*_TASK, *_WRONG),
}
_BARE = (
    "LambdaFunctionStarted",
    "MapRunAborted",
    "MapRunSucceeded",
    *(f"{kind}State{end}" for kind in ("Map", "Parallel") for end in ("Aborted", "Failed", "Succeeded")),
    "ParallelStateStarted",
    "TaskStateAborted",
    "WaitStateAborted",
)

DETAILS: dict[str, tuple[str, tuple[str, ...]]] = {
    **{f"{kind}StateEntered": _ENTERED for kind in (*_STATES, "Fail")},
    **{f"{kind}StateExited": _EXITED for kind in _STATES},
    **{type_: _named(type_, *fields) for type_, fields in _FIELDS.items()},
    **dict.fromkeys(_BARE, _NONE),
}
"""Event type → (name of its details, the fields of its `details` tuple in order)."""

TEXTS = {"input": "inputDetails", "output": "outputDetails"}


def text(value: Json) -> str:
    """A JSON value as AWS writes it: no spaces. (What orjson refuses, whole numbers beyond 64 bits and half characters, the
    standard library writes.)
    """
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def details_json(type_: str, details: tuple[Any, ...], write: Callable[[Json], str] = text) -> dict[str, Any]:
    """{"…EventDetails": {…}} of an event, or {} for a type that has none. `write` may keep a text as it was given."""
    name, fields = DETAILS[type_]
    if not name:
        return {}
    said: dict[str, Any] = {}
    for field, value in zip(fields, details, strict=False):
        if field in TEXTS:
            said[field] = write(value)
            said[TEXTS[field]] = {"truncated": False}
        elif value is None or (field == "assignedVariables" and not value):
            continue
        elif field == "parameters":
            said[field] = write(value)
        elif field == "assignedVariables":
            said[field] = {key: write(each) for key, each in value.items()}
            said["assignedVariablesDetails"] = {"truncated": False}
        else:
            said[field] = value
    return {name: said}


def as_json(event: Event, timestamp: Any = None, write: Callable[[Json], str] = text) -> dict[str, Any]:
    """The event as GetExecutionHistory answers it; `timestamp` in whatever form the host answers timestamps."""
    body: dict[str, Any] = {"id": event.id, "previousEventId": event.previous, "type": event.type}
    if timestamp is not None:
        body["timestamp"] = timestamp
    return body | details_json(event.type, event.details, write)
