"""What a running execution asks of the simulation: the host of the interpreter (`flows.asl.ports.Host`).

Timers are calendar entries, tasks are calls through the one door (`tasks.py`), items and child executions of a distributed Map
are `children.py`. Every history event is written down twice as the same facts: into the columns that answer
GetExecutionHistory, and as a record of the trace, caused by the record of the event before it (`writing.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flows.services.stepfunctions import children, ending, tasks, writing
from flows.services.stepfunctions.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.asl.execution import Execution
    from flows.asl.ports import ChildRequest, ChildResult, MapRunRequest, ReadRequest, Status, TaskRequest, WriteRequest
    from flows.engine.calendar import Calendar
    from flows.services.ports import JobEnd
    from flows.services.stepfunctions.run import Run


class Hosting:
    """The half of a run that the interpreter sees."""

    __slots__ = ()

    @property
    def _run(self) -> Run:
        return cast("Run", self)

    @property
    def _calendar(self) -> Calendar:
        return self._run.machine.world.environment.calendar

    def now_at(self) -> int:
        return self._calendar.now_at

    event = writing.event

    def random_u32(self, _execution: Execution) -> int:
        run = self._run
        return run.machine.world.environment.streams.stream(f"{run.machine.arn}/asl").next_u32()

    def ended(self, execution: Execution) -> None:
        ending.ended(self._run, execution)

    # ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def again(self, _execution: Execution, steps: int) -> None:
        """Going from state to state takes time: an endless loop must not hold the clock."""
        calendar = self._calendar
        calendar.schedule(calendar.now_at + steps * QUOTAS.transition_us, self.go_on)

    def go_on(self) -> None:
        run = self._run
        if run.running:
            run.live.advance()

    def wait(self, execution: Execution, frame: int, until_at: int) -> None:
        self.unwait(execution, frame)
        self._run.timers[frame] = self._calendar.schedule(until_at, self.woken, frame)

    def unwait(self, _execution: Execution, frame: int) -> None:
        handle = self._run.timers.pop(frame, 0)
        if handle:
            self._calendar.cancel(handle)

    def woken(self, frame: int) -> None:
        run = self._run
        run.timers.pop(frame, None)
        if run.running:
            run.live.woken(frame)

    # ── tasks ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def token(self, _execution: Execution, frame: int) -> str:
        run = self._run
        return run.machine.account.tokens.give(run, frame)

    def task(self, _execution: Execution, frame: int, request: TaskRequest) -> None:
        run, calendar = self._run, self._calendar
        ticket = tasks.taken(run, frame, request)
        wait = QUOTAS.express_call_us if run.express else 0
        calendar.schedule(calendar.now_at + wait, self.perform, frame, ticket)

    def waits_for(self, frame: int, ticket: int) -> bool:
        """Whether that task is still wanted."""
        task = self._run.tasks.get(frame)
        return task is not None and task.ticket == ticket

    def perform(self, frame: int, ticket: int) -> None:
        if self.waits_for(frame, ticket):
            tasks.perform(self._run, frame, ticket)

    def answered(self, frame: int, ticket: int, answer: Any) -> None:
        """The operation that a task called has answered."""
        if self.waits_for(frame, ticket):
            tasks.answered(self._run, frame, answer)

    def taken(self, frame: int, worker: str | None) -> None:
        """A worker has an activity's task."""
        self._run.live.task_started(frame, worker)

    def mock_answered(self, frame: int, ticket: int, answer: Any) -> None:
        if self.waits_for(frame, ticket):
            tasks.mock_answered(self._run, frame, answer)

    def child_over(self, frame: int, ticket: int, child: Run) -> None:
        """The execution that a .sync task started is over."""
        if self.waits_for(frame, ticket):
            tasks.child_over(self._run, frame, child)

    def job_over(self, frame: int, ticket: int, end: JobEnd) -> None:
        """What a .sync task began in another service is over."""
        if self.waits_for(frame, ticket):
            tasks.job_over(self._run, frame, end)

    def cancel(self, _execution: Execution, frame: int) -> None:
        task = self._run.tasks.pop(frame, None)
        if task is not None:
            tasks.given_up(self._run, task)

    # ── distributed maps ────────────────────────────────────────────────────────────────────────────────────────────

    def read_items(self, _execution: Execution, frame: int, request: ReadRequest) -> None:
        self._calendar.schedule(self.now_at(), self.read, frame, request)

    def read(self, frame: int, request: ReadRequest) -> None:
        if self._run.running:
            children.read(self._run, frame, request)

    def write_results(self, _execution: Execution, frame: int, request: WriteRequest) -> None:
        self._calendar.schedule(self.now_at(), self.write, frame, request)

    def write(self, frame: int, request: WriteRequest) -> None:
        if self._run.running:
            children.write(self._run, frame, request)

    def map_run(self, _execution: Execution, frame: int, request: MapRunRequest) -> str:
        return children.begin_map_run(self._run, frame, request).arn

    def map_run_ended(self, _execution: Execution, _frame: int, arn: str, status: Status) -> None:
        children.end_map_run(self._run, arn, status)

    def child(self, _execution: Execution, frame: int, request: ChildRequest) -> None:
        children.start(self._run, frame, request)

    def stop_children(self, _execution: Execution, frame: int) -> None:
        self._calendar.schedule(self.now_at(), self.stop_runs, frame)

    def stop_runs(self, frame: int) -> None:
        children.stop(self._run, frame)

    def child_ended(self, child: Run, result: ChildResult) -> None:
        """A child execution of a map run is over."""
        children.ended(self._run, child, result)
