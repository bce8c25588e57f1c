"""The operator `anything-but`: values, or what another operator holds for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.patterns.conditions import (
    AnythingBut,
    AnythingButValues,
    Condition,
    EqualsIgnoringCase,
    Matches,
    Prefix,
    Suffix,
)
from flows.patterns.folding import Folded
from flows.patterns.reading import PatternError, Reader
from flows.patterns.tokens import Token
from flows.patterns.values import Leaf

TOO_MANY = "Too many elements in numeric expression"
"""AWS's own words, whatever the expression."""
NO_VALUE = "Value of anything-but must be an array or single string/number value."
NO_AFFIX = "prefix/suffix match pattern must be a string"


def read_anything_but(reader: Reader) -> Condition:
    token = reader.next()
    if token is Token.START_OBJECT:
        return _anything_but_operator(reader)
    found: Condition
    if token is Token.START_ARRAY:
        found = _anything_but_values(reader)
    elif token is Token.STRING:
        found = AnythingButValues(frozenset((reader.text,)), (reader.text,))
    elif token is Token.NUMBER:
        value = reader.comparable(reader.text)
        if isinstance(value, str):
            raise reader.error(value)
        found = AnythingButValues(frozenset((value,)), (value,))
    else:
        raise reader.refusal(NO_VALUE)
    reader.close(TOO_MANY)
    return found


def _anything_but_values(reader: Reader) -> Condition:
    values: list[Leaf] = []
    kinds = set()
    while (token := reader.next()) is not Token.END_ARRAY:
        if token is Token.STRING:
            values.append(reader.text)
        elif token is Token.NUMBER:
            value = reader.comparable(reader.text)
            if isinstance(value, str):
                raise reader.refusal(value)
            values.append(value)
        else:
            raise reader.refusal_twice("Inside anything but list, start|null|boolean is not supported.")
        kinds.add(token)
    if len(kinds) != 1:
        raise reader.refusal(
            "Inside anything but list, either all values are number or string, mixed type is not supported"
        )
    return AnythingButValues(frozenset(values), tuple(values))


@dataclass(frozen=True, slots=True)
class _Excluded:
    """What may stand in the object behind `anything-but`."""

    make: Callable[[Reader, str], Condition]
    no_text: str
    sns: bool = False
    empty: bool = True


EXCLUDED = {
    "equals-ignore-case": _Excluded(
        lambda _, text: EqualsIgnoringCase(Folded(text)),
        "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
    ),
    "prefix": _Excluded(lambda _, text: Prefix(text), NO_AFFIX, sns=True, empty=False),
    "suffix": _Excluded(lambda _, text: Suffix(text), NO_AFFIX, empty=False),
    "wildcard": _Excluded(
        lambda reader, text: Matches(reader.wildcard(text)), "wildcard match pattern must be a string"
    ),
}


def _anything_but_operator(reader: Reader) -> Condition:
    if reader.next() is not Token.NAME:
        raise reader.refusal("Anything-But expression name not found")
    modern = reader.dialect.all_operators
    excluded = EXCLUDED.get(reader.name)
    if excluded is None or not (modern or excluded.sns):
        raise reader.refusal(f"Unsupported anything-but pattern: {reader.name}")
    token = reader.next()
    if not modern:
        return _anything_but_prefix(reader, token)
    texts = []
    if token is Token.START_ARRAY:
        while (token := reader.next()) is not Token.END_ARRAY:
            if token is not Token.STRING:
                raise reader.refusal_twice(excluded.no_text)
            texts.append(_excluded_text(reader, excluded, reader.refusal_twice))
    elif token is Token.STRING:
        texts.append(_excluded_text(reader, excluded, reader.refusal))
    else:
        raise reader.refusal(excluded.no_text if token is Token.NUMBER else NO_VALUE)
    found = AnythingBut(tuple(excluded.make(reader, text) for text in texts))
    reader.close(TOO_MANY)
    reader.close(TOO_MANY)
    return found


def _excluded_text(reader: Reader, excluded: _Excluded, refusal: Callable[[str], PatternError]) -> str:
    text = reader.text
    if not text and not excluded.empty:
        raise refusal("Null prefix/suffix not allowed")
    return text


def _anything_but_prefix(reader: Reader, token: Token) -> Condition:
    """The only form that SNS has."""
    if token is not Token.STRING:
        raise reader.refusal("prefix match pattern must be a string")
    text = reader.text
    if not text:
        raise reader.refusal("Null prefix not allowed")
    reader.close(TOO_MANY)
    reader.close(TOO_MANY)
    return AnythingBut((Prefix(text),))
