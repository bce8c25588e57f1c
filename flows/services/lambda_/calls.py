"""The calls a function makes: after its own work, one per record that did not fail and per declared call, one after another.

They go through the SDK, with its retries, inside the same invocation: its time goes on, its timeout too. A call that fails
for good is the invocation's error ("fail up the stack"), unless the code catches it. A call still under way at the timeout is
abandoned: what it does stays done.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.engine.identifiers import request_id
from flows.services.effects import Outcome
from flows.services.lambda_.async_records import CALLS_BEGAN
from flows.services.ports import Answer, Json
from flows.services.requests import request_for

if TYPE_CHECKING:
    from flows.services.lambda_.config import BehaviourCall
    from flows.services.lambda_.function import Function
    from flows.services.lambda_.handler import Invocation
    from flows.services.lambda_.versions import Runnable

UNKNOWN_TARGET = "ResourceNotFoundException"


class CallRun:
    """The calls of one invocation."""

    def __init__(self, function: Function, call: Invocation, code: Runnable, outcome: Outcome, begins_at: int) -> None:
        self.function = function
        self.invocation = call.ordinal
        self.outcome = outcome
        self.started_at = begins_at
        self.most_us = code.timeout_us
        self.cause = 0
        text, batch = function.environment.bodies.text, call.batch
        texts = [text(body) for body in ([call.payload] if batch is None else batch.bodies())]
        told = texts_of(texts, outcome.failed_items, batch=batch is not None)
        self.left = deque((made, each) for each in told for made in code.calls)
        self.over = False
        self.timer = 0

    def begin(self, started: int) -> None:
        """The function's own work is done."""
        function = self.function
        calendar, write = function.environment.calendar, function.environment.recorder.write
        detail = (len(self.left),)
        self.cause = write(CALLS_BEGAN, function.node, self.invocation, self.invocation, started, 0, detail)
        self.timer = calendar.schedule(self.started_at + self.timeout_us(), self.timed_out)
        self._next()

    def timeout_us(self) -> int:
        return max(self.most_us, self.outcome.duration_us)

    def answered(self, call: BehaviourCall, answer: Answer, cause: int) -> None:
        """A call has its answer."""
        if self.over:
            return
        self.cause = cause
        error_type, message = _error(answer)
        if error_type and not call.catches:
            self._end(Outcome("", error_type, message))
        else:
            self._next()

    def timed_out(self) -> None:
        self._end(self.function.timeout_outcome(self.timeout_us()))

    def _next(self) -> None:
        if not self.left:
            self._end(self.outcome)
            return
        call, text = self.left.popleft()
        function = self.function
        world = function.world
        node = world.topology.by_id.get(call.target) or world.addressed(call.target)
        if node is None:
            self._end(Outcome("", UNKNOWN_TARGET, f"{call.target} does not exist."))
            return
        key = f"{function.name}/{request_id(world.environment.seed, self.invocation)}"
        operation, params = request_for(node, call.message or text, key, call.operation)
        link = world.link_between(function.node, node.index, "call")
        sdk = world.sdk(function.node)
        sdk.call(
            operation,
            params,
            link,
            self.invocation,
            self.cause,
            self.answered,
            call,
            config=call.sdk,
            parent=self.invocation,
        )

    def _end(self, outcome: Outcome) -> None:
        self.over = True
        environment = self.function.environment
        environment.calendar.cancel(self.timer)
        took = environment.now_at - self.started_at
        self.function.complete(self.invocation, replace(outcome, duration_us=took), self.cause)


def texts_of(texts: list[str], failed: tuple[int, ...], *, batch: bool) -> list[str]:
    """What the records that did not fail say; of an event, what its records carry, or the event itself."""
    if batch:
        return [text for index, text in enumerate(texts) if index not in failed]
    return [inner for text in texts for inner in _records(text)]


def _records(text: str) -> list[str]:
    """The messages of a topic's event; any other event is one text."""
    try:
        event = json.loads(text)
        return [record["Sns"]["Message"] for record in event["Records"]]
    except (ValueError, KeyError, TypeError):
        return [text]


def _error(answer: Answer) -> tuple[str, str]:
    """The error that the code sees: a refusal, or the error of a function it invoked."""
    if answer.refusal is not None:
        return answer.refusal.code, answer.refusal.message
    output: Json = answer.output or {}
    if "FunctionError" not in output:
        return "", ""
    try:
        payload = json.loads(output["Payload"])
        return str(payload["errorType"]), str(payload["errorMessage"])
    except (ValueError, KeyError, TypeError):
        return "FunctionError", str(output.get("Payload"))
