"""A container that polls a queue: receive, work, delete, again.

Each of its workers waits for messages (`polling.py`), takes up to a batch of them, works for as long as the behaviour says, makes
its calls, and deletes what did not fail. A failure of an item leaves that message in the queue; an exception that nobody catches
(`raise`) ends the container with exit code 1, whatever else it had in hand; work that never ends (`timeout`) keeps its worker.

SIGTERM: who *finishes* receives nothing more, ends what is in hand and exits with 0; who *exits* does so at once; who *ignores* it
goes on until SIGKILL. What is in hand then is not deleted, and comes back after its visibility timeout.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.services.behaving import failing
from flows.services.ecs import records
from flows.services.ecs.config import EXIT, FINISH, Consumption
from flows.services.ecs.container import SIGTERM, TERMINATED
from flows.services.ecs.quotas import QUOTAS
from flows.services.ports import Batch
from flows.services.program_calls import Calls, carried
from flows.topology.resources.function import FailureRule

if TYPE_CHECKING:
    from flows.services.ecs.polling import Polls
    from flows.services.ecs.task import Task

EMPTY = "a long poll found nothing: the queue is empty"
UNHANDLED = "an exception that nobody caught"


@dataclass(slots=True)
class Work:
    """What a worker has in hand. `last` is its newest record; `failed` the messages that did not go well, each with its rule."""

    request: int
    batch: Batch
    began_at: int
    last: int
    attempts: list[int]
    failed: dict[int, FailureRule]
    timer: int = 0
    calls: Calls | None = None


class Loop:
    def __init__(self, task: Task, consumes: Consumption, polls: Polls) -> None:
        self.task, self.consumes, self.polls = task, consumes, polls
        self.works: dict[int, Work] = {}
        self.leaving = False
        self._idle_timer = 0

    # ── the program ─────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, _cause: int) -> None:
        """Every worker waits for messages."""
        for _ in range(self.consumes.workers):
            self._wait()

    def terminate(self, cause: int) -> None:
        how = self.task.behaviour.on_sigterm
        if how == EXIT:
            self.kill(SIGTERM, cause)
            self.task.exited(TERMINATED, SIGTERM, cause)
        elif how == FINISH:
            self._leave()
            if not self.works:
                self.task.exited(0, SIGTERM, cause)

    def kill(self, reason: str, cause: int) -> None:
        self._leave()
        for work in list(self.works.values()):
            self._drop(work)
            self._write(records.WORK_ABANDONED, work, (len(work.batch), reason), cause)
        self.works.clear()

    # ── working ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def take(self, request: int, batch: Batch) -> None:
        """Messages for one of its workers."""
        task, behaviour = self.task, self.task.behaviour.work
        calendar, bodies = task.environment.calendar, task.environment.bodies
        calendar.cancel(self._idle_timer)
        work = Work(request, batch, calendar.now_at, batch.tickets[-1], batch.attempts(), {})
        self.works[request] = work
        self._write(records.WORK_STARTED, work, (self.polls.link, len(batch), task.subject))
        numbers = batch.bodies()
        for index, attempt in enumerate(work.attempts):
            rule = failing(behaviour.failures, attempt, numbers[index], bodies, task.definition.chances)
            if rule is not None:
                work.failed[index] = rule
        length = max(task.definition.durations.sample(behaviour.duration.quantiles), QUOTAS.shortest_us)
        if not any(rule.how == "timeout" for rule in work.failed.values()):
            work.timer = calendar.schedule(calendar.now_at + length, self.worked, request)

    def worked(self, request: int) -> None:
        """Its own work is done; if it calls others, that comes now."""
        work, calls = self.works[request], self.task.behaviour.work.calls
        work.timer = 0
        crash = next((rule for rule in work.failed.values() if rule.how == "raise"), None)
        if crash is not None:
            self._fail(work, crash.error_type, crash.error_message)
            self._crash(work, f"{crash.error_type}: {crash.error_message}")
            return
        text, numbers = self.task.environment.bodies.text, work.batch.bodies()
        made = [
            (call, inner)
            for index, number in enumerate(numbers)
            if index not in work.failed
            for inner in carried(text(number))
            for call in calls
        ]
        if not made:
            self.ended(request, "", "", work.last)
            return
        definition = self.task.definition
        self._write(records.CALLS_BEGAN, work, (len(made),))
        work.calls = Calls(self.task.world, definition.node, definition.name, request, made, _Ended(self, request))
        work.calls.begin(work.last)

    def ended(self, request: int, error_type: str, message: str, cause: int) -> None:
        """Every call has its answer, or one has failed: then nothing is deleted."""
        work = self.works[request]
        work.last = cause
        if error_type:
            self._fail(work, error_type, message)
        else:
            for index, rule in work.failed.items():
                self._item_failed(work, index, rule.error_type, rule.error_message)
            took = self.task.environment.now_at - work.began_at
            self._write(records.WORK_SUCCEEDED, work, (took, len(work.failed)))
            work.batch.delete(request, work.last, tuple(work.failed))
        del self.works[request]
        self._wait()

    def _fail(self, work: Work, error_type: str, message: str) -> None:
        took = self.task.environment.now_at - work.began_at
        self._write(records.WORK_FAILED, work, (error_type, message, took))
        for index in range(len(work.batch)):
            self._item_failed(work, index, error_type, message)

    def _item_failed(self, work: Work, index: int, error_type: str, message: str) -> None:
        environment = self.task.environment
        error = json.dumps({"errorType": error_type, "errorMessage": message}, separators=(",", ":"))
        detail = (self.polls.link, error_type, environment.bodies.number(error))
        subject = work.batch.subjects()[index]
        node, attempt = self.task.definition.node, work.attempts[index]
        write = environment.recorder.write
        work.batch.blame(index, write(records.ITEM_FAILED, node, subject, work.request, work.last, attempt, detail))

    def _crash(self, work: Work, said: str) -> None:
        """The container ends, with all its workers."""
        del self.works[work.request]
        self.kill(UNHANDLED, work.last)
        self.task.exited(1, said, work.last, said)

    # ── waiting ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _wait(self) -> None:
        """A worker is free: it waits, or leaves with the others."""
        if self.leaving:
            if not self.works:
                self.task.exited(0, SIGTERM, self.task.last)
            return
        self.polls.wait(self)
        if self.consumes.until_empty and not self.works:
            calendar = self.task.environment.calendar
            calendar.cancel(self._idle_timer)
            self._idle_timer = calendar.schedule(calendar.now_at + self.consumes.wait_us, self.found_nothing)

    def found_nothing(self) -> None:
        """The long polls of all its workers came back with nothing."""
        if not self.works and not self.leaving:
            self._leave()
            self.task.exited(0, EMPTY, self.task.last)

    def _leave(self) -> None:
        self.leaving = True
        self.polls.leave(self)
        self.task.environment.calendar.cancel(self._idle_timer)

    def _drop(self, work: Work) -> None:
        self.task.environment.calendar.cancel(work.timer)
        if work.calls is not None:
            work.calls.over = True

    def _write(self, kind: int, work: Work, detail: tuple[int | str, ...], cause: int = 0) -> None:
        write = self.task.environment.recorder.write
        node = self.task.definition.node
        work.last = write(kind, node, work.request, work.request, cause or work.last, 0, detail)


@dataclass(frozen=True, slots=True)
class _Ended:
    """Who is told how the calls of a piece of work went."""

    loop: Loop
    request: int

    def __call__(self, error_type: str, message: str, cause: int) -> None:
        self.loop.ended(self.request, error_type, message, cause)
