"""The grammar of API Gateway's mapping templates: texts, references and assignments.

    reference    $name  $!name  ${name}      then steps: .name  .name(expression, …)  [expression]
    assignment   #set($name = expression)
    expression   'text'  "text with $references"  7  word  reference

Directives that branch or repeat are no part of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

NAME = re.compile(r"[A-Za-z_][\w-]*")
NUMBER = re.compile(r"-?\d{1,15}")
SET = re.compile(r"#set\s*\(\s*\$\{?")
DIRECTIVE = re.compile(r"#\{?(if|elseif|else|end|foreach|macro|include|parse|stop|break|evaluate|define)\b")
DEEPEST = 20


class TemplateError(ValueError):
    """A template of another kind than this file knows."""


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
            elif number := NUMBER.match(self.text, self.at):
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
