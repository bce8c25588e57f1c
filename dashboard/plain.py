"""Whether a JSON value may go into a log that every database can keep and every browser can read again.

JSON allows more than that: nesting without end, numbers beyond 64 bits and NaN (in Python's reader), half a surrogate pair,
and the NUL that PostgreSQL refuses. Walked with a list, because depth itself must not exhaust the stack.
"""

from __future__ import annotations

import math
from typing import Any

DEEPEST = 64
LARGEST = 2**63


def why_not_plain(value: Any, name: str = "params") -> str:
    """A sentence, or nothing if the value is plain."""
    level = [value]
    for _ in range(DEEPEST):
        for item in level:
            if why := _why_not(item):
                return f"`{name}` holds {why}."
        level = [child for item in level for child in _children(item)]
        if not level:
            return ""
    return f"`{name}` is nested deeper than {DEEPEST} levels."


def _why_not(item: Any) -> str:
    if isinstance(item, str):
        return _why_not_text(item)
    if isinstance(item, dict):
        return next((why for key in item if (why := _why_not_text(key))), "")
    if isinstance(item, float) and not math.isfinite(item):
        return f"{item}, which is not a number in JSON"
    if isinstance(item, int) and abs(item) >= LARGEST:
        return "a whole number of more than 64 bits"
    return ""


def _why_not_text(text: str) -> str:
    if "\x00" in text:
        return "a text with the character NUL"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "half a surrogate pair"
    return ""


def _children(item: Any) -> list[Any]:
    if isinstance(item, dict):
        return list(item.values())
    return item if isinstance(item, list) else []
