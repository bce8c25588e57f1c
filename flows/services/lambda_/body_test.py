"""Does a message's body meet a behaviour's condition? The body is read as JSON; one that is not JSON is a JSON string."""

from __future__ import annotations

import json
from collections.abc import Callable

from flows.services.lambda_.config import BodyTest

MISSING = object()


def meets(test: BodyTest, text: str) -> bool:
    """Whether the value at the test's path passes it; a value that is not there passes only `exists: false`."""
    try:
        value: object = json.loads(text)
    except ValueError:
        value = text
    found = _at(test.path, value)
    if test.op == "exists":
        return (found is not MISSING) == bool(test.value)
    return found is not MISSING and OPERATORS[test.op](found, test.value)


def _at(path: str, value: object) -> object:
    """The value at `$.name.0.other`, or MISSING."""
    for step in path.split(".")[1:]:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return MISSING
    return value


def _equals(found: object, value: object) -> bool:
    """As JSON compares: true is not 1."""
    if isinstance(found, bool) or isinstance(value, bool):
        return found is value
    return found == value


def _contains(found: object, value: object) -> bool:
    if isinstance(found, str):
        return str(value) in found
    if isinstance(found, list):
        return any(_equals(each, value) for each in found)
    return isinstance(found, dict) and value in found


def _prefix(found: object, value: object) -> bool:
    return isinstance(found, str) and found.startswith(str(value))


OPERATORS: dict[str, Callable[[object, object], bool]] = {"equals": _equals, "contains": _contains, "prefix": _prefix}
