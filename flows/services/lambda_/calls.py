"""The calls a function makes: after its own work, one per record that did not fail and per declared call, one after another.

They go through the SDK, with its retries, inside the same invocation: its time goes on, its timeout too. A call that fails
for good is the invocation's error ("fail up the stack"), unless the code catches it. A call still under way at the timeout is
abandoned: what it does stays done.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flows.services.effects import Outcome
from flows.services.lambda_.async_records import CALLS_BEGAN
from flows.services.program_calls import Calls, carried

if TYPE_CHECKING:
    from flows.services.lambda_.function import Function
    from flows.services.lambda_.handler import Invocation
    from flows.services.lambda_.versions import Runnable


class CallRun:
    """The calls of one invocation."""

    def __init__(self, function: Function, call: Invocation, code: Runnable, outcome: Outcome, begins_at: int) -> None:
        self.function = function
        self.invocation = call.ordinal
        self.outcome = outcome
        self.started_at = begins_at
        self.most_us = code.timeout_us
        text, batch = function.environment.bodies.text, call.batch
        texts = [text(body) for body in ([call.payload] if batch is None else batch.bodies())]
        told = texts_of(texts, outcome.failed_items, batch=batch is not None)
        made = [(made, each) for each in told for made in code.calls]
        self.calls = Calls(function.world, function.node, function.name, self.invocation, made, self.ended)
        self.timer = 0

    def begin(self, started: int) -> None:
        """The function's own work is done."""
        function = self.function
        calendar, write = function.environment.calendar, function.environment.recorder.write
        detail = (len(self.calls.left),)
        cause = write(CALLS_BEGAN, function.node, self.invocation, self.invocation, started, 0, detail)
        self.timer = calendar.schedule(self.started_at + self.timeout_us(), self.timed_out)
        self.calls.begin(cause)

    def timeout_us(self) -> int:
        return max(self.most_us, self.outcome.duration_us)

    def ended(self, error_type: str, message: str, _cause: int) -> None:
        """Every call has its answer, or one has failed."""
        self._end(Outcome("", error_type, message) if error_type else self.outcome)

    def timed_out(self) -> None:
        self.calls.over = True
        self._end(self.function.timeout_outcome(self.timeout_us()))

    def _end(self, outcome: Outcome) -> None:
        environment = self.function.environment
        environment.calendar.cancel(self.timer)
        took = environment.now_at - self.started_at
        self.function.complete(self.invocation, replace(outcome, duration_us=took), self.calls.cause)


def texts_of(texts: list[str], failed: tuple[int, ...], *, batch: bool) -> list[str]:
    """What the records that did not fail say; of an event, what its records carry, or the event itself."""
    if batch:
        return [text for index, text in enumerate(texts) if index not in failed]
    return [inner for text in texts for inner in carried(text)]
