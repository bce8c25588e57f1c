"""The numeric ranges of a path, so that those around a number are found at once.

The ends of all ranges cut the numbers into points and the gaps between them, and each of these has the same ranges everywhere. The
groups are made when they are first asked for after a change. With more than `MOST_CUT` ranges they would take too much
room, and the ranges are tested one by one, those that begin above the number apart.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from flows.patterns.conditions import INFINITE, Range
from flows.patterns.entries import Entries, Entry

MOST_CUT = 400


class Ranges:
    __slots__ = ("_groups", "_points", "_sorted", "entries")

    def __init__(self) -> None:
        self.entries: dict[tuple[Range, Entry], None] = {}
        self._clear()

    def put(self, condition: Range, entry: Entry) -> None:
        self.entries[condition, entry] = None
        self._clear()

    def take(self, condition: Range, entry: Entry) -> None:
        self.entries.pop((condition, entry), None)
        self._clear()

    def around(self, value: float) -> Entries:
        if not self._points:
            self._cut()
        if self._groups:
            at = bisect_left(self._points, value)
            is_point = at < len(self._points) and self._points[at] == value
            return self._groups[2 * at + is_point]
        below = bisect_right(self._points, value)
        return {entry: None for condition, entry in self._sorted[:below] if condition.holds(value)}

    def _clear(self) -> None:
        self._points: list[float] = []
        """Where something begins or ends; with too many ranges, where each begins."""
        self._groups: list[Entries] = []
        """A gap, a point, a gap, a point … and the gap behind the last."""
        self._sorted: list[tuple[Range, Entry]] = []

    def _cut(self) -> None:
        if len(self.entries) > MOST_CUT:
            self._sorted = sorted(self.entries, key=lambda pair: pair[0].bottom)
            self._points = [condition.bottom for condition, _ in self._sorted]
            return
        ends = {end for condition, _ in self.entries for end in (condition.bottom, condition.top)}
        self._points = sorted(ends - {-INFINITE, INFINITE})
        self._groups = [{} for _ in range(2 * len(self._points) + 1)]
        for condition, entry in self.entries:
            first = 0 if condition.bottom == -INFINITE else 2 * self._at(condition.bottom) + 1 + condition.open_bottom
            last = (
                2 * len(self._points)
                if condition.top == INFINITE
                else 2 * self._at(condition.top) + 1 - condition.open_top
            )
            for group in self._groups[first : last + 1]:
                group[entry] = None

    def _at(self, end: float) -> int:
        return bisect_left(self._points, end)
