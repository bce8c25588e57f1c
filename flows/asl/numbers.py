"""Numbers of a state from a literal, a reference path or a JSONata expression: MaxConcurrency, tolerances, timeouts …

Each comes in three spellings: `Field` with a number, `FieldPath` with a reference path (JSONPath), `Field` with "{% … %}"
(JSONata). Causes are those recorded for MaxConcurrencyPath, ToleratedFailureCountPath and ToleratedFailurePercentagePath.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flows.asl.dataflow import JSONATA
from flows.asl.expressions import MISSING, InvalidExpressionError, Scope, compile_jsonata, compile_path, jsonata_text
from flows.asl.failures import RUNTIME, StateFailedError
from flows.asl.history import text as json_text
from flows.asl.ports import Json
from flows.asl.quotas import TASK_SECONDS

Number = Callable[[Scope], float]


def number(
    definition: Mapping[str, Json], field: str, language: str, location: str = "", *, whole: bool = True
) -> Number | None:
    """The compiled field, or None where the definition has it in no spelling; `whole`: only integers are numbers."""
    path = f"{field}Path"
    if language == JSONATA and field in definition and jsonata_text(definition[field]) is not None:
        jsonata = compile_jsonata(definition[field], location or field)
        return lambda scope: jsonata.expect(scope, "number")
    if field in definition:
        literal = definition[field]
        if isinstance(literal, bool) or not isinstance(literal, int | float):
            raise InvalidExpressionError(f"{location or field} must be a number")
        return lambda _scope: literal
    if path in definition:
        return _from_path(definition[path], path, whole=whole)
    return None


def _from_path(text: str, field: str, *, whole: bool) -> Number:
    path = compile_path(text)
    kind = "integer" if whole else "float"

    def read(scope: Scope) -> float:
        value = path.read_field(scope, field)
        said = _said(value)
        if said is None or (whole and said != int(said)):
            shown = plain(value)
            raise StateFailedError(
                RUNTIME, f'The {field} field refers to value "{shown}" which is not a valid {kind}: {text}'
            )
        return said

    return read


def _said(value: Json) -> float | None:
    """The number a value is, or says as a text of digits."""
    if isinstance(value, str) and value.removeprefix("-").isdecimal():
        return int(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def seconds(definition: Mapping[str, Json], field: str, language: str) -> Number | None:
    """TimeoutSeconds and HeartbeatSeconds: their paths are read as Wait's SecondsPath is."""
    path = f"{field}Path"
    return long_path(definition[path], path) if path in definition else number(definition, field, language)


def long_path(text: str, field: str) -> Number:
    """A whole number from a path, refused in the words recorded for SecondsPath."""
    path = compile_path(text)

    def read(scope: Scope) -> float:
        value = path.find(scope)
        if value is MISSING:
            raise StateFailedError(RUNTIME, f"The {field} parameter does not reference an input value: {text}")
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            said = f"The {field} parameter cannot be parsed as a long value: {text} == {plain(value)}"
            raise StateFailedError(RUNTIME, said)
        if value < 0:
            said = f"The {field} parameter references a negative value: {text} == {plain(value)}"
            raise StateFailedError(RUNTIME, said)
        if value > TASK_SECONDS:
            said = f"The {field} parameter references a value greater than {TASK_SECONDS}: {text} == {plain(value)}"
            raise StateFailedError(RUNTIME, said)
        return value

    return read


def plain(value: Json) -> str:
    """A value as these sentences print it: texts without quotation marks."""
    return value if isinstance(value, str) else json_text(value)


def within(value: float, low: float, high: float, sentence: str) -> float:
    """The value, or States.Runtime with that sentence."""
    if not low <= value <= high:
        raise StateFailedError(RUNTIME, sentence)
    return value
