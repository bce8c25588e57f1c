"""Texts from outside: how many bytes they are, and whether they can be written down at all (half a surrogate pair cannot)."""

from __future__ import annotations

import json
from typing import Any


def size_of(text: str) -> int:
    """Its bytes; -1 if it is no text that can be written down."""
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        return -1


def is_writable(value: Any) -> bool:
    """Whether a JSON value can be written down, wherever in it a text stands."""
    try:
        return size_of(json.dumps(value, ensure_ascii=False, default=str)) >= 0
    except RecursionError:
        return False


def written(text: str) -> str:
    """The text, with a question mark for whatever cannot be written down."""
    return text if size_of(text) >= 0 else text.encode(errors="replace").decode()
