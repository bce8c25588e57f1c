"""The line of visible messages: who is received next.

A FIFO of slots. One that goes otherwise than by being received (deleted, expired, redriven, hidden again) is not looked for:
`gone` counts its slot, and the slot is passed over that often when it comes up, always before its next tenant or its own next
turn. Once most of the line is gone it is made anew.
"""

from __future__ import annotations

from collections import deque

TIDY_FROM = 4096
"""Below this many gone ones tidying is not worth the walk."""


class Line:
    __slots__ = ("gone", "slots")

    def __init__(self) -> None:
        self.slots: deque[int] = deque()
        self.gone: dict[int, int] = {}

    def first(self) -> int:
        """The slot whose turn it is, or -1. It stays where it is."""
        slots = self.slots
        while slots and self.is_gone(slots[0]):
            slots.popleft()
        return slots[0] if slots else -1

    def leave(self, slot: int, left: int) -> None:
        """`slot` goes out of turn; `left` are really there."""
        self.gone[slot] = self.gone.get(slot, 0) + 1
        slots = self.slots
        if len(slots) > 2 * left + TIDY_FROM:
            here = [slot for slot in slots if not self.is_gone(slot)]
            slots.clear()
            slots.extend(here)

    def is_gone(self, slot: int) -> bool:
        """Whether the slot that has come up is to be passed over; asking counts as passing."""
        times = self.gone.pop(slot, 0)
        if times > 1:
            self.gone[slot] = times - 1
        return times > 0
