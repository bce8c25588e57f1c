"""A context object given to TestState: which members it may have."""

from __future__ import annotations

from typing import Any

from flows.services.ports import Json

MEMBERS: dict[str, tuple[str, ...]] = {
    "Execution": ("Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"),
    "State": ("EnteredTime", "Name", "RetryCount"),
    "StateMachine": ("Id", "Name"),
    "Task": ("Token",),
}
PROBLEM = "Invalid Context object provided: "


def problem(context: Any) -> str:
    """What is wrong with it; "" if nothing is."""
    if not isinstance(context, dict):
        return f"{PROBLEM}Context object must be a JSON object"
    for name, value in context.items():
        if name == "Map":
            return f"{PROBLEM}'Map' field is not supported when mocking a Context object"
        if name not in MEMBERS:
            return f"{PROBLEM}Field '{name}' is not allowed"
        if not isinstance(value, dict):
            return f"{PROBLEM}'{name}' must be a JSON object"
        strange = next((each for each in value if each not in MEMBERS[name]), None)
        if strange is not None:
            return f"{PROBLEM}Field '{strange}' is not allowed"
    return ""


def merged(default: Json, given: Json) -> Json:
    """The context object: what was given, over what there is anyway."""
    return {name: {**default.get(name, {}), **given.get(name, {})} for name in dict.fromkeys([*default, *given])}
