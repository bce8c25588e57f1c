"""API Gateway's mapping templates: Velocity with `$input`, `$util`, `$context` and `$stageVariables`.

What is not there is the empty text. Source: "Mapping template and access logging variable reference" (API Gateway's developer guide).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from flows.topology.velocity import Names, Returned, fill
from flows.topology.velocity_grammar import compile_template
from flows.topology.velocity_methods import text_of
from flows.topology.velocity_tree import Step, TemplateError

__all__ = ["UTIL", "Scope", "TemplateError", "at_path", "compile_template", "parsed", "render", "text_of"]

PATH_STEP = re.compile(r"\.([\w-]+)|\['([^']*)'\]|\[(\d+)\]")
ESCAPES = {"\\": "\\\\", '"': '\\"', "'": "\\'", "/": "\\/", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass
class Scope:
    """What a template may read."""

    body: str
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    header: dict[str, str] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)


def render(template: str, scope: Scope) -> str:
    values = {"context": scope.context, "stageVariables": dict(scope.variables)}
    try:
        return fill(template, Names(values, {"input": _Input(scope), "util": _Util()}))
    except Returned as returned:
        return text_of(returned.value)


class _Input:
    """`$input`: the body, what stands at a path of it, the request's parameters."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def reach(self, steps: tuple[Step, ...], arguments: Callable[[Step], list[Any]]) -> tuple[Any, int]:
        if not steps:
            return None, 0
        scope, step = self.scope, steps[0]
        given = arguments(step)
        if step.name == "body":
            return scope.body, 1
        if step.name == "params":
            return _params(given, scope), 1
        if step.name in ("json", "path"):
            found = at_path(parsed(scope.body), str(given[0]) if given else "$")
            written = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
            return (found if step.name == "path" else written), 1
        return None, 1


class _Util:
    """`$util`."""

    def reach(self, steps: tuple[Step, ...], arguments: Callable[[Step], list[Any]]) -> tuple[Any, int]:
        known = UTIL.get(steps[0].name) if steps else None
        given = arguments(steps[0]) if steps else []
        return (known(given[0]) if known is not None and given else None), min(len(steps), 1)


def _params(arguments: list[Any], scope: Scope) -> Any:
    if not arguments:
        return {"path": scope.path, "querystring": scope.query, "header": scope.header}
    places = (scope.path, scope.query, scope.header)
    name = text_of(arguments[0])
    return next((place[name] for place in places if name in place), None)


def at_path(value: Any, path: str) -> Any:
    """What stands at a plain JSON path; None if nothing does."""
    at = 1
    while at < len(path):
        found = PATH_STEP.match(path, at)
        if found is None:
            return None
        at = found.end()
        if found[3] is not None:
            index = int(found[3][:9])
            value = value[index] if isinstance(value, list) and index < len(value) else None
        else:
            key = found[1] if found[1] is not None else found[2]
            value = value.get(key) if isinstance(value, dict) else None
    return value


def parsed(text: str) -> Any:
    """A body as JSON; None if it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _decoded(value: Any) -> str:
    try:
        return base64.b64decode(text_of(value), validate=True).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""


UTIL: dict[str, Callable[[Any], Any]] = {
    "urlEncode": lambda value: quote(text_of(value), safe="", errors="replace"),
    "urlDecode": lambda value: unquote(text_of(value)),
    "escapeJavaScript": lambda value: "".join(ESCAPES.get(letter, letter) for letter in text_of(value)),
    "base64Encode": lambda value: base64.b64encode(text_of(value).encode(errors="replace")).decode(),
    "base64Decode": _decoded,
    "parseJson": lambda value: parsed(text_of(value)),
}
