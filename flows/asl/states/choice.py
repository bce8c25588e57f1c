"""Choice: the first rule that holds says where to go on; its own Assign and Output, where it has them, replace the state's.

No rule and no Default: States.Runtime, "Failed to transition out of the state. The state does not point to a next state."
(measured by others on AWS; the specification's States.NoChoiceMatched is not what AWS answers today).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flows.asl.dataflow import Flow, flow_of, through
from flows.asl.expressions import compile_choice
from flows.asl.failures import RUNTIME, StateFailedError
from flows.asl.frames import Frame
from flows.asl.ports import Json
from flows.asl.states.state import END, State

if TYPE_CHECKING:
    from flows.asl.execution import Execution

NOWHERE = "Failed to transition out of the state. The state does not point to a next state."


class Choice(State):
    """Choices and Default."""

    __slots__ = ("_default", "_plain", "_rules")

    def __init__(
        self, number: int, name: str, definition: Mapping[str, Json], language: str, names: Mapping[str, int]
    ) -> None:
        super().__init__(number, name, definition, language, names, flow_of(definition, language, transforms=False))
        self._rules = [
            (
                compile_choice(rule, language, f"Choices[{index}]/Condition"),
                names[rule["Next"]],
                self._flow_of(definition, rule, index),
            )
            for index, rule in enumerate(definition["Choices"])
        ]
        self._default = names[definition["Default"]] if "Default" in definition else END
        self._plain = not {"InputPath", "OutputPath", "Assign", "Output"} & definition.keys()

    def _flow_of(self, definition: Mapping[str, Json], rule: Mapping[str, Json], index: int) -> Flow | None:
        """What happens to the data when the rule holds; None: nothing. The state's own Assign and Output are Default's."""
        own = {field: rule[field] for field in ("Assign", "Output") if field in rule}
        state = {field: definition[field] for field in ("OutputPath",) if field in definition}
        return (
            flow_of(state | own, self.language, transforms=False, place=f"Choices[{index}]/") if state | own else None
        )

    def run(self, x: Execution, frame: Frame) -> bool:
        scope = x.scope(frame)
        effective = frame.input if self._plain and x.seen is None else self.flow.effective(scope, frame.input, x.seen)
        scope.input = effective
        following = self._default
        flow: Flow | None = None if self._plain else self.flow
        for rule, target, own in self._rules:
            if rule.holds(scope):
                following, flow = target, own
                break
        else:
            if following < 0:
                raise StateFailedError(RUNTIME, NOWHERE)
        if flow is None:
            return x.leave(frame, self, effective, None, following)
        output, assigned = through(flow, scope, frame.input, effective)
        return x.leave(frame, self, output, assigned, following)
