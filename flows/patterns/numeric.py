"""The operator `numeric`: `["=", 5]`, `["<", 5]`, `[">", 0, "<=", 5]`."""

from __future__ import annotations

from flows.patterns.conditions import Condition, Equals, Number, Range
from flows.patterns.reading import Reader
from flows.patterns.tokens import Token

TOO_MANY = "Too many elements in numeric expression"
BELOW = {"<": True, "<=": False}
ABOVE = {">": True, ">=": False}
"""Operator → whether the end itself is left out."""


def read_numeric(reader: Reader) -> Condition:
    if reader.next() is not Token.START_ARRAY:
        raise reader.refusal("Value of numeric must be an array.")
    found = _comparison(reader)
    reader.close(TOO_MANY)
    return found


def _comparison(reader: Reader) -> Condition:
    if reader.next() is not Token.STRING:
        raise reader.refusal(f"Invalid member in numeric match: {reader.text}")
    operator = reader.text
    token = reader.next()
    if operator == "=":
        text = _numeral(reader, token, "equals")
        _end(reader, TOO_MANY)
        return Equals(_comparable(reader, text))
    if operator in BELOW:
        text = _numeral(reader, token, operator)
        _end(reader, TOO_MANY)
        return Range(top=_comparable(reader, text), open_top=BELOW[operator])
    if operator in ABOVE:
        text = _numeral(reader, token, operator)
        return _from(reader, text, open_bottom=ABOVE[operator])
    raise reader.refusal(f"Unrecognized numeric range operator: {operator}")


def _from(reader: Reader, text: str, *, open_bottom: bool) -> Condition:
    token = reader.next()
    if token is Token.END_ARRAY:
        return Range(_comparable(reader, text), open_bottom)
    if token is not Token.STRING:
        raise reader.refusal(f"Bad value in numeric range: {reader.text}")
    operator = reader.text
    if operator not in BELOW:
        raise reader.refusal(f"Bad numeric range operator: {operator}")
    upper = _numeral(reader, reader.next(), operator)
    _end(reader, "Too many terms in numeric range expression")
    bottom, top = _comparable(reader, text), _comparable(reader, upper)
    if bottom >= top:
        raise reader.refusal("Bottom must be less than top")
    return Range(bottom, open_bottom, top, BELOW[operator])


def _numeral(reader: Reader, token: Token, operator: str) -> str:
    if token is not Token.NUMBER:
        raise reader.refusal(f"Value of {operator} must be numeric")
    return reader.text


def _end(reader: Reader, otherwise: str) -> None:
    if reader.next() is not Token.END_ARRAY:
        raise reader.refusal(otherwise)


def _comparable(reader: Reader, text: str) -> Number:
    found = reader.comparable(text)
    if isinstance(found, str):
        raise reader.refusal(found)
    return found
