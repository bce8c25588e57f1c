"""An activity: tasks that wait for a worker, and workers that wait for a task.

A worker polls (GetActivityTask, up to a minute) and gets the oldest task; workers are served in the order they came.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.services.ports import Answer, Json, Pending
from flows.services.stepfunctions.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.stepfunctions.run import Run
    from flows.services.world import World


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task nobody has taken yet."""

    run: Run
    frame: int
    ticket: int
    token: str
    input: str


@dataclass
class Activity:
    world: World
    name: str
    arn: str
    created_at: int
    tasks: deque[Waiting] = field(default_factory=deque)
    pollers: dict[int, tuple[Pending, str]] = field(default_factory=dict)
    """Timer → (who waits, the worker's name), in the order they came."""

    def schedule(self, task: Waiting) -> None:
        """A task wants a worker."""
        self.tasks.append(task)
        self._serve()

    def poll(self, worker: str) -> Pending:
        """A worker wants a task; with none for a minute the answer is empty."""
        calendar = self.world.environment.calendar
        pending = self.world.promise()
        # Two steps, since the timer's own handle is what the poller is known by.
        number = pending.handle
        self.pollers[number] = (pending, worker)
        calendar.schedule(calendar.now_at + QUOTAS.activity_poll_us, self.give_up, number)
        self._serve()
        return pending

    def give_up(self, number: int) -> None:
        """Nothing came for this worker."""
        found = self.pollers.pop(number, None)
        if found is not None:
            self.world.answer(found[0], Answer({"taskToken": None, "input": None}))

    def _serve(self) -> None:
        while self.tasks and self.pollers:
            task = self.tasks.popleft()
            if not task.run.waits_for(task.frame, task.ticket):
                continue
            number = next(iter(self.pollers))
            pending, worker = self.pollers.pop(number)
            calendar = self.world.environment.calendar
            calendar.schedule(calendar.now_at, self.take, task, pending, worker)

    def take(self, task: Waiting, pending: Pending, worker: str) -> None:
        """The worker has the task, unless it is over since."""
        if not task.run.waits_for(task.frame, task.ticket):
            self.pollers[pending.handle] = (pending, worker)
            self._serve()
            return
        task.run.taken(task.frame, worker or None)
        answer: Json = {"taskToken": task.token, "input": task.input}
        self.world.answer(pending, Answer(answer))
