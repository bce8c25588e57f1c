"""One purpose's waiting in one queue: who becomes visible next, whose delay is over next, who expires next.

Theory of operation. A queue may hold a hundred thousand messages that wait, and the calendar must hold one notice for them.
So the queue keeps (instant, slot) pairs in order and asks the calendar only for the first. A constant timeout gives instants
in order: two FIFOs of plain integers. What comes out of order (a changed visibility, an old message in a dead-letter queue)
goes to a small heap, as one integer each: instant, serial, slot. At one instant the first to be armed is the first to ring: an
early one was armed after all of the FIFO's with its instant, because the FIFO's tail never goes back while anyone waits.

The column holds the instant at which the waiting began or ends; `age_us` after it, the slot is rung (0 where the column holds
the end itself). A pair is alive while the queue's column still holds that instant for that slot; whoever ends the waiting only overwrites the
column. Dead pairs are dropped when they come up, and swept out once most are dead. `settle` moves the notice to the first
living pair, so that "the next instant at which something happens" is true and a queue with nothing in flight is quiet. While
EXACT or more wait, the notice is left where it is: it comes up, finds nobody and moves on, which costs less.

At most RUNG pairs are handled in one notice, so that a run can stop between two notices however much is due at one instant.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Any

from flows.engine.calendar import NEVER, Calendar

SLOT_BITS, SERIAL_BITS = 28, 36
SLOT_MASK = (1 << SLOT_BITS) - 1
AT_SHIFT = SLOT_BITS + SERIAL_BITS
RUNG = 256
SWEEP_FROM = 4096
EXACT = 64


class Timers:
    def __init__(
        self,
        calendar: Calendar,
        column: array[int],
        ring: Callable[[int], None],
        *,
        age_us: int = 0,
        background: bool = False,
    ) -> None:
        self._calendar = calendar
        self._column = column
        self._ring = ring
        self._age_us = age_us
        self._background = background
        self._ats: deque[int] = deque()
        self._slots: deque[int] = deque()
        self._early: list[int] = []
        self._tail_at = self._serial = 0
        self._sweep_from = SWEEP_FROM
        self._armed_at = NEVER
        self._armed = 0

    def add(self, at: int, slot: int) -> None:
        """Ring `slot` when `at` is `age_us` ago, if the column still says so then."""
        if at >= self._tail_at:
            self._tail_at = at
            self._ats.append(at)
            self._slots.append(slot)
        else:
            self._serial += 1
            heappush(self._early, at << AT_SHIFT | self._serial << SLOT_BITS | slot)
        if at < self._armed_at:
            self._arm(at)

    def add_all(self, at: int, slots: list[int]) -> None:
        """Ring them all, one after the other."""
        if slots and at >= self._tail_at:
            self._tail_at = at
            self._ats.extend([at] * len(slots))
            self._slots.extend(slots)
            if at < self._armed_at:
                self._arm(at)
            return
        for slot in slots:
            self.add(at, slot)

    def set_age(self, age_us: int) -> None:
        """Everyone waits for another length from now on; who is older already is rung at once."""
        self._age_us = age_us
        self._arm(self._first_at())

    def settle(self, waiting: int) -> None:
        """Someone stopped waiting, so many still wait: let the calendar know what is next, if it is worth it."""
        if self._armed_at == NEVER:
            return
        if waiting < EXACT:
            at = self._first_at()
            if at != self._armed_at:
                self._arm(at)
        if len(self._ats) + len(self._early) >= self._sweep_from:
            self._sweep()

    def due(self) -> None:
        """The calendar's notice: ring whoever is due."""
        self._armed_at, self._armed = NEVER, 0
        now, age_us = self._calendar.now_at, self._age_us
        for _ in range(RUNG):
            at = self._first_at()
            if at + age_us > now:
                break
            if self._ats and self._ats[0] == at:
                self._ats.popleft()
                slot = self._slots.popleft()
            else:
                slot = heappop(self._early) & SLOT_MASK
            self._ring(slot)
        at = self._first_at()
        if at < self._armed_at:
            self._arm(at)

    def _first_at(self) -> int:
        """The first living pair's instant, or NEVER."""
        ats, slots, column, early = self._ats, self._slots, self._column, self._early
        while ats and column[slots[0]] != ats[0]:
            ats.popleft()
            slots.popleft()
        while early and column[early[0] & SLOT_MASK] != early[0] >> AT_SHIFT:
            heappop(early)
        if early:
            return min(ats[0], early[0] >> AT_SHIFT) if ats else early[0] >> AT_SHIFT
        if ats:
            return ats[0]
        self._tail_at = 0
        return NEVER

    def _arm(self, at: int) -> None:
        if self._armed:
            self._calendar.cancel(self._armed)
        self._armed_at = at
        if at == NEVER:
            self._armed = 0
            return
        calendar = self._calendar
        self._armed = calendar.schedule(max(at + self._age_us, calendar.now_at), self.due, background=self._background)

    def _sweep(self) -> None:
        """Drop dead pairs; those alive keep their order."""
        column = self._column
        alive = [(at, slot) for at, slot in zip(self._ats, self._slots, strict=True) if column[slot] == at]
        self._ats = deque([at for at, _ in alive])
        self._slots = deque([slot for _, slot in alive])
        self._early = [entry for entry in self._early if column[entry & SLOT_MASK] == entry >> AT_SHIFT]
        heapify(self._early)
        self._sweep_from = max(SWEEP_FROM, 2 * len(alive))

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        state["_ats"], state["_slots"] = array("q", self._ats), array("q", self._slots)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._ats, self._slots = deque(state["_ats"]), deque(state["_slots"])
