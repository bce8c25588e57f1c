"""Receive request attempt ids: a receive whose answer was lost can be made again.

Within five minutes a receive with the same id answers the same messages with the same receipt handles and begins their visibility
timeout anew, as long as none of them was deleted, changed or has come back. Otherwise it is a new receive. The id is remembered
in the order of its first use; what is too old is dropped at the next look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.sqs.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.sqs.batch import ReceivedBatch
    from flows.services.sqs.fifo import FifoQueue


class Attempts:
    def __init__(self) -> None:
        self._made: dict[str, tuple[int, list[int], list[int], int]] = {}
        """id → (instant, slots, tickets, visible again at)"""

    def remember(self, attempt: str, batch: ReceivedBatch, now_at: int, back_at: int) -> None:
        if batch:
            self._made[attempt] = (now_at, batch.slots, batch.tickets, back_at)

    def clear(self) -> None:
        self._made.clear()

    def again(self, queue: FifoQueue, attempt: str, hidden_us: int, request: int, cause: int) -> list[int]:
        """The slots of the messages that the receive is answered with once more; none if it is a new one."""
        now = queue.environment.now_at
        while self._made and next(iter(self._made.values()))[0] <= now - QUOTAS.attempt_us:
            del self._made[next(iter(self._made))]
        made = self._made.get(attempt)
        if made is None:
            return []
        first_at, slots, tickets, back_at = made
        messages = queue.messages
        unchanged = (
            messages.ticket[slot] == ticket and messages.visible_at[slot] == back_at
            for slot, ticket in zip(slots, tickets, strict=True)
        )
        if not all(unchanged):
            del self._made[attempt]
            return []
        for slot in slots:
            queue.change_visibility(slot, hidden_us, request, cause)
        self._made[attempt] = (first_at, slots, tickets, now + hidden_us)
        return slots
