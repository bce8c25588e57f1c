"""The comparison operators of Choice rules, as a table: a family of values, a comparison in it, and a form with a constant and with a path.

Theory of operation. A value of another family never compares: the rule is false, whatever the operator (recorded for every
combination in area choice_operators: 0 is not false, "2012-10-09T19:00:55Z" is a string and a timestamp, "" is no timestamp). Strings
compare by UTF-16 units, as Java's `compareTo`; timestamps by instant, whatever their offsets.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flows.asl.expressions.timestamps import parse_timestamp

Compare = Callable[[Any, Any], bool]
Read = Callable[[Any], Any]

NOT_OF_KIND: Final = object()
"""What a family reads from a value that is none of its own."""


def _string(value: Any) -> Any:
    if type(value) is not str:
        return NOT_OF_KIND
    return value if value.isascii() else _Units(value)


class _Units:
    """A string that compares by its UTF-16 units."""

    __slots__ = ("units",)

    def __init__(self, text: str) -> None:
        self.units = text.encode("utf-16-be", "surrogatepass")

    def __eq__(self, other: object) -> bool:
        return self.units == _units(other)

    def __lt__(self, other: Any) -> bool:
        return self.units < _units(other)

    def __le__(self, other: Any) -> bool:
        return self.units <= _units(other)

    def __gt__(self, other: Any) -> bool:
        return self.units > _units(other)

    def __ge__(self, other: Any) -> bool:
        return self.units >= _units(other)

    __hash__ = None  # type: ignore[assignment]


def _units(other: Any) -> bytes:
    return other.units if isinstance(other, _Units) else str(other).encode("utf-16-be")


def _number(value: Any) -> Any:
    kind = type(value)
    return value if kind is int or kind is float else NOT_OF_KIND


def _boolean(value: Any) -> Any:
    return value if type(value) is bool else NOT_OF_KIND


def _timestamp(value: Any) -> Any:
    instant = parse_timestamp(value) if type(value) is str else None
    return NOT_OF_KIND if instant is None else instant


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator: its AWS name without "Path", how a value of its family is read, and the comparison."""

    name: str
    read: Read
    compare: Compare


_ORDER: Final[tuple[tuple[str, Compare], ...]] = (
    ("Equals", operator.eq),
    ("LessThan", operator.lt),
    ("GreaterThan", operator.gt),
    ("LessThanEquals", operator.le),
    ("GreaterThanEquals", operator.ge),
)

OPERATORS: Final[dict[str, Operator]] = {
    row.name: row
    for row in (
        Operator("BooleanEquals", _boolean, operator.eq),
        *(
            Operator(family + name, read, compare)
            for family, read in (("String", _string), ("Numeric", _number), ("Timestamp", _timestamp))
            for name, compare in _ORDER
        ),
    )
}
"""Operators that compare a variable with a constant, or with a path when "Path" follows the name."""

TESTS: Final[dict[str, Callable[[Any], bool]]] = {
    "IsNull": lambda value: value is None,
    "IsNumeric": lambda value: _number(value) is not NOT_OF_KIND,
    "IsString": lambda value: type(value) is str,
    "IsBoolean": lambda value: type(value) is bool,
    "IsTimestamp": lambda value: _timestamp(value) is not NOT_OF_KIND,
}
"""Operators that ask for the kind of a variable; true and false say which answer is wanted."""

IS_PRESENT: Final = "IsPresent"
STRING_MATCHES: Final = "StringMatches"


def string_matcher(pattern: str) -> Callable[[str], bool]:
    r"""StringMatches: `*` stands for any characters, `\*` and `\\` for themselves. Linear in pattern and text."""
    pieces = [""]
    at = 0
    while at < len(pattern):
        letter = pattern[at]
        if letter == "\\" and pattern[at + 1 : at + 2] in {"*", "\\"}:
            pieces[-1] += pattern[at + 1]
            at += 1
        elif letter == "*":
            pieces.append("")
        else:
            pieces[-1] += letter
        at += 1
    first, *middle = pieces
    if not middle:
        return lambda text: text == first
    last = middle.pop()

    def matches(text: str) -> bool:
        if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
            return False
        at, end = len(first), len(text) - len(last)
        for piece in middle:
            found = text.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True

    return matches
