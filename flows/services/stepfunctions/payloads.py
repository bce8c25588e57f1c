"""JSON that comes from outside: inputs of executions, outputs of tasks. Is it any, and is it not too much?"""

from __future__ import annotations

import json
from typing import Any

from flows.services.stepfunctions.quotas import QUOTAS
from flows.services.texts import size_of


def wrong_json(text: object) -> str:
    """Why a text is no JSON document that an execution can take; "" if it is."""
    if not isinstance(text, str):
        return "The input must be a JSON text."
    size = size_of(text)
    if size < 0 or size > QUOTAS.payload_bytes:
        return f"The input is {size} bytes long; at most {QUOTAS.payload_bytes} are taken."
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        return str(error)
    if text.count("[") + text.count("{") > QUOTAS.payload_depth and not _is_shallow(value):
        return f"The input nests deeper than {QUOTAS.payload_depth} levels."
    return ""


def _is_shallow(value: Any) -> bool:
    """Level by level, so that depth cannot exhaust the stack."""
    level = [value]
    for _ in range(QUOTAS.payload_depth):
        level = [child for each in level for child in _children(each)]
        if not level:
            return True
    return False


def _children(value: Any) -> list[Any]:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [member for member in members if isinstance(member, dict | list)]


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")
