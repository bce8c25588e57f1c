"""A lane: notices in a plain FIFO, because they are asked for in order. See `calendar.py` for how it is used."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush, heapreplace
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from flows.engine.calendar import Calendar

Method: TypeAlias = Callable[..., object]
Entry: TypeAlias = "tuple[int, int, Lane | None, Method, tuple[Any, ...]]"
"""(instant, sequence, its lane or None, method, arguments)"""


class LaneOutOfOrder(ValueError):
    """A lane was asked for an instant earlier than its tail. Always our bug."""


class InstantInThePast(ValueError):
    """A notice was asked for at an instant that has gone by. Always our bug."""


class Lane:
    """A FIFO of notices for one method, fed with instants that never decrease (one constant delay, for instance)."""

    __slots__ = ("_calendar", "_entries", "_heap", "_method", "_tail_at", "background")

    def __init__(self, calendar: Calendar, method: Method, heap: list[Entry], *, background: bool) -> None:
        self._calendar = calendar
        self._method = method
        self._heap = heap
        self._entries: deque[Entry] = deque()
        self._tail_at = 0
        self.background = background

    def schedule(self, at: int, *args: Any) -> int:
        """Call the lane's method with `args` at instant `at`; answers the handle to cancel it by."""
        calendar = self._calendar
        if at < self._tail_at or at < calendar.now_at:
            raise self._refusal(at)
        self._tail_at = at
        calendar._sequence = sequence = calendar._sequence + 1
        entry = (at, sequence, self, self._method, args)
        entries = self._entries
        if not entries:
            heappush(self._heap, entry)
        entries.append(entry)
        calendar._live.add(sequence)
        return sequence

    def _refusal(self, at: int) -> ValueError:
        if at < self._tail_at:
            return LaneOutOfOrder(f"{at} after {self._tail_at} in the lane of {self._method}")
        return InstantInThePast(f"{at}, and it is {self._calendar.now_at} already")

    def __getstate__(self) -> tuple[Any, ...]:
        return self._calendar, self._method, self.background

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._calendar, self._method, self.background = state


def drop(heap: list[Entry], lane: Lane | None) -> None:
    """Take the top off `heap`; if it was a lane's, the lane's next entry takes its place."""
    if lane is not None:
        entries = lane._entries
        entries.popleft()
        if entries:
            heapreplace(heap, entries[0])
            return
    heappop(heap)
