"""How data goes through a state: what reaches it, and what it passes on, in either query language.

Theory of operation. A JSONPath state takes its raw input through InputPath and Parameters, its result through
ResultSelector, ResultPath (which writes into the *raw* input) and OutputPath. A JSONata state has Arguments and Output
instead. Assign is evaluated beside the output, over the variables as they were when the state was entered: `$` in it is the
result after ResultSelector. Each state has one `Flow`, compiled once; evaluating it never changes what it is given.

Presence is asked by key, never by truth: `"InputPath": null` means {}, `"ResultPath": null` means that the input goes on.
`seen`, where a dictionary is given, collects the intermediate values by the names TestState gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from flows.asl.expressions import (
    MISSING,
    InvalidExpressionError,
    Scope,
    compile_path,
    compile_reference_path,
    compile_template,
)
from flows.asl.ports import Json

JSONATA, JSONPATH = "JSONata", "JSONPath"
Seen = dict[str, Any] | None
Assigned = dict[str, Json] | None


class Template(Protocol):
    def evaluate(self, scope: Scope) -> Json: ...


def a_text(value: Json, field: str) -> str:
    """The value of a field that has to be a text."""
    if not isinstance(value, str):
        raise InvalidExpressionError(f"{field} must be a text")
    return value


def template(definition: Mapping[str, Json], field: str, language: str, location: str = "") -> Template | None:
    """The compiled field, or None where the definition lacks it."""
    if field not in definition:
        return None
    if field == "Assign" and not isinstance(definition[field], dict):
        raise InvalidExpressionError("Assign must be an object")
    return compile_template(definition[field], language, location or field)


class Flow(Protocol):
    """The data side of a state."""

    assigns: bool

    def effective(self, scope: Scope, raw: Json, seen: Seen = None) -> Json:
        """What the state works on."""

    def finish(self, scope: Scope, raw: Json, result: Json, seen: Seen = None) -> tuple[Json, Assigned]:
        """Output and newly assigned variables; `result` is MISSING for states that have none."""


class JsonataFlow:
    """Arguments, Output, Assign."""

    __slots__ = ("_arguments", "_assign", "_output", "assigns")

    def __init__(self, definition: Mapping[str, Json], *, place: str = "") -> None:
        self._arguments = template(definition, "Arguments", JSONATA)
        self._output = template(definition, "Output", JSONATA, f"{place}Output")
        self._assign = template(definition, "Assign", JSONATA, f"{place}Assign")
        self.assigns = self._assign is not None

    def effective(self, scope: Scope, raw: Json, seen: Seen = None) -> Json:
        if self._arguments is None:
            return raw
        value = self._arguments.evaluate(scope)
        if seen is not None:
            seen["afterArguments"] = value
        return value

    def finish(self, scope: Scope, raw: Json, result: Json, seen: Seen = None) -> tuple[Json, Assigned]:  # noqa: ARG002
        output = raw if result is MISSING else result
        if self._output is None and self._assign is None:
            return output, None
        scope.input, scope.result = raw, result
        assigned = None if self._assign is None else self._assign.evaluate(scope)
        if self._output is not None:
            output = self._output.evaluate(scope)
        return output, assigned


Reader = Callable[[Scope], Json]
Writer = Callable[[Json, Json], Json]


def path_reader(definition: Mapping[str, Json], field: str) -> Reader | None:
    """InputPath or OutputPath: None where it changes nothing."""
    if field not in definition or definition[field] == "$":
        return None
    if definition[field] is None:
        return lambda _scope: {}
    return compile_path(definition[field]).read


def result_writer(definition: Mapping[str, Json]) -> Writer | None:
    """ResultPath as a function of (raw input, result): None where the result is the output."""
    if "ResultPath" not in definition or definition["ResultPath"] == "$":
        return None
    if definition["ResultPath"] is None:
        return lambda raw, _result: raw
    return compile_reference_path(definition["ResultPath"]).write


class JsonPathFlow:
    """InputPath, Parameters, ResultSelector, ResultPath, OutputPath, Assign."""

    __slots__ = (
        "_assign",
        "_input_path",
        "_output_path",
        "_parameters",
        "_result_path",
        "_result_selector",
        "_transforms",
        "assigns",
    )

    def __init__(self, definition: Mapping[str, Json], *, transforms: bool = True) -> None:
        self._input_path = path_reader(definition, "InputPath")
        self._transforms = transforms
        self._parameters = template(definition, "Parameters", JSONPATH) if transforms else None
        self._result_selector = template(definition, "ResultSelector", JSONPATH)
        self._result_path = result_writer(definition)
        self._output_path = path_reader(definition, "OutputPath")
        self._assign = template(definition, "Assign", JSONPATH)
        self.assigns = self._assign is not None

    def effective(self, scope: Scope, raw: Json, seen: Seen = None) -> Json:
        value = raw
        if self._input_path is not None:
            value = self._input_path(scope)
        if seen is not None:
            seen["afterInputPath"] = value
        if self._parameters is not None:
            scope.input = value
            value = self._parameters.evaluate(scope)
        if seen is not None and self._transforms:
            seen["afterParameters"] = value
        return value

    def finish(self, scope: Scope, raw: Json, result: Json, seen: Seen = None) -> tuple[Json, Assigned]:
        selected = result
        if self._result_selector is not None:
            scope.input = result
            selected = self._result_selector.evaluate(scope)
        if seen is not None:
            seen["afterResultSelector"] = selected
        assigned: Assigned = None
        if self._assign is not None:
            scope.input = selected
            assigned = self._assign.evaluate(scope)
        output = selected if self._result_path is None else self._result_path(raw, selected)
        if seen is not None:
            seen["afterResultPath"] = output
        return self.passed(scope, output), assigned

    def passed(self, scope: Scope, value: Json) -> Json:
        """The value after OutputPath."""
        if self._output_path is None:
            return value
        scope.input = value
        return self._output_path(scope)

    def through(self, scope: Scope, value: Json) -> tuple[Json, Assigned]:
        """What a state without a result (Choice, Wait, Succeed) passes on of its effective input."""
        assigned: Assigned = None
        if self._assign is not None:
            scope.input = value
            assigned = self._assign.evaluate(scope)
        return self.passed(scope, value), assigned


def through(flow: Flow, scope: Scope, raw: Json, effective: Json) -> tuple[Json, Assigned]:
    """Output and assigned variables of a state that has no result."""
    if isinstance(flow, JsonPathFlow):
        return flow.through(scope, effective)
    return flow.finish(scope, raw, MISSING)


def flow_of(definition: Mapping[str, Json], language: str, *, transforms: bool = True, place: str = "") -> Flow:
    """The data side of a definition; `transforms`: whether its kind has Parameters; `place`: where it stands in its state."""
    return (
        JsonataFlow(definition, place=place) if language == JSONATA else JsonPathFlow(definition, transforms=transforms)
    )
