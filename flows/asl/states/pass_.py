"""Pass: its result is Result, or its (transformed) input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flows.asl.dataflow import JSONATA, flow_of
from flows.asl.expressions import MISSING
from flows.asl.frames import ENTERING, Frame
from flows.asl.ports import Json
from flows.asl.states.state import State

if TYPE_CHECKING:
    from flows.asl.execution import Execution

_DATA = {"InputPath", "Parameters", "Result", "ResultPath", "OutputPath", "Assign", "Output", "ResultSelector"}


class Pass(State):
    """Result wins over InputPath and Parameters, which are then not looked at (TestState shows it).

    A Pass that changes nothing evaluates nothing.
    """

    __slots__ = ("_plain", "_result")

    def __init__(
        self, number: int, name: str, definition: Mapping[str, Json], language: str, names: Mapping[str, int]
    ) -> None:
        super().__init__(number, name, definition, language, names, flow_of(definition, language))
        self._result = definition["Result"] if language != JSONATA and "Result" in definition else MISSING
        self._plain = not _DATA & definition.keys()

    def step(self, x: Execution, frame: Frame) -> bool:
        if self._plain and x.seen is None:
            if frame.phase is ENTERING:
                x.enter(frame, self)
            return x.leave(frame, self, frame.input, None, self.next)
        return super().step(x, frame)

    def run(self, x: Execution, frame: Frame) -> bool:
        scope = x.scope(frame)
        if self.jsonata:
            output, assigned = self.flow.finish(scope, frame.input, MISSING, x.seen)
            return x.leave(frame, self, output, assigned, self.next)
        if self._result is MISSING:
            return self.leave(x, frame, self.flow.effective(scope, frame.input, x.seen))
        if x.seen is not None:
            x.seen["result"] = self._result
        return self.leave(x, frame, self._result)
