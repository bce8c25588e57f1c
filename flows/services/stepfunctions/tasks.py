"""Tasks: what a Task state asks for is called through the one door, and what comes back is handed to the execution.

A task is one of three families: a function by its ARN, an activity that waits for a worker, or a service's operation
(`integrations.py`). How it ends depends on the pattern: with the answer itself (request and response), with the end of what the
answer began (`.sync`), or with whoever sends the task's token back (`.waitForTaskToken`). A state that has mocked answers calls
nobody.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flows.asl.history import text
from flows.services.ports import NO_LINK, Answer, Caller, Job, JobEnd, Json
from flows.services.stepfunctions import answers, errors, mocks
from flows.services.stepfunctions.activity import Waiting
from flows.services.stepfunctions.integrations import (
    FUNCTION,
    Integration,
    integration_of,
    parameters,
    pascal,
    row_of,
)
from flows.services.stepfunctions.records import CALLED

if TYPE_CHECKING:
    from flows.asl.ports import TaskRequest
    from flows.services.stepfunctions.run import Run, Task
    from flows.topology.resources.machine import MockAnswer


def taken(run: Run, frame: int, request: TaskRequest) -> int:
    """A frame wants work done; answers the ticket by which its answers are known."""
    from flows.services.stepfunctions.run import Task

    run.tickets += 1
    run.tasks[frame] = Task(run.tickets, request, len(run.history))
    return run.tickets


def perform(run: Run, frame: int, ticket: int) -> None:
    """Do what was asked for."""
    task = run.tasks[frame]
    request = task.request
    mock = mocks.next_answer(run, request.state)
    if mock is not None:
        calendar = run.machine.world.environment.calendar
        calendar.schedule(calendar.now_at + mock.delay_us, run.mock_answered, frame, ticket, mock)
    elif request.family == "activity":
        _ask_a_worker(run, frame, task)
    elif request.family == "lambda":
        given = {"FunctionName": request.resource, "Payload": text(request.parameters)}
        _call(run, frame, task, FUNCTION, given)
    else:
        _integrate(run, frame, task)


def _integrate(run: Run, frame: int, task: Task) -> None:
    request = task.request
    row = integration_of(request.service, request.action, request.pattern)
    if row is None or not isinstance(request.parameters, dict):
        failed(run, frame, *errors.not_simulated(request))
        return
    unreachable = answers.unreachable(run.machine.world, row, request.parameters)
    if unreachable is not None:
        failed(run, frame, *unreachable)
        return
    _call(run, frame, task, row, answers.completed(row, parameters(row, request.parameters)))


def _call(run: Run, frame: int, task: Task, row: Integration, given: Json) -> None:
    world, machine = run.machine.world, run.machine
    found = next((node for name in row.about if (node := world.addressed(_about(given, name))) is not None), None)
    task.link = NO_LINK if found is None else world.link_between(machine.node, found.index)
    operation = row.operation
    if found is not None and found.index in world.stubs:
        given = {"TargetArn": found.arn or found.name, "Operation": operation, "Body": text(given)}
        operation = "external:Call"
    detail = (task.link, task.request.state, row.operation)
    cause = run.sequences[task.event] if task.event < len(run.sequences) else 0
    task.called = world.environment.recorder.write(CALLED, machine.node, run.subject, run.request, cause, 0, detail)
    topology = world.topology
    caller = Caller(
        machine.name,
        machine.node,
        topology.account,
        topology.region,
        run.subject,
        task.link,
        cause=task.called,
        parent=run.subject,
    )
    service, _, name = operation.partition(":")
    answer = world.door.call(world, caller, service, name, given)
    if isinstance(answer, Answer):
        answered(run, frame, answer)
    else:
        world.when(answer, run.answered, frame, task.ticket)


def _about(given: Json, name: str) -> object:
    """The parameter that names a resource, in either spelling."""
    return given.get(name, given.get(name[:1].lower() + name[1:]))


def _ask_a_worker(run: Run, frame: int, task: Task) -> None:
    account, request = run.machine.account, task.request
    activity = account.activities.get(request.resource)
    if activity is None:
        failed(run, frame, "ActivityDoesNotExist", f"Activity Does Not Exist: '{request.resource}'")
        return
    token = request.token or account.tokens.give(run, frame)
    activity.schedule(Waiting(run, frame, task.ticket, token, text(request.parameters)))


# ── what comes back ─────────────────────────────────────────────────────────────────────────────────────────────────


def answered(run: Run, frame: int, answer: Answer) -> None:
    """The operation has answered, or refused."""
    task, world = run.tasks[frame], run.machine.world
    request = task.request
    row = row_of(request.service, request.action, request.pattern)
    value, error = answers.result(world, row, request, answer, answers.request_id(world, task.called))
    if error is not None:
        failed(run, frame, *error)
    elif request.pattern.startswith("sync"):
        _submitted(run, frame, task, value, answer.output or {})
    elif request.pattern:
        run.live.task_submitted(frame, value)
    else:
        succeeded(run, frame, value)


def _submitted(run: Run, frame: int, task: Task, value: Any, output: Json) -> None:
    """The job has begun; it is over when the execution it started is, or the container task."""
    job = _job_of(run, output)
    if job is not None:
        run.live.task_submitted(frame, value)
        if run.tasks.get(frame) is task:
            task.job = job
            job.when_over(run.job_over, frame, task.ticket)
        return
    child = run.machine.account.runs.get(str(output.get("executionArn")))
    run.live.task_submitted(frame, value)
    if child is None or run.tasks.get(frame) is not task:
        return
    task.child = child
    if child.running:
        child.watchers.append((run, frame, task.ticket))
    else:
        child_over(run, frame, child)


def _job_of(run: Run, output: Json) -> Job | None:
    """What an operation of another service began, if it takes its time: RunTask's first task."""
    begun = output.get("tasks")
    arn = begun[0].get("taskArn") if isinstance(begun, list) and begun else None
    return run.machine.world.jobs.get(str(arn))


def job_over(run: Run, frame: int, end: JobEnd) -> None:
    """What a .sync task began elsewhere is over."""
    said = pascal(end.output)
    if end.succeeded:
        succeeded(run, frame, said)
    else:
        failed(run, frame, "States.TaskFailed", text(said))


def child_over(run: Run, frame: int, child: Run) -> None:
    """The execution that a .sync task started is over."""
    said = answers.of_child(child, parsed=run.tasks[frame].request.pattern == "sync:2")
    if child.status == "SUCCEEDED":
        succeeded(run, frame, said)
    elif child.status == "TIMED_OUT":
        _over(run, frame)
        run.live.task_timed_out(frame, "States.Timeout", text(said))
    else:
        failed(run, frame, "States.TaskFailed", text(said))


def mock_answered(run: Run, frame: int, mock: MockAnswer) -> None:
    """A mocked answer: of a job or a callback, it is its end."""
    task = run.tasks[frame]
    if task.request.pattern:
        run.live.task_submitted(frame, {})
        if run.tasks.get(frame) is not task:
            return
    if mock.error:
        failed(run, frame, mock.error, mock.cause or None)
    else:
        succeeded(run, frame, json.loads(mock.output or "null"))


def succeeded(run: Run, frame: int, output: Any) -> None:
    _over(run, frame)
    run.live.task_succeeded(frame, output)


def failed(run: Run, frame: int, error: str | None, cause: str | None) -> None:
    _over(run, frame)
    run.live.task_failed(frame, error, cause)


def _over(run: Run, frame: int) -> None:
    task = run.tasks.pop(frame)
    if task.request.token:
        run.machine.account.tokens.over(task.request.token)


def given_up(run: Run, task: Task) -> None:
    """Nobody waits for the task any more: its token is void, and an execution started with .sync is stopped."""
    account = run.machine.account
    if task.request.token:
        account.tokens.over(task.request.token)
    if task.job is not None:
        task.job.give_up("Task stopped by AWS Step Functions")
    child = task.child
    if child is not None and child.running:
        calendar = run.machine.world.environment.calendar
        calendar.schedule(calendar.now_at, child.stop, None, None)
