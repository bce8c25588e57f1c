"""What stands at the leaf of an event or of a pattern, in the one form in which both are compared.

Theory of operation. A text is a `str`. A number is an `int` or a `float`: Python compares and hashes the two exactly as one
number, so 300 and 300.0 are one value. A number counts as a number only if a double holds it as it is written (event-ruler's
`ComparableNumber`: the shortest decimal of the nearest double must be the number itself); 1e400, or an integer of twenty odd
digits, is a `Numeral` instead, which equals nothing but its own text and is never smaller or greater than anything. `true`,
`false` and `null` are `Literal`s, because Python takes True for 1.

`read_json` reads JSON so that nothing of this is lost. What was read by another reader (floats already rounded) is taken as it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any, TypeAlias

EXACT = 2**53
"""Up to here every integer is a double."""
LONGEST_NUMBER = 400
"""A longer numeral than this is not worth reading: no double is written so."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number that no double holds."""

    text: str

    def __str__(self) -> str:
        return self.text


class Literal:
    """`true`, `false` or `null`; there are three of them, and they are compared by identity."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[Any, ...]:
        return _literal, (self.text,)


def _literal(text: str) -> Literal:
    return LITERALS[text]


LITERALS = {text: Literal(text) for text in ("true", "false", "null")}
TRUE, FALSE, NULL = LITERALS.values()
Leaf: TypeAlias = str | int | float | Numeral | Literal
NUMBERS = (int, float)


def number(text: str) -> int | float | Numeral:
    """A number as JSON writes it."""
    if len(text) > LONGEST_NUMBER:
        return Numeral(text)
    try:
        written, held = Decimal(text), float(text)
    except (InvalidOperation, ValueError):
        return Numeral(text)
    if not isfinite(held) or Decimal(repr(held)) != written:
        return Numeral(text)
    return int(held) if held.is_integer() and abs(held) <= EXACT else held


def leaf(value: Any) -> Leaf:
    """A scalar out of any JSON reader."""
    kind = type(value)
    if kind is str or kind is Numeral:
        return value  # type: ignore[no-any-return]
    if kind is bool or value is None:
        return NULL if value is None else TRUE if value else FALSE
    if (kind is int and -EXACT <= value <= EXACT) or (kind is float and isfinite(value)):
        return value  # type: ignore[no-any-return]
    return number(str(value)) if isinstance(value, int | float) else Numeral(str(value))


def read_json(text: str) -> Any:
    """JSON, numbers and all. Raises ValueError, also for what is nested too deep to be read."""
    try:
        return json.loads(text, parse_int=number, parse_float=number, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def shown(value: Leaf) -> str:
    """As JSON writes it, shortened for a sentence."""
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False)
        return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 2] + '…"'
    return str(value) if isinstance(value, int | Numeral) else value.text if isinstance(value, Literal) else repr(value)


LONGEST_SHOWN = 80


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")
