"""What happens next: the event list of the simulation.

Theory of operation. A *notice* says "at this instant call this bound method with these arguments". Notices are processed in
the order (instant, sequence), where the sequence counts every notice ever scheduled: two notices of one instant happen in
the order in which they were asked for, on every machine. Nothing here sleeps or reads a clock; `now_at` is the instant of the
notice being processed.

Most waiting is by a constant delay, and instants asked for by a constant delay come in order. So a *lane* is a plain FIFO
fed in order, and the heap holds only one entry per lane (its head) beside the generic notices: a small heap, however many
notices wait. A lane refuses an instant earlier than its tail, always: a lane fed out of order would let time run backwards.

Rules that make it correct:

1. A notice is alive exactly while its sequence (its *handle*) is in `_live`. Cancelling only removes the handle; the dead
   entry is skipped when it comes up, and all dead entries are swept out once there may be more of them than living ones.
   Entries are tuples that begin with (instant, sequence), so comparing two of them never looks further.
2. While a lane's notice is being processed its dead entry stays at the head: a method that asks for the next notice of its
   own lane (a source's tick) then costs one replacement of the heap's top instead of a pop and a push.
3. *Background* notices (a message's retention running out in four days) keep their own heap: they are processed in the same
   one order, but an execution in which only they are left is quiet.
4. All of it is data. A calendar can be pickled at any step boundary: methods are bound methods of picklable objects (never
   closures or generators), the lanes' entries become integer columns. The calendar writes its lanes' entries itself, because
   in a pickled cycle a lane may be rebuilt before or after its calendar.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable
from heapq import heapify, heappop, heappush, heapreplace
from typing import Any

from flows.engine.lanes import Entry, InstantInThePast, Lane, Method, drop

NEVER = 2**62
SWEEP_FROM = 256
"""Below this many dead entries sweeping is not worth the walk."""


class Calendar:
    """Every notice of one execution, in (instant, sequence) order."""

    __slots__ = ("_background", "_cancelled", "_foreground", "_lanes", "_live", "_sequence", "now_at")

    def __init__(self) -> None:
        self.now_at = 0
        self._sequence = 0
        self._live: set[int] = set()
        self._cancelled = 0
        self._foreground: list[Entry] = []
        self._background: list[Entry] = []
        self._lanes: list[Lane] = []

    # ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def lane(self, method: Method, *, background: bool = False) -> Lane:
        """A FIFO lane for `method`: for one constant delay, or any feed of instants that never decrease."""
        lane = Lane(self, method, self._background if background else self._foreground, background=background)
        self._lanes.append(lane)
        return lane

    def schedule(self, at: int, method: Method, *args: Any, background: bool = False) -> int:
        """Call the bound method `method` with `args` at instant `at`; answers the handle to cancel it by."""
        if at < self.now_at:
            raise InstantInThePast(f"{at}, and it is {self.now_at} already")
        self._sequence = sequence = self._sequence + 1
        heappush(self._background if background else self._foreground, (at, sequence, None, method, args))
        self._live.add(sequence)
        return sequence

    def cancel(self, handle: int) -> bool:
        """Forget a notice; False if it has happened, was cancelled or never was."""
        if handle not in self._live:
            return False
        self._live.remove(handle)
        self._cancelled += 1
        if self._cancelled > SWEEP_FROM and self._cancelled > len(self._live):
            self._sweep()
        return True

    def next_at(self) -> int | None:
        """The instant of the next notice of any sort, None if nothing waits."""
        heads = [heap[0][0] for heap in (self._foreground, self._background) if self._prune(heap)]
        return min(heads, default=None)

    def next_foreground_at(self) -> int | None:
        """The instant of the next foreground notice; None means quiet: only background notices are left."""
        return self._foreground[0][0] if self._prune(self._foreground) else None

    # ── going on ────────────────────────────────────────────────────────────────────────────────────────────────────

    def step(self) -> bool:
        """Process exactly one notice, the next in order; False if nothing waits."""
        at = self.next_at()
        if at is None:
            return False
        self._run(at, _once)
        return True

    def run_until(self, until_at: int, stop: Callable[[], bool] | None = None) -> bool:
        """Process every notice with an instant up to and including `until_at`; then it is `until_at`.

        `stop` is asked after each notice: if it answers True the run ends there, between two notices, at the instant
        of the last one. False if so, True if `until_at` was reached.
        """
        if self._run(until_at, stop):
            return False
        self.now_at = max(self.now_at, until_at)
        return True

    def _run(self, until_at: int, stop: Callable[[], bool] | None) -> bool:
        """The loop: True if `stop` stopped it."""
        foreground, background, alive = self._foreground, self._background, self._live.remove
        while True:
            heap = foreground
            if background and (not foreground or background[0] < foreground[0]):
                heap = background
            if not heap:
                return False
            entry = heap[0]
            at, sequence, lane, method, args = entry
            if at > until_at:
                return False
            try:
                alive(sequence)
            except KeyError:
                drop(heap, lane)
                continue
            self.now_at = at
            if lane is None:
                heappop(heap)
                method(*args)
            else:
                if args:
                    method(*args)
                else:
                    method()
                if heap and heap[0] is entry:
                    entries = lane._entries
                    entries.popleft()
                    if entries:
                        heapreplace(heap, entries[0])
                    else:
                        heappop(heap)
            if stop is not None and stop():
                return True

    # ── dead entries ────────────────────────────────────────────────────────────────────────────────────────────────

    def _prune(self, heap: list[Entry]) -> bool:
        """Drop dead entries from the top of `heap`, so that its head is alive; False if nothing is left."""
        while heap and heap[0][1] not in self._live:
            drop(heap, heap[0][2])
        return bool(heap)

    def _sweep(self) -> None:
        """Drop every dead entry. Heaps and lanes are changed in place: others hold them."""
        live = self._live
        for lane in self._lanes:
            entries = [entry for entry in lane._entries if entry[1] in live]
            lane._entries.clear()
            lane._entries.extend(entries)
        for heap, is_background in ((self._foreground, False), (self._background, True)):
            heap[:] = [
                *(entry for entry in heap if entry[2] is None and entry[1] in live),
                *(lane._entries[0] for lane in self._lanes if lane._entries and lane.background == is_background),
            ]
            heapify(heap)
        self._cancelled = 0

    # ── the box ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def __getstate__(self) -> dict[str, Any]:
        self._sweep()
        return {
            "now_at": self.now_at,
            "sequence": self._sequence,
            "foreground": sorted((e[0], e[1], e[3], e[4]) for e in self._foreground if e[2] is None),
            "background": sorted((e[0], e[1], e[3], e[4]) for e in self._background if e[2] is None),
            "lanes": [
                (
                    lane,
                    lane.background,
                    lane._method,
                    lane._tail_at,
                    array("q", [entry[0] for entry in lane._entries]),
                    array("q", [entry[1] for entry in lane._entries]),
                    [entry[4] for entry in lane._entries],
                )
                for lane in self._lanes
            ],
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.now_at = state["now_at"]
        self._sequence = state["sequence"]
        self._cancelled = 0
        self._lanes = []
        self._foreground = [(at, sequence, None, method, args) for at, sequence, method, args in state["foreground"]]
        self._background = [(at, sequence, None, method, args) for at, sequence, method, args in state["background"]]
        self._live = {entry[1] for heap in (self._foreground, self._background) for entry in heap}
        for lane, is_background, method, tail_at, ats, sequences, arguments in state["lanes"]:
            heap = self._background if is_background else self._foreground
            lane._heap = heap
            lane._tail_at = tail_at
            lane._entries = deque(
                (at, sequence, lane, method, args) for at, sequence, args in zip(ats, sequences, arguments, strict=True)
            )
            self._live.update(sequences)
            self._lanes.append(lane)
            if lane._entries:
                heap.append(lane._entries[0])
        heapify(self._foreground)
        heapify(self._background)


def _once() -> bool:
    """The `stop` of a single step."""
    return True
