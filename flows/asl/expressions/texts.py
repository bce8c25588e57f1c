"""JSON as text, and back: fast where it can be, and complete where the fast way is not."""

from __future__ import annotations

import json
from typing import Any

import orjson


def to_text(value: Any) -> str:
    """JSON text of any value, integers beyond 64 bits and lone surrogates too."""
    try:
        return orjson.dumps(value).decode()
    except (TypeError, orjson.JSONEncodeError):
        return json.dumps(value, separators=(",", ":"))


def from_text(text: str) -> Any:
    """The value of a JSON text, lone surrogates too."""
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return json.loads(text)
