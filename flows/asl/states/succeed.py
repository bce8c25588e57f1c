"""Succeed: its (transformed) input is what the machine, branch or iteration answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flows.asl.dataflow import flow_of, through
from flows.asl.frames import Frame
from flows.asl.ports import Json
from flows.asl.states.state import END, State

if TYPE_CHECKING:
    from flows.asl.execution import Execution


class Succeed(State):
    """InputPath and OutputPath, or Output."""

    __slots__ = ()

    def __init__(
        self, number: int, name: str, definition: Mapping[str, Json], language: str, names: Mapping[str, int]
    ) -> None:
        super().__init__(number, name, definition, language, names, flow_of(definition, language, transforms=False))

    def run(self, x: Execution, frame: Frame) -> bool:
        scope = x.scope(frame)
        effective = self.flow.effective(scope, frame.input, x.seen)
        output, assigned = through(self.flow, scope, frame.input, effective)
        return x.leave(frame, self, output, assigned, END)
