"""Messages received together from a FIFO queue, in the order of their groups.

A receive takes the run of visible messages at the head of the group whose turn it is, then goes on to the next group. One that
was received too often moves to the dead-letter queue, and the next of its group is looked at. AWS answers no error when
too many messages are in flight in a FIFO queue: the receive comes back empty.

A message that came back in the meantime cannot be deleted any more: its receipt handle has expired.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flows.services.sqs.batch import BURIED_AT_A_TIME, ReceivedBatch
from flows.services.sqs.dead_letters import bury
from flows.services.sqs.groups import NOBODY
from flows.services.sqs.messages import IN_FLIGHT, VISIBLE
from flows.services.sqs.quotas import QUOTAS
from flows.services.sqs.records import RECEIVED

if TYPE_CHECKING:
    from flows.services.sqs.fifo import FifoQueue


class FifoBatch(ReceivedBatch):
    __slots__ = ()

    def delete(self, request: int, cause: int, kept: Sequence[int] = ()) -> None:
        """Delete all but those at the indices `kept`, and those whose receipt handle has expired."""
        queue, messages = self._queue, self._queue.messages
        for index, slot in enumerate(self.slots):
            alive = messages.ticket[slot] == self.tickets[index] and messages.state[slot] == IN_FLIGHT
            if alive and index not in kept:
                queue.delete(slot, request, cause)
        queue.settle()


def take_from_groups(
    queue: FifoQueue, maximum: int, link: int, request: int, hidden_us: int, cause: int
) -> ReceivedBatch:
    messages, groups = queue.messages, queue.groups
    state, subject, counts = messages.state, messages.subject, messages.receive_count
    write, node, now = queue.environment.recorder.write, queue.node, queue.environment.calendar.now_at
    back_at, detail = now + hidden_us, (link, hidden_us)
    limit = 0 if queue.dead_letter_queue is None or queue.redrive is None else queue.redrive.max_receive_count
    maximum = min(maximum, QUOTAS.in_flight - queue.in_flight_count)
    slots: list[int] = []
    tickets: list[int] = []
    subjects: list[int] = []
    buried = 0
    while len(slots) < maximum and buried < BURIED_AT_A_TIME:
        number = groups.next_ready()
        if number == NOBODY:
            break
        slot, taken = groups.first[number], len(slots)
        while slot != NOBODY and state[slot] == VISIBLE and len(slots) < maximum and buried < BURIED_AT_A_TIME:
            after = groups.after[slot]
            count = counts[slot] + 1
            if limit and count > limit and count - messages.earlier[slot] > limit:
                bury(queue, slot, limit)
                buried += 1
                slot = after
                continue
            if count == 1:
                messages.first_receive_at[slot] = now
            counts[slot] = count
            state[slot] = IN_FLIGHT
            messages.visible_at[slot] = back_at
            messages.received_at[slot] = now
            who = subject[slot]
            sequence = write(RECEIVED, node, who, request, cause or messages.last[slot], count, detail)
            messages.last[slot] = messages.ticket[slot] = sequence
            slots.append(slot)
            tickets.append(sequence)
            subjects.append(who)
            slot = after
        taken = len(slots) - taken
        if taken:
            groups.visible[number] -= taken
            queue.visible_count -= taken
            queue.in_flight_count += taken
            queue.judge(number)
    queue.flight.add_all(back_at, slots)
    if buried:
        queue.settle()
    return FifoBatch(queue, slots, tickets, subjects)
