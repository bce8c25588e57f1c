"""Messages received together, as whoever polled them sees them: by index, whatever slots they stand in.

The batch holds tickets. A message that was received again since (its visibility timeout passed while the function worked)
has another ticket, and is then left alone: deleting with an old receipt handle deletes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flows.services.ports import Batch, Json
from flows.services.sqs.dead_letters import bury
from flows.services.sqs.event import event_record
from flows.services.sqs.messages import IN_FLIGHT
from flows.services.sqs.quotas import QUOTAS
from flows.services.sqs.records import DELETED, RECEIVED

if TYPE_CHECKING:
    from flows.services.sqs.queue import Queue

BURIED_AT_A_TIME = 100


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
        queue, tickets = self._queue, self.tickets
        messages, node, write = queue.messages, queue.node, queue.environment.recorder.write
        ticket, state, counts, subject = messages.ticket, messages.state, messages.receive_count, messages.subject
        going: list[int] = []
        for index, slot in enumerate(self.slots):
            if ticket[slot] != tickets[index] or (kept and index in kept):
                continue
            if state[slot] == IN_FLIGHT:
                write(DELETED, node, subject[slot], request, cause, counts[slot])
                going.append(slot)
            else:
                queue.delete(slot, request, cause)
        queue.in_flight_count -= len(going)
        if queue.fair is not None:
            queue.fair.left(going)
        messages.give_back(going)
        queue.settle()

    def blame(self, index: int, cause: int) -> None:
        """What happens next to the message at `index` is caused by that record."""
        slot = self.slots[index]
        messages = self._queue.messages
        if messages.ticket[slot] == self.tickets[index]:
            messages.last[slot] = cause

    def drop(self, indices: Sequence[int], causes: Sequence[int], request: int) -> None:
        """The messages at these (ascending) indices are deleted, each because of its own record, and are not in the batch."""
        queue, ticket = self._queue, self._queue.messages.ticket
        for index, cause in zip(indices, causes, strict=True):
            if ticket[self.slots[index]] == self.tickets[index]:
                queue.delete(self.slots[index], request, cause)
        for index in reversed(indices):
            del self.slots[index], self.tickets[index], self._subjects[index]
        queue.settle()

    def join(self, other: Batch) -> None:
        """Take the messages of a later batch into this one."""
        self.slots.extend(other.slots)
        self.tickets.extend(other.tickets)
        self._subjects.extend(other.subjects())


def take_batch(queue: Queue, maximum: int, link: int, request: int, hidden_us: int, cause: int) -> ReceivedBatch:
    """Up to `maximum` visible messages go in flight; one that was received too often goes to the dead-letter queue instead.

    One receive buries only so many, so that a run can stop between two notices: it may come back empty before the queue is.
    A receive that a record asked for has that `cause`; otherwise the cause is the message's own last record.
    """
    messages, visible, gone = queue.messages, queue.line.slots, queue.line.gone
    state, subject, counts = messages.state, messages.subject, messages.receive_count
    last, ticket, visible_at, received_at = messages.last, messages.ticket, messages.visible_at, messages.received_at
    write, node, now = queue.environment.recorder.write, queue.node, queue.environment.calendar.now_at
    back_at, detail = now + hidden_us, (link, hidden_us)
    limit = 0 if queue.dead_letter_queue is None or queue.redrive is None else queue.redrive.max_receive_count
    maximum = min(maximum, QUOTAS.in_flight - queue.in_flight_count)
    slots: list[int] = []
    tickets: list[int] = []
    subjects: list[int] = []
    buried = 0
    while visible and len(slots) < maximum and buried < BURIED_AT_A_TIME:
        slot = visible.popleft()
        if gone and queue.line.is_gone(slot):
            continue
        count = counts[slot] + 1
        if limit and count > limit and count - messages.earlier[slot] > limit:
            state[slot] = IN_FLIGHT
            queue.visible_count -= 1
            queue.in_flight_count += 1
            bury(queue, slot, limit)
            buried += 1
            continue
        if count == 1:
            messages.first_receive_at[slot] = now
        counts[slot] = count
        state[slot] = IN_FLIGHT
        visible_at[slot] = back_at
        received_at[slot] = now
        who = subject[slot]
        number = write(RECEIVED, node, who, request, cause or last[slot], count, detail)
        last[slot] = ticket[slot] = number
        slots.append(slot)
        tickets.append(number)
        subjects.append(who)
    queue.visible_count -= len(slots)
    queue.in_flight_count += len(slots)
    queue.flight.add_all(back_at, slots)
    if buried:
        queue.ages.settle(queue.visible_count + queue.in_flight_count + queue.delayed_count)
    return ReceivedBatch(queue, slots, tickets, subjects)
