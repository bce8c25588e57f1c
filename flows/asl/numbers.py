"""Numbers a state takes from a literal, a reference path or a JSONata expression: MaxConcurrency, TimeoutSeconds, tolerances …

Each comes in three spellings: `Field` with a number, `FieldPath` with a reference path (JSONPath), `Field` with "{% … %}" (JSONata).
Causes are those recorded for MaxConcurrencyPath, ToleratedFailureCountPath and ToleratedFailurePercentagePath.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flows.asl.dataflow import JSONATA
from flows.asl.expressions import Scope, compile_jsonata, compile_path, jsonata_text
from flows.asl.expressions.errors import json_text
from flows.asl.failures import RUNTIME, StateFailedError
from flows.asl.ports import Json

Number = Callable[[Scope], float]


def number(definition: Mapping[str, Json], field: str, language: str, location: str = "") -> Number | None:
    """The compiled field, or None where the definition has it in no spelling."""
    path = f"{field}Path"
    if language == JSONATA and field in definition and jsonata_text(definition[field]) is not None:
        jsonata = compile_jsonata(definition[field], location or field)
        return lambda scope: jsonata.expect(scope, "number")
    if field in definition:
        literal: float = definition[field]
        return lambda _scope: literal
    if path in definition:
        return _from_path(definition[path], path)
    return None


def _from_path(text: str, field: str) -> Number:
    path = compile_path(text)

    def read(scope: Scope) -> float:
        value = path.read(scope)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or (isinstance(value, float) and value != int(value))
        ):
            raise StateFailedError(
                RUNTIME, f"The {field} field refers to value {json_text(value)} which is not a valid integer: {text}"
            )
        return value

    return read


def within(value: float, low: float, high: float, sentence: str) -> float:
    """The value, or States.Runtime with that sentence."""
    if not low <= value <= high:
        raise StateFailedError(RUNTIME, sentence)
    return value
