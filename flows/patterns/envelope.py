"""What makes a JSON object an event for EventBridge: TestEventPattern refuses one that lacks any of these."""

from __future__ import annotations

from typing import Any

from flows.patterns.values import read_json

NEEDED = ("id", "account", "source", "time", "region", "detail-type")
NOT_VALID = "Parameter Event is not valid."


class NotAnEvent(ValueError):
    """ValidationException's message."""


def read_event(text: str) -> dict[str, Any]:
    try:
        event = read_json(text)
    except ValueError as error:
        raise NotAnEvent(NOT_VALID) from error
    if not isinstance(event, dict) or any(name not in event for name in NEEDED):
        raise NotAnEvent(NOT_VALID)
    return event
