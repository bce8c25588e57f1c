"""Fail: ends the machine, branch or iteration with an error and a cause of the author's.

ErrorPath and CausePath may be paths (into the input, the context object, a variable) or intrinsic functions, and must come
to a text; in JSONata, Error and Cause may be expressions. There is no FailStateExited (recorded cases).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from flows.asl.dataflow import JSONATA, JsonPathFlow, a_text, template
from flows.asl.expressions import Scope, compile_intrinsic, compile_path
from flows.asl.failures import RUNTIME, Failure, StateFailedError
from flows.asl.frames import Frame
from flows.asl.ports import Json
from flows.asl.states.state import State

if TYPE_CHECKING:
    from flows.asl.execution import Execution

Words = Callable[[Scope], str | None]


class Fail(State):
    """Error, Cause, ErrorPath, CausePath."""

    __slots__ = ("_cause", "_error")

    def __init__(
        self, number: int, name: str, definition: Mapping[str, Json], language: str, names: Mapping[str, int]
    ) -> None:
        super().__init__(number, name, definition, language, names, JsonPathFlow({}))
        self._error = _words(definition, "Error", language)
        self._cause = _words(definition, "Cause", language)

    def run(self, x: Execution, frame: Frame) -> bool:
        error = self._error(x.scope(frame))
        return x.fail(frame, Failure(error, self._cause(x.scope(frame))))


def _words(definition: Mapping[str, Json], field: str, language: str) -> Words:
    path = f"{field}Path"
    if path in definition:
        return _path_words(definition[path], path)
    compiled = template(definition, field, language) if language == JSONATA else None
    if compiled is None:
        literal = a_text(definition[field], field) if field in definition else None
        return lambda _scope: literal
    return lambda scope: _text(compiled.evaluate(scope), field)


def _path_words(text: str, field: str) -> Words:
    if text.startswith("States."):
        intrinsic = compile_intrinsic(text)
        return lambda scope: _text(intrinsic.evaluate(scope), field)
    path = compile_path(text)
    return lambda scope: _text(path.read_field(scope, field), field)


def _text(value: Json, field: str) -> str:
    if not isinstance(value, str):
        raise StateFailedError(RUNTIME, f"{field} must resolve to a string")
    return value
