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
from functools import lru_cache
from typing import Any, TypeAlias
from urllib.parse import quote, unquote

NAME = re.compile(r"[A-Za-z_][\w-]*")
SET = re.compile(r"#set\s*\(\s*\$\{?")
DIRECTIVE = re.compile(r"#\{?(if|elseif|else|end|foreach|macro|include|parse|stop|break|evaluate|define)\b")
PATH_STEP = re.compile(r"\.([\w-]+)|\['([^']*)'\]|\[(\d+)\]")
ESCAPES = {"\\": "\\\\", '"': '\\"', "'": "\\'", "/": "\\/", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
DEEPEST = 20
ROOTS = ("input", "util", "context", "stageVariables")


class TemplateError(ValueError):
    """A template of another kind than this file knows."""


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


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    arguments: tuple[Expression, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    target: Reference
    value: Expression


Template: TypeAlias = "tuple[str | Reference | Assignment, ...]"
Expression: TypeAlias = "str | int | Reference | Template"


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(1024)
def compile_template(text: str) -> Template:
    return _Reader(text).template()


class _Reader:
    def __init__(self, text: str, depth: int = 0) -> None:
        if depth > DEEPEST:
            raise TemplateError("it nests too deep")
        self.text, self.at, self.depth = text, 0, depth

    def template(self) -> Template:
        parts: list[str | Reference | Assignment] = []
        plain = 0
        while self.at < len(self.text):
            begun = self.at
            part = (
                self.directive() if self.text[begun] == "#" else self.reference() if self.text[begun] == "$" else None
            )
            if part is None:
                self.at = begun + 1 if self.at == begun else self.at
                if self.at == begun + 1:
                    continue
            parts.append(self.text[plain:begun])
            if part is not None:
                parts.append(part)
            plain = self.at
        parts.append(self.text[plain:])
        return tuple(part for part in parts if part != "")

    def directive(self) -> Assignment | None:
        if self.text.startswith("##", self.at):
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end + 1
            return None
        found = DIRECTIVE.match(self.text, self.at)
        if found is not None:
            raise TemplateError(f"#{found[1]} is not known here")
        found = SET.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end() - 1
        if self.text[self.at] == "{":
            self.at -= 1
        target = self.reference()
        self.skip()
        if target is None or not self.takes("="):
            raise TemplateError("a #set that assigns nothing")
        value = self.expression()
        if not self.takes(")"):
            raise TemplateError("a #set of more than one value")
        return Assignment(target, value)

    def reference(self) -> Reference | None:
        begun = self.at
        self.at += 1
        self.takes("!")
        braced = self.takes("{")
        found = NAME.match(self.text, self.at)
        if found is None:
            self.at = begun
            return None
        self.at = found.end()
        steps: list[Step] = []
        while (step := self.step()) is not None:
            steps.append(step)
        if braced and not self.takes("}"):
            self.at = begun
            return None
        return Reference(found[0], tuple(steps))

    def step(self) -> Step | None:
        if self.takes("["):
            index = self.expression()
            if not self.takes("]"):
                raise TemplateError("an index that does not end")
            return Step("get", (index,))
        found = NAME.match(self.text, self.at + 1) if self.text.startswith(".", self.at) else None
        if found is None:
            return None
        self.at = found.end()
        return Step(found[0], self.arguments() if self.takes("(") else None)

    def arguments(self) -> tuple[Expression, ...]:
        given: list[Expression] = []
        self.skip()
        while not self.takes(")"):
            given.append(self.expression())
            self.skip()
            if not self.takes(",") and not self.text.startswith(")", self.at):
                raise TemplateError("arguments that do not end")
        return tuple(given)

    def expression(self) -> Expression:
        self.skip()
        found: Expression | None = None
        if self.at < len(self.text):
            mark = self.text[self.at]
            if mark in "'\"":
                found = self.string(mark)
            elif mark == "$":
                found = self.reference()
            elif number := re.compile(r"-?\d{1,15}").match(self.text, self.at):
                self.at = number.end()
                found = int(number[0])
            elif word := NAME.match(self.text, self.at):
                self.at = word.end()
                found = word[0]
        if found is None:
            raise TemplateError("an expression that is not known here")
        self.skip()
        return found

    def string(self, mark: str) -> Expression:
        """Between single quotes as it is; between double quotes references are filled in."""
        end = self.text.find(mark, self.at + 1)
        if end < 0:
            raise TemplateError("a text that does not end")
        inner, self.at = self.text[self.at + 1 : end], end + 1
        return inner if mark == "'" else _Reader(inner, self.depth + 1).template()

    def takes(self, mark: str) -> bool:
        there = self.text.startswith(mark, self.at)
        self.at += there
        return there

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1


# ── filling in ──────────────────────────────────────────────────────────────────────────────────────────────────────


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
