"""The calls a program makes, one after another, each through the SDK with its retries: functions and containers call so.

A call that fails for good is the program's error, unless its code catches it. Nobody waits any more once `over`: what a call
under way does stays done.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from flows.engine.identifiers import request_id
from flows.services.ports import Answer, Json
from flows.services.requests import request_for
from flows.topology.resources.function import BehaviourCall

if TYPE_CHECKING:
    from flows.services.world import World

UNKNOWN_TARGET = "ResourceNotFoundException"
Ended: TypeAlias = "Callable[[str, str, int], object]"
"""(error type, message, the record that led to it): "" where every call went well."""


class Calls:
    """The calls of one run (`subject`) of the program `name` at `node`."""

    def __init__(
        self,
        world: World,
        node: int,
        name: str,
        subject: int,
        made: Iterable[tuple[BehaviourCall, str]],
        ended: Ended,
    ) -> None:
        self.world, self.node, self.name, self.subject = world, node, name, subject
        self.left = deque(made)
        self.ended = ended
        self.cause = 0
        self.over = False

    def begin(self, cause: int) -> None:
        self.cause = cause
        self._next()

    def answered(self, call: BehaviourCall, answer: Answer, cause: int) -> None:
        """A call has its answer."""
        if self.over:
            return
        self.cause = cause
        error_type, message = error_of(answer)
        if error_type and not call.catches:
            self._end(error_type, message)
        else:
            self._next()

    def _next(self) -> None:
        if not self.left:
            self._end("", "")
            return
        call, text = self.left.popleft()
        world = self.world
        node = world.topology.by_id.get(call.target) or world.addressed(call.target)
        if node is None:
            self._end(UNKNOWN_TARGET, f"{call.target} does not exist.")
            return
        key = f"{self.name}/{request_id(world.environment.seed, self.subject)}"
        operation, params = request_for(node, call.message or text, key, call.operation)
        link = world.link_between(self.node, node.index, "call")
        sdk, subject = world.sdk(self.node), self.subject
        sdk.call(operation, params, link, subject, self.cause, self.answered, call, config=call.sdk, parent=subject)

    def _end(self, error_type: str, message: str) -> None:
        self.over = True
        self.ended(error_type, message, self.cause)


def carried(text: str) -> list[str]:
    """The messages of a topic's event; any other event is one text."""
    try:
        event = json.loads(text)
        return [record["Sns"]["Message"] for record in event["Records"]]
    except (ValueError, KeyError, TypeError):
        return [text]


def error_of(answer: Answer) -> tuple[str, str]:
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
