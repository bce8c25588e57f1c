"""What a pipe hands on: the event as it came, or its input template filled in.

Theory of operation. A template is text with variables in angle brackets: a path into the event (`<$.body.orderId>`) or one of the reserved
names (`<aws.pipes.pipe-name>` …). A path looks into a text that is JSON (a message's body, a Kinesis record's decoded data) as if it stood there
itself (AWS: implicit body data parsing). Outside quotes a value is written as JSON, inside as text. A template that is one variable and nothing else is that value. What
comes out is JSON if it can be read as JSON, else a text. A path that finds nothing is an empty text.

Dynamic parameters (`MessageGroupId: $.body.customer`) are paths too; any other value is meant as it is.

Source: "Amazon EventBridge Pipes input transformation" (AWS's user guide).
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flows.services.texts import written

VARIABLE = re.compile(r"<(\$[^<>]*|aws\.pipes\.[a-z.-]+)>")
STEP = re.compile(r"\.([A-Za-z0-9_/-]+)|\[(\d+|\*)\]|\['([^']*)'\]")
PATH = re.compile(r"\$(\.[A-Za-z0-9_/-]+|\[\d+\]|\[\*\]|\['[^']*'\])*")
DATA, KINESIS = "data", "aws:kinesis"
MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class Context:
    """What reserved variables say."""

    pipe_arn: str
    pipe_name: str
    source_arn: str
    enrichment_arn: str
    target_arn: str
    ingested: str

    def value(self, name: str, event: Any) -> Any:
        return {
            "aws.pipes.pipe-arn": self.pipe_arn,
            "aws.pipes.pipe-name": self.pipe_name,
            "aws.pipes.source-arn": self.source_arn,
            "aws.pipes.enrichment-arn": self.enrichment_arn,
            "aws.pipes.target-arn": self.target_arn,
            "aws.pipes.event.ingestion-time": self.ingested,
            "aws.pipes.event": event,
            "aws.pipes.event.json": event,
        }.get(name, MISSING)


@lru_cache(1024)
def compile_template(text: str) -> tuple[tuple[str, str, bool], ...]:
    """The parts of a template: (text before, variable, whether the variable stands inside quotes); the last has no variable."""
    parts: list[tuple[str, str, bool]] = []
    at, quoted = 0, False
    for found in VARIABLE.finditer(text):
        before = text[at : found.start()]
        quoted = _still_quoted(before, quoted)
        parts.append((before, found[1], quoted))
        at = found.end()
    parts.append((text[at:], "", False))
    return tuple(parts)


def _still_quoted(text: str, quoted: bool) -> bool:
    at = 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == '"':
            quoted = not quoted
        at += 1
    return quoted


def fill(template: str, event: Any, context: Context) -> Any:
    """The event as the template wants it: a JSON value."""
    parts = compile_template(template)
    if len(parts) == 2 and not parts[0][0] and not parts[1][0]:
        value = _value(parts[0][1], event, context)
        return "" if value is MISSING else value
    text = "".join(
        before + (_written(_value(name, event, context), quoted) if name else "") for before, name, quoted in parts
    )
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return text


def dynamic(parameter: Any, event: Any) -> str:
    """A parameter that may be a path into the event."""
    text = str(parameter or "")
    if not text.startswith("$"):
        return text
    found = read(text, event)
    return "" if found is MISSING else as_text(found)


def read(path: str, event: Any) -> Any:
    """What stands at a path; MISSING if nothing does."""
    if not PATH.fullmatch(path):
        return MISSING
    found = [event]
    for step in STEP.finditer(path):
        name = step[1] if step[1] is not None else step[3]
        found = [inner for value in found for inner in _stepped(_parsed(value), name, step[2])]
        if not found:
            return MISSING
    return found if "[*]" in path else found[0]


def _stepped(value: Any, name: str | None, index: str | None) -> list[Any]:
    if name is not None:
        if not isinstance(value, dict) or name not in value:
            return []
        return [_decoded(value[name]) if name == DATA and value.get("eventSource") == KINESIS else value[name]]
    if not isinstance(value, list):
        return []
    return list(value) if index == "*" else value[int(index or 0) :][:1]


def _decoded(data: Any) -> Any:
    """A Kinesis record's data as the text that it is."""
    try:
        return b64decode(data, validate=True).decode()
    except (TypeError, ValueError):
        return data


def _parsed(value: Any) -> Any:
    """A text that is a JSON object or list is looked into."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _value(name: str, event: Any, context: Context) -> Any:
    return read(name, event) if name.startswith("$") else context.value(name, event)


def _written(value: Any, quoted: bool) -> str:
    if value is MISSING:
        return "" if quoted else '""'
    value = value if quoted else _parsed(value)
    if not quoted:
        return compact(value)
    return json.dumps(as_text(value), ensure_ascii=False)[1:-1]


def as_text(value: Any) -> str:
    """A value for who takes text: a string as it is, anything else as JSON."""
    return written(value) if isinstance(value, str) else compact(value)


def compact(value: Any) -> str:
    return written(json.dumps(value, separators=(",", ":"), ensure_ascii=False))
