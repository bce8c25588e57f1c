"""An execution is over: what is kept of it, and who is told.

Whoever waits is told in a notice of its own, at the same instant: the parent whose .sync task waits, the caller of
StartSyncExecution, the map run whose child it was. What failed keeps its frames, for a redrive; what succeeded needs them no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.asl.ports import Status
from flows.services.stepfunctions import announcing, writing
from flows.services.stepfunctions.children import result_of

if TYPE_CHECKING:
    from flows.asl.execution import Execution
    from flows.services.stepfunctions.run import Run


def ended(run: Run, execution: Execution) -> None:
    environment = run.machine.world.environment
    calendar, bodies = environment.calendar, environment.bodies
    run.status = Status(execution.status)
    run.stopped_at = calendar.now_at
    run.error = execution.error
    if run.status is Status.SUCCEEDED:
        run.output = run.machine.writer.number(execution.output)
    elif execution.cause is not None:
        run.because = bodies.number(execution.cause)
    writing.left(run)
    announcing.tell(run, run.sequences[-1])
    run.machine.account.running -= run.counts
    for handle in run.timers.values():
        calendar.cancel(handle)
    run.timers, run.tasks = {}, {}
    if run.status is Status.SUCCEEDED or run.express:
        run.execution = None
        run.places, run.sequences, run.mocked = run.places[:1], run.sequences[:1], {}
    if run.express:
        run.machine.runs.pop(run.arn, None)
        run.machine.account.runs.pop(run.arn, None)
    for watcher, frame, ticket in run.watchers:
        calendar.schedule(calendar.now_at, watcher.child_over, frame, ticket, run)
    run.watchers = []
    if run.of is not None:
        calendar.schedule(calendar.now_at, run.of.run.child_ended, run, result_of(run, execution.output))
    if run.waiting is not None:
        calendar.schedule(calendar.now_at, run.answer_waiting)
