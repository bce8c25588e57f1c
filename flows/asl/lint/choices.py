"""Choice rules: what a rule compares, and how rules are put together.

A rule of a JSONPath state compares a `Variable` by exactly one operator, or combines rules with And, Or, Not; only the outermost rule
has a `Next` (and may `Assign`). A rule of a JSONata state has a `Condition`. Combined rules are walked with a stack of their own.

Sources: the language's section on Choice states; the recorded choice operators.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.asl.lint.diagnostics import Place
from flows.asl.lint.fields import Field, Group, fields, look_at
from flows.asl.lint.values import (
    BOOLEAN,
    CONDITION,
    JSONATA,
    JSONPATH,
    REFERENCE,
    TEMPLATE,
    TEXT,
    TIMESTAMP,
    VARIABLES,
    Setting,
    Value,
    a_list,
    an_object,
    looks_like_path,
    number,
    typed,
)


def _compared_text(value: Any, place: Place, setting: Setting) -> None:
    if typed(value, place, setting, type_=str, name="String"):
        looks_like_path(value, place, setting)


COMPARED = {
    "String": Value("text", _compared_text),
    "Numeric": number(float("-inf"), expression=False),
    "Timestamp": TIMESTAMP,
}
ORDERS = ("Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals")
OPERATORS: dict[str, Value] = {
    **{f"{sort}{order}": value for sort, value in COMPARED.items() for order in ORDERS},
    "BooleanEquals": BOOLEAN,
    **{f"{sort}{order}Path": REFERENCE for sort in COMPARED for order in ORDERS},
    "BooleanEqualsPath": REFERENCE,
    "StringMatches": COMPARED["String"],
    **{f"Is{what}": BOOLEAN for what in ("Null", "Present", "Numeric", "String", "Boolean", "Timestamp")},
}
COMBINING = ("And", "Or", "Not")


def _combined(value: Any, place: Place, setting: Setting) -> None:
    """The rules inside are walked by `_rules`."""
    if place.key == "Not":
        an_object(value, place, setting)
    elif a_list(value, place, setting) and not value:
        setting.findings.schema("Expected at least one item", place)


COMBINED = Value("rules", _combined)
INNER = fields(
    Field("Variable", REFERENCE, (JSONPATH,)),
    *(Field(name, value, (JSONPATH,)) for name, value in OPERATORS.items()),
    *(Field(name, COMBINED, (JSONPATH,)) for name in COMBINING),
    Field("Comment", TEXT),
)
OUTER = {
    **INNER,
    **fields(
        Field("Condition", CONDITION, (JSONATA,), required=True),
        Field("Next", TEXT, required=True),
        Field("Assign", VARIABLES),
        Field("Output", TEMPLATE, (JSONATA,)),
    ),
}
COMPARISON = Group((*OPERATORS, *COMBINING))


def _choices(value: Any, place: Place, setting: Setting) -> None:
    if not a_list(value, place, setting):
        return
    if not value:
        setting.findings.schema("Expected at least one item", place)
    for index, rule in enumerate(value):
        for found, at in _rules(rule, place / index):
            if an_object(found, at, setting):
                look_at(found, at, setting, OUTER if found is rule else INNER, (COMPARISON,))
                if setting.language == JSONPATH:
                    _is_a_comparison(found, at, setting)


def _is_a_comparison(rule: dict[str, Any], place: Place, setting: Setting) -> None:
    if not any(name in rule for name in COMPARISON.names):
        setting.findings.schema("A choice rule needs one comparison operator, or And, Or, Not", place)
    elif any(name in rule for name in OPERATORS) and "Variable" not in rule:
        setting.findings.schema("These fields are required: [Variable]", place)


def _rules(rule: Any, place: Place) -> Iterator[tuple[Any, Place]]:
    """A rule and the rules inside it."""
    waiting = [(rule, place)]
    while waiting:
        found, at = waiting.pop()
        yield found, at
        if not isinstance(found, dict):
            continue
        inner = [(found["Not"], at / "Not")] if isinstance(found.get("Not"), dict) else []
        for name in ("And", "Or"):
            if isinstance(found.get(name), list):
                inner += [(member, at / name / index) for index, member in enumerate(found[name])]
        waiting.extend(reversed(inner))


CHOICES = Value("list of choice rules", _choices)
