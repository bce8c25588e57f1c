"""What a field may hold: one `Value` per sort, with its words for the reference page and its check.

A check looks at one value and says what is wrong with it at its place. In JSONata states most values may be an expression instead
(`{% … %}`), whose result is judged when it runs; in JSONPath states that is what the twin ending in `Path` is for, so a path in a
field that takes text is probably a mistake and worth a warning (NO_PATH).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from flows.asl.lint import expressions
from flows.asl.lint.diagnostics import Findings, Place, cut
from flows.asl.lint.timestamps import is_timestamp

JSONPATH, JSONATA = "JSONPath", "JSONata"
LANGUAGES = (JSONPATH, JSONATA)
LARGEST_INTEGER = 99_999_999
SUBSTITUTED = re.compile(r"\$\{[A-Za-z0-9_]+\}")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a value is judged by: where the findings go, the state's query language, whether it runs in an Express workflow, and
    whether `${Name}` may still be filled in (a template's definition before its substitutions).
    """

    findings: Findings
    language: str = JSONPATH
    express: bool = False
    placeholders: bool = False

    def speaking(self, language: str) -> Setting:
        return self if language == self.language else replace(self, language=language)

    def unfinished(self, value: Any) -> bool:
        return self.placeholders and isinstance(value, str) and SUBSTITUTED.search(value) is not None


Check: TypeAlias = Callable[[Any, Place, Setting], None]


@dataclass(frozen=True, slots=True)
class Value:
    words: str
    check: Check


def typed(value: Any, place: Place, setting: Setting, *, type_: type | tuple[type, ...], name: str) -> bool:
    """Whether a value is of a type; what is not is told. True and false are no numbers."""
    if isinstance(value, type_) and not (isinstance(value, bool) and type_ is not bool):
        return True
    if not setting.unfinished(value):
        setting.findings.schema(f"Expected value of type {name}", place)
    return False


def an_object(value: Any, place: Place, setting: Setting) -> bool:
    return typed(value, place, setting, type_=dict, name="Object")


def a_list(value: Any, place: Place, setting: Setting) -> bool:
    return typed(value, place, setting, type_=list, name="Array")


def a_text(value: Any, place: Place, setting: Setting) -> bool:
    return typed(value, place, setting, type_=str, name="String")


def _is_expression(value: Any, place: Place, setting: Setting) -> bool:
    """An expression of JSONata, told where it is none that can be read."""
    if setting.language != JSONATA or not isinstance(value, str) or not expressions.is_jsonata(value):
        return False
    expressions.check_jsonata(value, place, setting.findings)
    return True


def _text(value: Any, place: Place, setting: Setting) -> None:
    a_text(value, place, setting)


def _shown_text(value: Any, place: Place, setting: Setting) -> None:
    if not _is_expression(value, place, setting) and a_text(value, place, setting):
        looks_like_path(value, place, setting)


def looks_like_path(value: str, place: Place, setting: Setting) -> None:
    if setting.language == JSONPATH and value.startswith(("$.", "$$.", "$[")):
        message = f"The value '{cut(value)}' looks like a path, but the field '{place.key}' does not end with 'Path'"
        setting.findings.say("NO_PATH", message, place)


def _boolean(value: Any, place: Place, setting: Setting) -> None:
    typed(value, place, setting, type_=bool, name="Boolean")


def _anything(value: Any, place: Place, setting: Setting) -> None:
    """Any JSON."""


def integer(minimum: int = 0, maximum: int | None = LARGEST_INTEGER, *, expression: bool = True) -> Value:
    """A whole number in a range; in JSONata an expression too, unless the field is read before anything runs."""

    def check(value: Any, place: Place, setting: Setting) -> None:
        if (expression and _is_expression(value, place, setting)) or not typed(
            value, place, setting, type_=int, name="Integer"
        ):
            return
        if value < minimum:
            setting.findings.schema(f"Minimum value is {minimum}", place)
        elif maximum is not None and value > maximum:
            setting.findings.schema(f"Maximum value is {maximum}", place)

    top = f"{minimum:,} or more" if maximum is None else f"{minimum:,} to {maximum:,}"
    return Value(f"whole number, {top}{'; JSONata: or an expression' if expression else ''}", check)


def number(minimum: float = 0, maximum: float | None = None, *, expression: bool = True) -> Value:
    def check(value: Any, place: Place, setting: Setting) -> None:
        if (expression and _is_expression(value, place, setting)) or not typed(
            value, place, setting, type_=(int, float), name="Number"
        ):
            return
        if not value >= minimum:
            setting.findings.schema(f"Minimum value is {minimum}", place)
        elif maximum is not None and value > maximum:
            setting.findings.schema(f"Maximum value is {maximum}", place)

    top = f"{minimum} or more" if maximum is None else f"{minimum} to {maximum}"
    return Value(f"number, {top}{'; JSONata: or an expression' if expression else ''}", check)


def one_of(*words: str) -> Value:
    def check(value: Any, place: Place, setting: Setting) -> None:
        if a_text(value, place, setting) and value not in words and not setting.unfinished(value):
            listed = ", ".join(words)
            setting.findings.schema(f"The field '{place.key}' should have one of these values: [{listed}]", place)

    return Value(" or ".join(f"`{word}`" for word in words), check)


def _timestamp(value: Any, place: Place, setting: Setting) -> None:
    if _is_expression(value, place, setting) or not a_text(value, place, setting) or setting.unfinished(value):
        return
    if not is_timestamp(value):
        setting.findings.schema("String does not match RFC3339 timestamp", place)


def _path(value: Any, place: Place, setting: Setting) -> None:
    if value is not None and a_text(value, place, setting) and not setting.unfinished(value):
        expressions.check_path(value, place, setting.findings)


def _path_or_call(value: Any, place: Place, setting: Setting) -> None:
    if a_text(value, place, setting) and not setting.unfinished(value):
        expressions.check_path_or_call(value, place, setting.findings)


def _reference(value: Any, place: Place, setting: Setting) -> None:
    if a_text(value, place, setting) and not setting.unfinished(value):
        expressions.check_reference(value, place, setting.findings)


def _result_path(value: Any, place: Place, setting: Setting) -> None:
    if value is not None and a_text(value, place, setting) and not setting.unfinished(value):
        expressions.check_result_path(value, place, setting.findings)


def _items(value: Any, place: Place, setting: Setting) -> None:
    if isinstance(value, list):
        template(value, place, setting)
    elif not _is_expression(value, place, setting):
        setting.findings.schema("Expected value of type Array or a JSONata expression", place)


def _condition(value: Any, place: Place, setting: Setting) -> None:
    if not isinstance(value, bool) and not _is_expression(value, place, setting):
        setting.findings.schema("Expected value of type Boolean or a JSONata expression", place)


def template(value: Any, place: Place, setting: Setting) -> None:
    """A payload: any JSON whose fields may be paths (JSONPath, names ending in .$) or expressions (JSONata)."""
    (expressions.check_jsonata_template if setting.language == JSONATA else expressions.check_template)(
        value, place, setting.findings, setting.unfinished
    )


def _variables(value: Any, place: Place, setting: Setting) -> None:
    if not an_object(value, place, setting):
        return
    for name in value:
        wrong = expressions.wrong_variable(name.removesuffix(".$") if setting.language == JSONPATH else name)
        if wrong:
            setting.findings.schema(f"Variable name '{cut(name)}' {wrong}", place)
    template(value, place, setting)


def _texts(value: Any, place: Place, setting: Setting) -> None:
    if a_list(value, place, setting):
        for index, member in enumerate(value):
            a_text(member, place / index, setting)


def _object_only(value: Any, place: Place, setting: Setting) -> None:
    """What is inside is walked by `states.py`, which has a stack of its own."""
    an_object(value, place, setting)


def _list_only(value: Any, place: Place, setting: Setting) -> None:
    if a_list(value, place, setting) and not value:
        setting.findings.schema("Expected at least one item", place)


TEXT = Value("text", _text)
SHOWN_TEXT = Value("text; JSONata: or an expression", _shown_text)
BOOLEAN = Value("true or false", _boolean)
ANYTHING = Value("any JSON", _anything)
TIMESTAMP = Value("RFC 3339 timestamp; JSONata: or an expression", _timestamp)
PATH = Value("JSONPath, or null", _path)
PATH_OR_CALL = Value("JSONPath or intrinsic function", _path_or_call)
REFERENCE = Value("reference path", _reference)
RESULT_PATH = Value("reference path, or null", _result_path)
TEMPLATE = Value("payload template", template)
ITEMS = Value("array, or a JSONata expression", _items)
CONDITION = Value("true, false, or a JSONata expression", _condition)
VARIABLES = Value("object of variables, a payload template", _variables)
TEXTS = Value("list of texts", _texts)
STATES_INSIDE = Value("object of states", _object_only)
MACHINE_INSIDE = Value("states of its own", _object_only)
MACHINES_INSIDE = Value("list of states of their own", _list_only)
