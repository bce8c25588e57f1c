"""What a task is run with: variables and a command for its container, out of RunTask's overrides or of a target's input."""

from __future__ import annotations

import json
from typing import Any

from flows.topology.links.draft import members

PAYLOAD = "PAYLOAD"
Given = tuple[tuple[tuple[str, str], ...], tuple[str, ...]]


def read_overrides(text: str, container: str) -> Given:
    """Of a target's input: container overrides, as AWS wants them there; any other text becomes the variable PAYLOAD."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if isinstance(given, dict):
        named = {name.lower(): value for name, value in given.items()}
        if isinstance(named.get("containeroverrides"), list):
            return overridden(given, container)
    return ((PAYLOAD, text),), ()


def overridden(overrides: Any, container: str) -> Given:
    """The variables and the command that overrides (spelled either way) give the container that works."""
    for each in members(_member(overrides, "containerOverrides")):
        if _member(each, "name") in (container, None):
            variables = tuple(
                (str(_member(row, "name")), str(_member(row, "value")))
                for row in members(_member(each, "environment"))
                if isinstance(_member(row, "name"), str)
            )
            command = _member(each, "command")
            return variables, tuple(str(word) for word in command) if isinstance(command, list) else ()
    return (), ()


def _member(value: Any, name: str) -> Any:
    if not isinstance(value, dict):
        return None
    return value.get(name, value.get(f"{name[:1].upper()}{name[1:]}"))
