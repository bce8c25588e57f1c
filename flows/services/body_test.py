"""Does a message's body meet a behaviour's condition? The body is read as JSON; one that is not JSON is a JSON string.

Handlers look inside: a condition on the event of a topic or a bucket, or on a topic's envelope in a queue, is about what it
carries (the topic's message, the bucket's record, the records that a pipe hands over). A path may go through a text that is JSON itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from flows.services.blobs import read, text_of
from flows.topology.resources.function import BodyTest

MISSING = object()
KINESIS = "aws:kinesis"


def meets(test: BodyTest, text: str) -> bool:
    """Whether the value at the test's path passes it; a value that is not there passes only `exists: false`."""
    value = _read(text)
    values = [value, *_carried(value)] if isinstance(value, dict) else [value, *_piped(value)]
    found = [each for each in (_at(test.path, value) for value in values) if each is not MISSING]
    if test.op == "exists":
        return bool(found) == bool(test.value)
    return any(OPERATORS[test.op](each, test.value) for each in found)


def _carried(value: dict[str, object]) -> list[object]:
    """What an event or an envelope carries."""
    if value.get("Type") == "Notification" and isinstance(value.get("Message"), str):
        return [_read(value["Message"])]
    records = value.get("Records")
    found: list[object] = []
    for record in records if isinstance(records, list) else ():
        if isinstance(record, dict):
            topic = record.get("Sns")
            found.append(_read(topic["Message"]) if isinstance(topic, dict) and "Message" in topic else record)
    return found


def _piped(value: object) -> list[object]:
    """What the events of a pipe carry: they come as a list, each a record of the pipe's source or what a template made of it."""
    found: list[object] = []
    for event in value if isinstance(value, list) else ():
        found.append(_read(event))
        if isinstance(event, dict):
            data = event.get("data") if event.get("eventSource") == KINESIS else None
            decoded = text_of(read(data)) if isinstance(data, str) else None
            found.extend(_read(text) for text in (event.get("body"), decoded) if isinstance(text, str))
    return found


def _read(text: object) -> object:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text


def _at(path: str, value: object) -> object:
    """The value at `$.name.0.other`, or MISSING."""
    for step in path.split(".")[1:]:
        within = _read(value)
        if isinstance(within, dict) and step in within:
            value = within[step]
        elif isinstance(within, list) and step.isdecimal() and int(step) < len(within):
            value = within[int(step)]
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
