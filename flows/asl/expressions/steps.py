"""Reading a JSONPath text into steps.

Theory of operation. A path is a root and steps. The root is `$` (the input), `$$` (the context object) or `$name` (a variable); the
steps are what follows it, as Jayway's JsonPath reads them, because that is the library whose sentences AWS prints. A path is
*definite* when it can name one node only: property and index steps. Anything else (wildcard, slice, filter, union of indices,
recursive descent) is indefinite and answers a list, always. `['a','b']` is definite for Jayway: it answers one object of those members.

Functions such as `.length()` are not evaluated by Step Functions: `$.list.length()` looks for a member named "length()", as AWS's
answers show (re:Post, "sum function returns error about not finding path"). A dot before a bracket changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from flows.asl.expressions.errors import InvalidExpressionError
from flows.asl.expressions.filters import Filter, parse_filter

INPUT, CONTEXT, VARIABLE = "input", "context", "variable"

MAX_PATH = 10_000
"""Characters in one path; a longer one is refused when it is compiled."""

MAX_STEPS = 200
"""Steps in one path: so deep, and no deeper, can a written value lie."""

_ROOT = re.compile(r"\$\$|\$([A-Za-z_][A-Za-z0-9_]*)|\$")
_NAME = re.compile(r"[^.\[]+")
_INTEGER = re.compile(r"-?\d+")
_SLICE = re.compile(r"\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?")


@dataclass(frozen=True, slots=True)
class Property:
    """One member by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Properties:
    """Several members by name: an object of those that are there."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """One element; negative counts from the end."""

    index: int


@dataclass(frozen=True, slots=True)
class Indices:
    """Several elements by index."""

    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """Elements from, up to but not including."""

    start: int | None
    stop: int | None


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Every member or element."""


@dataclass(frozen=True, slots=True)
class Descent:
    """The node and everything below it, depth first."""


@dataclass(frozen=True, slots=True)
class Where:
    """The elements for which the filter holds."""

    condition: Filter


Step = Property | Properties | Index | Indices | Slice | Wildcard | Descent | Where


@dataclass(frozen=True, slots=True)
class Parsed:
    """A path that was read: where it begins, the variable's name if there, and its steps."""

    text: str
    root: str
    variable: str
    steps: tuple[Step, ...]

    @property
    def definite(self) -> bool:
        """Whether it names one node at most."""
        return all(isinstance(step, (Property, Properties, Index)) for step in self.steps)

    @property
    def reference(self) -> bool:
        """Whether it is a Reference Path: single members and elements only."""
        return all(isinstance(step, Property) or (isinstance(step, Index) and step.index >= 0) for step in self.steps)


def parse_path(text: str) -> Parsed:
    """The steps of a path text."""
    root = _ROOT.match(text)
    if root is None:
        raise InvalidExpressionError(f"Path must start with '$': {text[:100]}")
    if len(text) > MAX_PATH:
        raise InvalidExpressionError(f"A path has at most {MAX_PATH} characters")
    steps = tuple(_Reader(text, root.end()).steps())
    if len(steps) > MAX_STEPS:
        raise InvalidExpressionError(f"A path has at most {MAX_STEPS} steps")
    variable = root[1] or ""
    kind = VARIABLE if variable else CONTEXT if root[0] == "$$" else INPUT
    return Parsed(text, kind, variable, steps)


def parse_relative(text: str, at: int) -> tuple[tuple[Step, ...], int]:
    """The steps from a place in a filter, up to the first character that cannot belong to a path, and where that is."""
    reader = _Reader(text, at, relative=True)
    return tuple(reader.steps()), reader.at


class _Reader:
    """One pass over the text, left to right."""

    def __init__(self, text: str, at: int, *, relative: bool = False) -> None:
        self.text = text
        self.at = at
        self.name = re.compile(r"[^\s.\[\]()=!<>&|,~]+") if relative else _NAME
        self.relative = relative

    def steps(self) -> list[Step]:
        steps: list[Step] = []
        text = self.text
        while self.at < len(text):
            if text.startswith("..", self.at):
                self.at += 2
                steps.append(Descent())
                if not text.startswith("[", self.at):
                    steps.append(self.member())
            elif text[self.at] == ".":
                self.at += 1
                steps.append(self.bracket() if text.startswith("[", self.at) else self.member())
            elif text[self.at] == "[":
                steps.append(self.bracket())
            elif self.relative:
                break
            else:
                self.refuse()
        return steps

    def member(self) -> Step:
        if self.text.startswith("*", self.at):
            self.at += 1
            return Wildcard()
        name = self.name.match(self.text, self.at)
        if name is None:
            self.refuse()
        self.at = name.end()
        if " " in name[0]:
            raise InvalidExpressionError(
                f"Use bracket notation ['my prop'] if your property contains blank characters: {self.text[:100]}"
            )
        return Property(name[0])

    def bracket(self) -> Step:
        self.at += 1
        self.blanks()
        head = self.text[self.at : self.at + 1]
        step: Step
        if head in {"'", '"'}:
            names = self.listed(self.quoted)
            step = Property(names[0]) if len(names) == 1 else Properties(tuple(names))
        elif head == "*":
            self.at += 1
            step = Wildcard()
        elif head == "?":
            condition, self.at = parse_filter(self.text, self.at + 1, parse_relative)
            step = Where(condition)
        else:
            step = self.numbers()
        self.blanks()
        if not self.text.startswith("]", self.at):
            self.refuse()
        self.at += 1
        return step

    def numbers(self) -> Step:
        piece = _SLICE.match(self.text, self.at)
        if piece is not None:
            if piece[3] not in {None, "1"}:
                self.refuse()
            self.at = piece.end()
            return Slice(*(None if bound is None else int(bound) for bound in (piece[1], piece[2])))
        indices = self.listed(self.integer)
        return Index(indices[0]) if len(indices) == 1 else Indices(tuple(indices))

    def listed(self, one: Any) -> list[Any]:
        found = [one()]
        self.blanks()
        while self.text.startswith(",", self.at):
            self.at += 1
            self.blanks()
            found.append(one())
            self.blanks()
        return found

    def quoted(self) -> str:
        """A name in quotes; only the quote itself is escaped, a backslash before anything else stays (recorded: json_path_escape)."""
        quote = self.text[self.at : self.at + 1]
        if quote not in {"'", '"'}:
            self.refuse()
        letters: list[str] = []
        self.at += 1
        while not self.text.startswith(quote, self.at):
            if self.at >= len(self.text):
                self.refuse()
            self.at += self.text.startswith("\\" + quote, self.at)
            letters.append(self.text[self.at])
            self.at += 1
        self.at += 1
        return "".join(letters)

    def integer(self) -> int:
        digits = _INTEGER.match(self.text, self.at)
        if digits is None:
            self.refuse()
        self.at = digits.end()
        return int(digits[0])

    def blanks(self) -> None:
        while self.text.startswith(" ", self.at):
            self.at += 1

    def refuse(self) -> NoReturn:
        raise InvalidExpressionError(f"Could not read the path at character {self.at}: {self.text[:100]}")
