"""What every kind of state is: its numbers and names, its data side, its Retry and Catch, and the order of a step.

Theory of operation. `step` does as much as a state can do now: enter it (the history event) unless this is a retry, then
`run`. It answers True when the frame stands at the next state and may go on at once, False when the frame waits, ended, or
was put back among those ready to go on. What goes wrong on the way is an exception here and a `Failure` from
`Execution.wrong` on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flows.asl.dataflow import JSONATA, Flow
from flows.asl.expressions import ExpressionError
from flows.asl.failures import DATA_LIMIT_EXCEEDED, StateFailedError, input_too_large
from flows.asl.frames import ENTERING, Frame
from flows.asl.handling import Catcher, Retrier
from flows.asl.ports import Json
from flows.asl.sizes import is_wide

if TYPE_CHECKING:
    from flows.asl.execution import Execution

END = -1


class State:
    """A compiled state. Knows no execution; everything about one is in the frame."""

    __slots__ = (
        "catchers",
        "entered_type",
        "exited_type",
        "flow",
        "jsonata",
        "language",
        "name",
        "next",
        "number",
        "retried",
        "retriers",
        "type",
        "wide",
    )

    failed_type = ""
    """The event that says that a state with children failed."""

    def __init__(
        self,
        number: int,
        name: str,
        definition: Mapping[str, Json],
        language: str,
        names: Mapping[str, int],
        flow: Flow,
    ) -> None:
        self.number = number
        self.name = name
        self.type: str = definition["Type"]
        self.language = language
        self.jsonata = language == JSONATA
        self.entered_type = f"{self.type}StateEntered"
        self.exited_type = f"{self.type}StateExited"
        self.next = names[definition["Next"]] if "Next" in definition else END
        self.flow = flow
        self.retriers = [Retrier.of(each) for each in definition.get("Retry", ())]
        self.catchers = [
            Catcher(each, language, index, names[each["Next"]])
            for index, each in enumerate(definition.get("Catch", ()))
        ]
        self.wide = is_wide(definition)
        self.retried = self.type in {"Task", "Parallel", "Map"}

    def step(self, x: Execution, frame: Frame) -> bool:
        """Go on in this state as far as possible."""
        if frame.phase is ENTERING:
            x.enter(frame, self)
        try:
            return self.run(x, frame)
        except (ExpressionError, StateFailedError) as error:
            return x.wrong(frame, error)

    def run(self, x: Execution, frame: Frame) -> bool:
        """The state's own work."""
        raise NotImplementedError

    def leave(self, x: Execution, frame: Frame, result: Json) -> bool:
        """The state has its result: pass it on."""
        output, assigned = self.flow.finish(x.scope(frame), frame.input, result, x.seen)
        return x.leave(frame, self, output, assigned, self.next)

    def handed_on(self, x: Execution, value: Json) -> Json:
        """The value, which goes to a task, branch or iteration, if it is not too large to go."""
        if x.is_too_large(self, value):
            raise StateFailedError(DATA_LIMIT_EXCEEDED, input_too_large(self.name))
        return value

    def note(self, x: Execution, frame: Frame, type_: str, details: tuple[Any, ...] = ()) -> None:
        """A history event on the frame's chain."""
        frame.last = x.note(type_, frame.last, details)

    def is_like(self, other: State) -> bool:
        """Whether what this state has begun can go on in the other (of a corrected definition)."""
        return type(self) is type(other)

    # ── states with lines below them ────────────────────────────────────────────────────────────────────────────────

    def children(self, frame: Frame) -> list[int]:  # noqa: ARG002
        """The frames below that have not finished."""
        return []

    def child_ended(self, x: Execution, frame: Frame, child: Frame, output: Json) -> None:
        """A line below has ended."""
        raise NotImplementedError

    def child_failed(self, x: Execution, frame: Frame, child: Frame) -> bool:
        """A line below has failed. True: so does this state."""
        raise NotImplementedError

    def redrive(self, x: Execution, frame: Frame) -> bool:
        """Go on with work that halted. True: the frame can go on at once."""
        raise NotImplementedError
