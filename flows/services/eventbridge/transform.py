"""What a target gets: the event, a part of it, a constant, or a template filled in.

Theory of operation. An input transformer has variables (name → path into the event) and a template with `<name>` in it. A template is
cut once into texts and variables, each variable with whether it stands inside quotes. Outside quotes a value is written as JSON.
Inside quotes it is written as text: a string as it is (with what JSON must escape escaped), numbers and booleans as JSON. What is in a
list or an object differs by template (recorded: TestInputTransformer): in a JSON template their JSON is put between the quotes as it
is, which makes the result no JSON, and nothing is delivered; in a string template they lose their quotes (`[HIGH]`). A variable
whose path finds nothing is an empty text. Names that begin with `aws.events.` are EventBridge's own.

Sources: "Amazon EventBridge input transformation"; cases/aws/events (test_events_inputs).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flows.services.eventbridge.paths import MISSING, read
from flows.services.ports import Json

VARIABLE = re.compile(r"<([^<>]+)>")
RESERVED = "aws.events."
RULE_ARN, RULE_NAME = "aws.events.rule-arn", "aws.events.rule-name"
EVENT, EVENT_JSON, INGESTION = "aws.events.event", "aws.events.event.json", "aws.events.event.ingestion-time"
HEAD = {"detail-type": "detailType"}
"""How the event without its detail calls its members, where differently from the event itself."""
OWN = (RULE_ARN, RULE_NAME, EVENT, EVENT_JSON, INGESTION)


class TransformError(Exception):
    """The result is no JSON: nothing can be delivered."""


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Template:
    parts: tuple[str | Variable, ...]
    is_json: bool
    """A JSON template's result must be JSON; one that begins with a quote is text."""

    @property
    def names(self) -> list[str]:
        return [part.name for part in self.parts if isinstance(part, Variable)]


@dataclass(frozen=True, slots=True)
class Context:
    """What a template may name besides its own variables."""

    event: Json
    rule_arn: str
    rule_name: str
    ingested: str

    def value(self, name: str) -> Any:
        if name == EVENT:
            return {HEAD.get(key, key): value for key, value in self.event.items() if key != "detail"}
        return {
            RULE_ARN: self.rule_arn,
            RULE_NAME: self.rule_name,
            INGESTION: self.ingested,
            EVENT_JSON: self.event,
        }.get(name, MISSING)


@lru_cache(2048)
def compile_template(text: str) -> Template:
    parts: list[str | Variable] = []
    quoted, at = False, 0
    for found in VARIABLE.finditer(text):
        before = text[at : found.start()]
        quoted = _still_quoted(before, quoted)
        if before:
            parts.append(before)
        parts.append(Variable(found[1], quoted))
        at = found.end()
    if at < len(text):
        parts.append(text[at:])
    return Template(tuple(parts), not text.lstrip().startswith('"'))


def _still_quoted(text: str, quoted: bool) -> bool:
    """Whether what follows the text is inside quotes."""
    at = 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == '"':
            quoted = not quoted
        at += 1
    return quoted


def fill(template: Template, paths: dict[str, str], context: Context) -> str:
    """The template with its variables' values; raises TransformError."""
    values: dict[str, Any] = {}
    for name in template.names:
        if name not in values:
            values[name] = read(paths[name], context.event) if name in paths else context.value(name)
    text = "".join(
        part if isinstance(part, str) else _written(values[part.name], part.quoted, template.is_json)
        for part in template.parts
    )
    if not template.is_json:
        return text
    try:
        found = compact(json.loads(text, strict=False))
        found.encode()
    except (ValueError, RecursionError):
        raise TransformError(text) from None
    return found


def _written(value: Any, quoted: bool, is_json: bool) -> str:
    if value is MISSING:
        return "" if quoted else '""'
    if not quoted:
        return compact(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)[1:-1]
    text = compact(value)
    return text if is_json or not isinstance(value, list | dict) else text.replace('"', "")


def compact(value: Any) -> str:
    """JSON as EventBridge writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
