"""What a container does, as its behaviour says: one of three programs.

*Job*: it works once and exits, with 0 or, where a rule says so, with 1. *Loop* (`loop.py`): it polls a queue. *Server*: it is kept
by a service and polls nothing, so it just runs. Each begins, is told to terminate (SIGTERM) and may be killed.

Whoever started a job with a task token in its environment (a variable whose name ends in TOKEN, as Step Functions' callback pattern
has it) gets it back when the work is done: that is what the code in such images is for.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from flows.services.behaving import failing
from flows.services.ecs import records
from flows.services.ecs.config import EXIT, FINISH
from flows.services.ports import Answer, Caller, Pending
from flows.services.program_calls import Calls

if TYPE_CHECKING:
    from flows.services.ecs.task import Task

TOKEN = "token"  # noqa: S105  (the ending of a variable's name)
TERMINATED = 143
SIGTERM = "SIGTERM"
FINISHED = "the program ended"


class Program(Protocol):
    def begin(self, cause: int, /) -> None: ...

    def terminate(self, cause: int, /) -> None: ...

    def kill(self, reason: str, cause: int, /) -> None: ...


def program(task: Task) -> Program:
    """The program of a task's container."""
    from flows.services.ecs.loop import Loop

    consumes = task.behaviour.consumes
    polls = None if consumes is None else task.definition.polls(consumes.queue)
    if consumes is not None and polls is not None:
        return Loop(task, consumes, polls)
    return Job(task) if task.service is None else Server(task)


class Server:
    """It runs until it is stopped."""

    def __init__(self, task: Task) -> None:
        self.task = task

    def begin(self, _cause: int) -> None:
        """It waits for requests, which nobody makes here."""

    def terminate(self, cause: int) -> None:
        how = self.task.behaviour.on_sigterm
        if how in (FINISH, EXIT):
            self.task.exited(0 if how == FINISH else TERMINATED, SIGTERM, cause)

    def kill(self, _reason: str, _cause: int) -> None:
        """Nothing is lost."""


class Job:
    """One piece of work, and the end."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self._timer = 0
        self._calls: Calls | None = None

    def begin(self, cause: int) -> None:
        task, work = self.task, self.task.behaviour.work
        definition, calendar = task.definition, task.environment.calendar
        length = definition.durations.sample(work.duration.quantiles)
        body = task.environment.bodies.number(json.dumps(task.payload(), sort_keys=True))
        rule = failing(work.failures, 1, body, task.environment.bodies, definition.chances)
        if rule is not None and rule.how == "timeout":
            return
        wrong = ("", "") if rule is None else (rule.error_type, rule.error_message)
        self._timer = calendar.schedule(calendar.now_at + length, self.worked, cause, *wrong)

    def worked(self, cause: int, error_type: str, message: str) -> None:
        """Its own work is done; if it calls others, that comes now."""
        task, calls = self.task, self.task.behaviour.work.calls
        self._timer = 0
        if error_type or not calls:
            self.ended(error_type, message, cause)
            return
        node, write = task.definition.node, task.environment.recorder.write
        cause = write(records.CALLS_BEGAN, node, task.subject, task.asked.request, cause, 0, (len(calls),))
        text = task.variables.get("PAYLOAD") or json.dumps(task.payload())
        made = [(call, text) for call in calls]
        self._calls = Calls(task.world, node, task.definition.name, task.subject, made, self.ended)
        self._calls.begin(cause)

    def ended(self, error_type: str, message: str, cause: int) -> None:
        cause = self._answer_token(error_type, message, cause)
        reason = f"{error_type}: {message}" if error_type else FINISHED
        self.task.exited(1 if error_type else 0, reason, cause, f"{error_type}: {message}" if error_type else "")

    def terminate(self, cause: int) -> None:
        """A job that finishes what it has begun goes on; it may not be done before SIGKILL."""
        if self.task.behaviour.on_sigterm == EXIT:
            self.kill(SIGTERM, cause)
            self.task.exited(TERMINATED, SIGTERM, cause)

    def kill(self, _reason: str, _cause: int) -> None:
        self.task.environment.calendar.cancel(self._timer)
        if self._calls is not None:
            self._calls.over = True

    def _answer_token(self, error_type: str, message: str, cause: int) -> int:
        """SendTaskSuccess or SendTaskFailure, where there is a token in what the task was run with."""
        task = self.task
        given = dict(task.asked.environment)
        token = next((value for name, value in given.items() if name.lower().endswith(TOKEN)), "")
        if not token:
            return cause
        world, topology = task.world, task.world.topology
        operation, params = "SendTaskSuccess", {"taskToken": token, "output": task.behaviour.work.output}
        if error_type:
            operation, params = "SendTaskFailure", {"taskToken": token, "error": error_type, "cause": message}
        caller = Caller(
            task.definition.name,
            task.definition.node,
            topology.account,
            topology.region,
            task.asked.request,
            cause=cause,
            parent=task.subject,
        )
        answer: Answer | Pending = world.door.call(world, caller, "states", operation, params)
        refused = answer.refusal if isinstance(answer, Answer) else None
        detail = (operation, "taken" if refused is None else f"{refused.code}: {refused.message}")
        write = task.environment.recorder.write
        return write(records.TOKEN_ANSWERED, task.definition.node, task.subject, task.asked.request, cause, 0, detail)
