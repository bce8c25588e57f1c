"""Attribute values: {"S": …}, {"N": …}, and so on, as the API writes them. What is one, what it weighs, and how two compare.

Numbers are decimal, of 38 digits; AWS answers them without what they do not need ("042.50" is 42.5). Sizes are those of the developer
guide ("Item sizes and formats"), and what streams were recorded to say (SizeBytes): names and texts in bytes, a number a byte for
two digits and one more, a list or a map three bytes and one for each member.
"""

from __future__ import annotations

import base64
import binascii
import json
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from flows.services.ports import Json
from flows.services.texts import size_of

Value = Json
EXACT = Context(prec=200)
DIGITS, HIGHEST, LOWEST = 38, 126, -130
DEEPEST = 32
SCALARS = ("S", "N", "B")
SETS = {"SS": "S", "NS": "N", "BS": "B"}
TYPES = (*SCALARS, "BOOL", "NULL", "M", "L", *SETS)
PREFIX = "One or more parameter values were invalid: "


class InvalidValueError(ValueError):
    """What AWS says to a value."""


def checked(value: Any, depth: int = 0) -> Value:
    """The value as it is kept; raises what AWS says if it is none."""
    if depth > DEEPEST:
        raise InvalidValueError("Nesting Levels have exceeded supported limits")
    if not isinstance(value, dict) or len([name for name in value if value[name] is not None]) != 1:
        raise InvalidValueError(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
            if isinstance(value, dict) and len(value) > 1
            else "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
        )
    ((kind, inner),) = [(name, each) for name, each in value.items() if each is not None]
    if kind not in TYPES:
        raise InvalidValueError("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
    if kind == "M":
        return {"M": checked_item(_of(inner, dict), depth + 1)}
    if kind == "L":
        return {"L": [checked(each, depth + 1) for each in _of(inner, list)]}
    if kind in SETS:
        return {kind: _set(kind, _of(inner, list))}
    if kind in ("BOOL", "NULL"):
        if not isinstance(inner, bool):
            raise InvalidValueError(f"{PREFIX}{kind} must be true or false")
        if kind == "NULL" and not inner:
            raise InvalidValueError(f"{PREFIX}Null attribute value types must have the value of true")
        return {kind: inner}
    return {kind: _scalar(kind, inner)}


def checked_item(item: Json, depth: int = 0) -> Json:
    for name in item:
        if size_of(name) < 0:
            raise InvalidValueError(f"{PREFIX}An attribute name is no text")
    return {name: checked(each, depth) for name, each in item.items()}


def _of(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise InvalidValueError("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
    return value


def _set(kind: str, members: list[Any]) -> list[str]:
    if not members:
        what = {"SS": "string", "NS": "number", "BS": "binary"}[kind]
        raise InvalidValueError(f"{PREFIX}An {what} set  may not be empty")
    found = [_scalar(SETS[kind], each) for each in members]
    if len(set(found)) != len(found):
        raise InvalidValueError(f"{PREFIX}Input collection [{', '.join(found)}] contains duplicates.")
    return found


def _scalar(kind: str, inner: Any) -> str:
    if kind == "N":
        return number_text(decimal_of(inner))
    if not isinstance(inner, str) or size_of(inner) < 0:
        raise InvalidValueError(f"{PREFIX}a value of type {kind} must be a text")
    if kind == "B":
        try:
            return base64.b64encode(base64.b64decode(inner, validate=True)).decode()
        except (binascii.Error, ValueError):
            return base64.b64encode(inner.encode()).decode()
    return inner


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def decimal_of(text: Any) -> Decimal:
    """A number as AWS takes it."""
    cannot = InvalidValueError(f"The parameter cannot be converted to a numeric value: {text}")
    if not isinstance(text, str) or not text or "_" in text or text != text.strip() or len(text) > 400:
        raise cannot
    try:
        number = EXACT.create_decimal(text)
    except InvalidOperation:
        raise cannot from None
    if not number.is_finite():
        raise cannot
    if number == 0:
        return Decimal(0)
    number = number.normalize(EXACT)
    if number.adjusted() >= HIGHEST:
        raise InvalidValueError(
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
        )
    if number.adjusted() < LOWEST:
        raise InvalidValueError(
            "Number underflow. Attempting to store a number with magnitude smaller than supported range"
        )
    if len(number.as_tuple().digits) > DIGITS:
        raise InvalidValueError("Attempting to store more than 38 significant digits in a Number")
    return number


def number_text(number: Decimal) -> str:
    return "0" if number == 0 else format(number.normalize(EXACT), "f")


# ── comparing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def kind_of(value: Value) -> str:
    return next(iter(value))


def order_of(value: Value) -> Any:
    """What scalars of one type are ordered by."""
    kind, inner = next(iter(value.items()))
    if kind == "N":
        return Decimal(inner)
    return base64.b64decode(inner) if kind == "B" else str(inner).encode("utf-8", "surrogatepass")


def canonical(value: Value) -> str:
    """Equal values have equal texts: sets in whatever order."""
    kind, inner = next(iter(value.items()))
    if kind in SETS:
        return json.dumps([kind, sorted(inner)])
    if kind == "M":
        return json.dumps([kind, {name: canonical(each) for name, each in sorted(inner.items())}])
    if kind == "L":
        return json.dumps([kind, [canonical(each) for each in inner]])
    return json.dumps([kind, inner])


def equal(one: Value, other: Value) -> bool:
    return canonical(one) == canonical(other)


# ── weighing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def weight(value: Value) -> int:
    """Bytes of a value."""
    kind, inner = next(iter(value.items()))
    if kind in SETS:
        return sum(weight({SETS[kind]: each}) for each in inner)
    if kind == "M":
        return 3 + sum(len(name.encode()) + weight(each) + 1 for name, each in inner.items())
    if kind == "L":
        return 3 + sum(weight(each) + 1 for each in inner)
    if kind == "N":
        digits = len(Decimal(inner).normalize(EXACT).as_tuple().digits)
        return (digits + 1) // 2 + 1 + int(str(inner).startswith("-"))
    if kind == "B":
        return len(base64.b64decode(inner))
    return len(inner.encode()) if kind == "S" else 1


def item_weight(item: Json) -> int:
    return sum(len(name.encode()) + weight(value) for name, value in item.items())
