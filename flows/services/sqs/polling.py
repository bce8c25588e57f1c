"""Long polling: receives that wait for a message.

Who waits is served in the order in which they asked. A poll is a consumer like a mapping: when a message becomes visible it
is served in a notice of its own, at the same instant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Answer, Pending
from flows.services.sqs import refusals
from flows.services.sqs.event import Wanted, messages_json

if TYPE_CHECKING:
    from flows.services.sqs.queue import Queue
    from flows.services.world import World


class LongPolls:
    """The receives that wait at one queue."""

    def __init__(self, world: World, queue: Queue) -> None:
        self._world = world
        self._queue = queue
        self._calendar = queue.environment.calendar
        self._waiting: dict[int, tuple[Wanted, int]] = {}
        self._woken = self._registered = False

    def wait(self, wanted: Wanted, wait_us: int, deadline_at: int) -> Pending:
        """Answer when there is a message, or with none when the wait is over."""
        if not self._registered:
            self._registered = True
            self._queue.consumed_by(self)
        pending = self._world.promise()
        until_at = min(self._calendar.now_at + wait_us, deadline_at)
        timer = self._calendar.schedule(until_at, self.give_up, pending.handle)
        self._waiting[pending.handle] = (wanted, timer)
        self.look_again()
        return pending

    def wake(self) -> None:
        if self._waiting and not self._woken:
            self._woken = True
            self._calendar.schedule(self._calendar.now_at, self.serve)

    def serve(self) -> None:
        """Whoever waits longest first, while there are messages."""
        self._woken = False
        for handle in list(self._waiting):
            wanted, timer = self._waiting[handle]
            slots = self._queue.answer_receive(wanted)
            if not slots:
                self.look_again()
                return
            del self._waiting[handle]
            self._calendar.cancel(timer)
            self._world.answer(Pending(handle), Answer(messages_json(self._queue, slots, wanted)))

    def neighbours(self) -> list[Queue]:
        """Every queue there is."""
        return self._world.nouns_of("sqs")

    def end(self) -> None:
        """The queue is deleted: whoever waits is told so."""
        for handle, (_, timer) in list(self._waiting.items()):
            self._calendar.cancel(timer)
            self._world.answer(Pending(handle), Answer(refusal=refusals.no_such_queue()))
        self._waiting.clear()

    def look_again(self) -> None:
        """A receive that only buried dead letters may have come back too early."""
        if self._queue.has_messages():
            self.wake()

    def give_up(self, handle: int) -> None:
        """The wait is over."""
        del self._waiting[handle]
        self._world.answer(Pending(handle), Answer({}))
