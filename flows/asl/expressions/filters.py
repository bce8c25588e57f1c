"""Reading the condition of a JSONPath filter, `[?(@.price < 10 && @.kind == 'book')]`.

Theory of operation. One pass, precedence climbing: `||` binds weakest, then `&&`, then `!`, then a relation; a path alone asks
whether it is there. A word without quotes is a text, as in the developer guide's own `[?(@.category==home)]`. Operators are Jayway's (its README, "Filter Operators"). What they mean is in `walking`; here is only the form.
Nesting is bounded, so that no text can exhaust the stack.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import orjson

from flows.asl.expressions.errors import InvalidExpressionError

RELATIONS = (
    "===", "!==", "==", "!=", "<=", ">=", "=~", "<", ">",
    "in", "nin", "contains", "all", "size", "exists", "type", "empty", "subsetof", "anyof", "noneof",
)  # fmt: skip

MAX_DEPTH = 50
_WORD_RELATION = re.compile(
    r"(?:nin|in|contains|all|size|exists|type|empty|subsetof|anyof|noneof)(?![A-Za-z0-9_])", re.IGNORECASE
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_BARE = re.compile(r"[^\s()\[\]=!<>&|~,'\"]+")
_WORDS = {"true": True, "false": False, "null": None}
_WORD = re.compile(r"(?:true|false|null)(?![A-Za-z0-9_])")


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: Any


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression: /source/flags."""

    source: str
    flags: str


@dataclass(frozen=True, slots=True)
class Place:
    """A path from the element (@) or from the document ($)."""

    from_root: bool
    steps: tuple[Any, ...]


Operand = Literal | Pattern | Place


@dataclass(frozen=True, slots=True)
class Relation:
    """Two operands and what must hold between them."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class There:
    """A place that must exist."""

    place: Place


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    of: Filter


@dataclass(frozen=True, slots=True)
class Every:
    """All of them (&&)."""

    of: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One of them (||)."""

    of: tuple[Filter, ...]


Filter = Relation | There | Not | Every | Some
ReadSteps = Callable[[str, int], tuple[tuple[Any, ...], int]]


def parse_filter(text: str, at: int, read_steps: ReadSteps) -> tuple[Filter, int]:
    """The condition that begins at a character, and the character after it (the closing bracket)."""
    reader = _Reader(text, at, read_steps)
    condition = reader.some()
    reader.blanks()
    return condition, reader.at


class _Reader:
    def __init__(self, text: str, at: int, read_steps: ReadSteps) -> None:
        self.text = text
        self.at = at
        self.read_steps = read_steps
        self.depth = 0

    def some(self) -> Filter:
        found = [self.every()]
        while self.take("||"):
            found.append(self.every())
        return found[0] if len(found) == 1 else Some(tuple(found))

    def every(self) -> Filter:
        found = [self.one()]
        while self.take("&&"):
            found.append(self.one())
        return found[0] if len(found) == 1 else Every(tuple(found))

    def one(self) -> Filter:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise InvalidExpressionError(f"A filter nests at most {MAX_DEPTH} levels")
        try:
            if self.take("!"):
                return Not(self.one())
            if self.take("("):
                condition = self.some()
                if not self.take(")"):
                    self.refuse()
                return condition
            return self.relation()
        finally:
            self.depth -= 1

    def relation(self) -> Filter:
        left = self.operand()
        operator = self.operator()
        if operator:
            return Relation(operator, left, self.operand())
        if not isinstance(left, Place):
            self.refuse()
        return There(left)

    def operator(self) -> str:
        self.blanks()
        word = _WORD_RELATION.match(self.text, self.at)
        if word is not None:
            self.at = word.end()
            return word[0].lower()
        for sign in RELATIONS:
            if not sign[0].isalpha() and self.take(sign):
                return sign
        return ""

    def operand(self) -> Operand:
        self.blanks()
        head = self.text[self.at : self.at + 1]
        if head in {"@", "$"}:
            self.at += 1
            steps, self.at = self.read_steps(self.text, self.at)
            return Place(head == "$", steps)
        if head in {"'", '"'}:
            return Literal(self.quoted(head))
        if head == "/":
            return self.pattern()
        if head in {"[", "{"}:
            return Literal(self.document(head))
        found = _WORD.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
            return Literal(_WORDS[found[0]])
        bare = _BARE.match(self.text, self.at)
        if bare is None:
            self.refuse()
        self.at = bare.end()
        number = _NUMBER.fullmatch(bare[0])
        return Literal(bare[0] if number is None else orjson.loads(bare[0]))

    def quoted(self, quote: str) -> str:
        letters: list[str] = []
        self.at += 1
        while not self.text.startswith(quote, self.at):
            if self.at >= len(self.text):
                self.refuse()
            self.at += self.text.startswith("\\", self.at)
            letters.append(self.text[self.at : self.at + 1])
            self.at += 1
        self.at += 1
        return "".join(letters)

    def pattern(self) -> Pattern:
        begin = self.at + 1
        self.at = begin
        while self.at < len(self.text) and self.text[self.at] != "/":
            self.at += 2 if self.text[self.at] == "\\" else 1
        if self.at >= len(self.text):
            self.refuse()
        source = self.text[begin : self.at]
        self.at += 1
        flags = re.compile(r"[a-zA-Z]*").match(self.text, self.at)
        assert flags is not None
        self.at = flags.end()
        return Pattern(source, flags[0])

    def document(self, head: str) -> Any:
        """A JSON list or object written in the filter; its strings may be in single quotes."""
        closing = "]" if head == "[" else "}"
        begin, level, quote = self.at, 0, ""
        while self.at < len(self.text):
            letter = self.text[self.at]
            self.at += 2 if letter == "\\" else 1
            if quote:
                quote = "" if letter == quote else quote
            elif letter in {"'", '"'}:
                quote = letter
            elif letter == head:
                level += 1
            elif letter == closing:
                level -= 1
                if not level:
                    break
        try:
            return orjson.loads(self.text[begin : self.at].replace("'", '"'))
        except orjson.JSONDecodeError:
            self.refuse()

    def take(self, sign: str) -> bool:
        self.blanks()
        if self.text.startswith(sign, self.at) and not (sign == "!" and self.text.startswith("!=", self.at)):
            self.at += len(sign)
            return True
        return False

    def blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def refuse(self) -> NoReturn:
        raise InvalidExpressionError(f"Could not read the filter at character {self.at}: {self.text[:100]}")
