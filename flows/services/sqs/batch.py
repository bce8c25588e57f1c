"""Messages received together, as whoever polled them sees them: by index, whatever slots they stand in.

The batch holds tickets. A message that was received again since (its visibility timeout passed while the function worked)
has another ticket, and is then left alone: deleting with an old receipt handle deletes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flows.services.ports import Batch, Json
from flows.services.sqs.event import event_record

if TYPE_CHECKING:
    from flows.services.sqs.queue import Queue


class ReceivedBatch:
    __slots__ = ("_queue", "_subjects", "slots", "tickets")

    def __init__(self, queue: Queue, slots: list[int], tickets: list[int], subjects: list[int]) -> None:
        self._queue = queue
        self.slots = slots
        self.tickets = tickets
        self._subjects = subjects

    def __len__(self) -> int:
        return len(self.slots)

    def subjects(self) -> list[int]:
        return self._subjects

    def bodies(self) -> list[int]:
        bodies = self._queue.environment.subjects.body
        return [bodies[subject] for subject in self._subjects]

    def attempts(self) -> list[int]:
        column = self._queue.messages.receive_count
        return [column[slot] for slot in self.slots]

    def event(self) -> Json:
        """The event a function is given."""
        return {"Records": [event_record(self._queue, slot) for slot in self.slots]}

    def delete(self, request: int, cause: int, kept: Sequence[int] = ()) -> None:
        """Delete all but those at the indices `kept`."""
        queue, ticket = self._queue, self._queue.messages.ticket
        for index, slot in enumerate(self.slots):
            if ticket[slot] == self.tickets[index] and index not in kept:
                queue.delete(slot, request, cause)
        queue.settle()

    def blame(self, index: int, cause: int) -> None:
        """What happens next to the message at `index` is caused by that record."""
        slot = self.slots[index]
        messages = self._queue.messages
        if messages.ticket[slot] == self.tickets[index]:
            messages.last[slot] = cause

    def join(self, other: Batch) -> None:
        """Take the messages of a later batch into this one."""
        self.slots.extend(other.slots)
        self.tickets.extend(other.tickets)
        self._subjects.extend(other.subjects())
