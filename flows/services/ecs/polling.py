"""Long polling: the workers of a task definition's containers that wait at a queue, who waits longest first.

One consumer of the queue for all of them. When messages become visible it looks in a notice of its own, at the same instant, and
hands them out; a worker that comes to wait is served the same way.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.ports import Source

if TYPE_CHECKING:
    from flows.services.ecs.definition import Definition
    from flows.services.ecs.loop import Loop

INVOCATION = int(SubjectKind.INVOCATION)


class Polls:
    def __init__(self, definition: Definition, source: Source, link: int) -> None:
        self.definition, self.source, self.link = definition, source, link
        self.waiting: deque[Loop] = deque()
        self.out = False
        self._looking = False
        self._spare = 0
        source.consumed_by(self)

    def wait(self, loop: Loop) -> None:
        """One more worker of that container waits."""
        self.waiting.append(loop)
        self.wake()

    def leave(self, loop: Loop) -> None:
        """None of its workers waits any more."""
        self.waiting = deque(each for each in self.waiting if each is not loop)

    def wake(self) -> None:
        """The queue has something (`Consumer`)."""
        if self.waiting and not self._looking and not self.out and self.source.has_messages():
            self._looking = True
            calendar = self.definition.environment.calendar
            calendar.schedule(calendar.now_at, self.look)

    def outage(self, begins: bool) -> None:
        """An outage of the way to the queue begins or is over: nothing is received while it lasts."""
        self.out = begins
        self.wake()

    def look(self) -> None:
        self._looking = False
        while self.waiting and not self.out and self.source.has_messages():
            request = self._spare or self.definition.environment.subjects.new(INVOCATION)
            loop = self.waiting[0]
            batch = self.source.receive(loop.consumes.batch, self.link, request)
            self._spare = 0 if batch else request
            if not batch:
                self.wake()
                return
            self.waiting.popleft()
            loop.take(request, batch)
