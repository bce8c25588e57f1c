"""Requests that are nearly right: a good one with one or two places changed. Much of a service is behind its first checks."""

from __future__ import annotations

import copy
import random
from typing import Any

HOSTILE: tuple[Any, ...] = (
    None,
    "",
    "x" * 300,
    "\ud800",
    "ünï",
    "$.body.a",
    "<$.body.a>",
    '{"a": [1, {"b": "\\ud800"}]}',
    "{}",
    "[]",
    "null",
    0,
    -1,
    2**63,
    1.5,
    True,
    [],
    {},
    [{}],
    {"": None},
)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every place in a value."""
    found = [way] if way else []
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in members:
        found += places(each, (*way, key))
    return found


def nearly(good: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The request with up to two places changed or left out."""
    params = copy.deepcopy(good)
    for _ in range(chance.randrange(3)):
        ways = places(params)
        if not ways:
            break
        *way, last = chance.choice(ways)
        inside: Any = params
        for key in way:
            inside = inside[key]
        if chance.random() < 0.2 and isinstance(inside, dict):
            del inside[last]
        else:
            inside[last] = copy.deepcopy(chance.choice(HOSTILE))
    return params
