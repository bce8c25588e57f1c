"""When two JSON values are the same one, as Jackson's `JsonNode.equals` decides: true is not 1, and 1 is not 1.0."""

from __future__ import annotations

from typing import Any


def same(left: Any, right: Any) -> bool:
    """Whether both values are the same JSON, of the same kinds all the way down."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)
