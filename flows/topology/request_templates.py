"""API Gateway's mapping templates, as far as they fill in values: `$input`, `$util`, `$context`, `$stageVariables`, `#set`.

Theory of operation. A template is read once into parts: texts, references and assignments. A reference is a name and steps (`.name`,
`.name(arguments)`, `[index]`), evaluated against a `Scope`. What is not there is the empty text. Directives that branch or repeat (`#if`,
`#foreach`, `#macro`) are not known: `compile_template` raises TemplateError, and a check tells who draws.

Source: "Mapping template and access logging variable reference" (API Gateway's developer guide).
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

from flows.topology.template_grammar import (
    Assignment,
    Expression,
    Reference,
    Step,
    Template,
    TemplateError,
    compile_template,
)

__all__ = ["Scope", "TemplateError", "at_path", "compile_template", "parsed", "render", "text_of"]

PATH_STEP = re.compile(r"\.([\w-]+)|\['([^']*)'\]|\[(\d+)\]")
ESCAPES = {"\\": "\\\\", '"': '\\"', "'": "\\'", "/": "\\/", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
ROOTS = ("input", "util", "context", "stageVariables")


@dataclass
class Scope:
    """What a template may read."""

    body: str
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    header: dict[str, str] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)


def render(template: str, scope: Scope) -> str:
    try:
        return _filled(compile_template(template), scope)
    except RecursionError:
        raise TemplateError("its values nest too deep") from None


def _filled(parts: Template, scope: Scope) -> str:
    written: list[str] = []
    for part in parts:
        if isinstance(part, Assignment):
            if not part.target.steps:
                scope.names[part.target.name] = _value(part.value, scope)
        else:
            written.append(part if isinstance(part, str) else text_of(_value(part, scope)))
    return "".join(written)


def _value(given: Expression, scope: Scope) -> Any:
    if isinstance(given, tuple):
        return _filled(given, scope)
    if not isinstance(given, Reference):
        return given
    value: Any = given.name if given.name in ROOTS and given.name not in scope.names else scope.names.get(given.name)
    steps = given.steps
    if value in ROOTS and given.name not in scope.names:
        if not steps:
            return None
        value = _root(given.name, steps[0], scope)
        steps = steps[1:]
    for step in steps:
        value = _stepped(value, step, scope)
    return value


def _root(name: str, step: Step, scope: Scope) -> Any:
    arguments = [_value(each, scope) for each in step.arguments or ()]
    if name == "context":
        return scope.context.get(step.name)
    if name == "stageVariables":
        return scope.variables.get(step.name)
    if name == "util":
        known = UTIL.get(step.name)
        return known(arguments[0]) if known is not None and arguments else None
    if step.name == "body":
        return scope.body
    if step.name == "params":
        return _params(arguments, scope)
    if step.name in ("json", "path"):
        found = at_path(parsed(scope.body), str(arguments[0]) if arguments else "$")
        return found if step.name == "path" else json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return None


def _params(arguments: list[Any], scope: Scope) -> Any:
    if not arguments:
        return {"path": scope.path, "querystring": scope.query, "header": scope.header}
    places = (scope.path, scope.query, scope.header)
    return next((place[arguments[0]] for place in places if arguments[0] in place), None)


def _stepped(value: Any, step: Step, scope: Scope) -> Any:
    arguments = [_value(each, scope) for each in step.arguments or ()]
    if step.name == "get" and arguments:
        if isinstance(value, dict):
            return value.get(str(arguments[0]))
        index = arguments[0]
        return value[index] if isinstance(value, list) and isinstance(index, int) and 0 <= index < len(value) else None
    if step.name == "replaceAll" and len(arguments) == 2 and isinstance(value, str):
        return value.replace(re.sub(r"\\(.)", r"\1", str(arguments[0])), str(arguments[1]))
    if step.name in ("toString", "size") and step.arguments is not None:
        return text_of(value) if step.name == "toString" else len(value) if isinstance(value, list | dict | str) else 0
    return value.get(step.name) if isinstance(value, dict) else None


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


def text_of(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


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
