"""Filters of Lambda's event source mappings (and of pipes): a pattern over a record of the source, its payload read as JSON.

A record is held against the pattern with its payload in place of the text: an SQS record's `body`, a Kinesis record's `data`
(decoded), and so on (`SOURCES`). A payload that is a JSON object or array is read; another stays a text. So a filter for JSON
drops a plain text, and a filter for a text drops JSON, as Lambda's documentation has it ("Properly filtering …").
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flows.patterns.compiler import branches_of
from flows.patterns.dialects import MAPPING
from flows.patterns.pattern import COMPILERS, Mismatch, Pattern, remember
from flows.patterns.values import read_json, shown

LONGEST = 4096
"""Characters of a filter's pattern."""


@dataclass(frozen=True, slots=True)
class Source:
    """`within` is where in the event's record the metadata lie, `payload` the key among them that is read as JSON."""

    within: str = ""
    payload: str = ""
    encoded: bool = False


SOURCES = {
    "sqs": Source(payload="body"),
    "dynamodb": Source(),
    "kinesis": Source(within="kinesis", payload="data", encoded=True),
    "kafka": Source(payload="value", encoded=True),
    "mq": Source(payload="data", encoded=True),
}


class MappingPattern(Pattern):
    """Takes a record as the function would get it."""

    __slots__ = ("source",)

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{MAPPING.name}/{kind}", text, branches_of(text, MAPPING))
        self.source = SOURCES[kind]

    def matches(self, event: Any) -> bool:
        return super().matches(self._read(event))

    def explain(self, event: Any) -> Mismatch | None:
        record, payload = self._read(event), self.source.payload
        text = record.get(payload) if isinstance(record, dict) else None
        step = self.steps.inner.get(payload)
        if isinstance(text, str) and step is not None and not step.is_leaf:
            fields = len(self.branches[0].fields)
            return Mismatch(payload, "JSON", shown(text), f"{payload} is {shown(text)}, wanted is JSON", fields, fields)
        return super().explain(record)

    def _read(self, event: Any) -> Any:
        """The metadata with the payload read, if the pattern asks for it."""
        source = self.source
        record = event.get(source.within) if source.within and isinstance(event, dict) else event
        if not isinstance(record, dict) or source.payload not in self.steps.inner:
            return record
        payload = record.get(source.payload)
        read = _as_json(payload, encoded=source.encoded) if isinstance(payload, str) else None
        return record if read is None else {**record, source.payload: read}


def compile_mapping_filter(text: str | dict[str, Any], source_kind: str = "sqs") -> Pattern:
    """One filter's pattern. Whatever is wrong with it, AWS has one sentence; `reason` of the PatternError says more."""
    pattern = text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)
    return remember(f"{MAPPING.name}/{source_kind}", pattern)


def _as_json(payload: str, *, encoded: bool) -> Any:
    """An object or array, a decoded text, or None where it is to stay as it is."""
    try:
        text = b64decode(payload, validate=True).decode() if encoded else payload
    except ValueError:
        return None
    try:
        read = read_json(text)
    except ValueError:
        read = None
    if isinstance(read, dict | list):
        return read
    return text if encoded else None


def _compiler(kind: str) -> Callable[[str], Pattern]:
    return partial(MappingPattern, kind)


COMPILERS.update({f"{MAPPING.name}/{kind}": _compiler(kind) for kind in SOURCES})
