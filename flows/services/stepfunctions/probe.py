"""A task that TestState calls for real: one call, no execution around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flows.asl.history import text
from flows.asl.inspection import Outside
from flows.services.ports import Answer, Caller, Pending
from flows.services.stepfunctions import answers, errors
from flows.services.stepfunctions.inspected import Asked, inspected, told
from flows.services.stepfunctions.integrations import FUNCTION, Integration, integration_of, parameters

if TYPE_CHECKING:
    from flows.asl.ports import TaskRequest
    from flows.services.world import World


@dataclass(eq=False)
class Probe:
    world: World
    caller: Caller
    asked: Asked
    pending: Pending

    def call(self, request: TaskRequest) -> None:
        if request.family == "lambda":
            row, given = FUNCTION, {"FunctionName": request.resource, "Payload": text(request.parameters)}
        else:
            found = integration_of(request.service, request.action, request.pattern)
            if found is None or not isinstance(request.parameters, dict):
                self._end(error=errors.not_simulated(request))
                return
            row, given = found, answers.completed(found, parameters(found, request.parameters))
        service, _, name = row.operation.partition(":")
        caller = replace(self.caller, link=-1)
        answer = self.world.door.call(self.world, caller, service, name, given)
        if isinstance(answer, Pending):
            self.world.when(answer, self.answered, request, row)
        else:
            self.answered(request, row, answer)

    def answered(self, request: TaskRequest, row: Integration, answer: Answer) -> None:
        request_id = answers.request_id(self.world, self.pending.handle)
        value, error = answers.result(self.world, row, request, answer, request_id)
        self._end(value, error)

    def _end(self, value: Any = None, error: tuple[str | None, str | None] | None = None) -> None:
        outside = Outside(result=value) if error is None else Outside(error=error)
        self.world.answer(self.pending, Answer(told(self.asked, inspected(self.asked, outside))))
