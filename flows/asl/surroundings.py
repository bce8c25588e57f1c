"""What the expressions of a state may look at: one scope per execution, pointed at one frame after another.

The scope is made once and changed for each frame, because making one costs as much as a path. It belongs to the execution
in memory and never enters a checkpoint. Chance and date come from the host, and only when an expression asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.asl.context import context_object
from flows.asl.expressions import MISSING, Scope
from flows.asl.frames import Frame
from flows.asl.ports import Json

if TYPE_CHECKING:
    from flows.asl.execution import Execution


class Surroundings:
    """The scope of an execution, and what its callables answer."""

    __slots__ = ("_execution", "_frame", "_item", "_scope")

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._scope = Scope(context=self._context, chance=self._chance, now_ms=self._now_ms)
        self._frame: Frame | None = None
        self._item: Json = None

    def scope(self, frame: Frame, item: Json = None) -> Scope:
        """What expressions of the frame's state may look at; `item` is that of an iteration about to begin."""
        scope = self._scope
        scope.input = frame.input
        scope.result = scope.error_output = MISSING
        scope.variables = frame.variables
        self._frame, self._item = frame, item
        return scope

    def pretend(self, context: Json) -> None:
        """Answer this context object whatever the frame (TestState)."""
        self._scope.context = lambda: context

    def _context(self) -> Json:
        x, frame = self._execution, self._frame
        assert frame is not None
        state = x.machine.states[frame.state]
        return context_object(x.facts, frame, state.name, retried=state.retried, item=self._item)

    def _chance(self) -> int:
        x = self._execution
        return x.host.random_u32(x) << 32 | x.host.random_u32(x)

    def _now_ms(self) -> int:
        x = self._execution
        return (x.facts.epoch_us + x.host.now_at()) // 1000
