"""The calendar against a sorted list that forgets nothing."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from flows.engine import calendar as calendar_module
from flows.engine.box import pack, unpack
from flows.engine.calendar import Calendar
from tests.engine.cast import Diary

LANES = 3
delays = st.integers(0, 40)


class CalendarComparison(RuleBasedStateMachine):
    handles = Bundle("handles")

    def __init__(self) -> None:
        super().__init__()
        calendar_module.SWEEP_FROM = 4
        calendar = Calendar()
        diary = Diary(calendar)
        self.box = (calendar, diary, [calendar.lane(diary.note, background=index == 2) for index in range(LANES)])
        self.naive: list[tuple[int, int, bool]] = []
        self.expected: list[tuple[int, object]] = []
        self.tails = [0] * LANES
        self.now_at = 0

    def teardown(self) -> None:
        calendar_module.SWEEP_FROM = 256

    @property
    def calendar(self) -> Calendar:
        return self.box[0]

    @rule(target=handles, delay=delays, background=st.booleans())
    def schedule(self, delay: int, background: bool) -> int:
        number = self.calendar._sequence + 1
        handle = self.calendar.schedule(self.now_at + delay, self.box[1].note, number, background=background)
        self.naive.append((self.now_at + delay, handle, background))
        return handle

    @rule(target=handles, delay=delays, lane=st.integers(0, LANES - 1))
    def schedule_in_a_lane(self, delay: int, lane: int) -> int:
        at = max(self.now_at + delay, self.tails[lane])
        self.tails[lane] = at
        handle = self.box[2][lane].schedule(at, self.calendar._sequence + 1)
        self.naive.append((at, handle, lane == 2))
        return handle

    @rule(handle=handles)
    def cancel(self, handle: int) -> None:
        waiting = [entry for entry in self.naive if entry[1] == handle]
        assert self.calendar.cancel(handle) == bool(waiting)
        for entry in waiting:
            self.naive.remove(entry)

    @rule()
    def step(self) -> None:
        assert self.calendar.step() == bool(self.naive)
        if self.naive:
            self._happen(min(self.naive))

    @rule(delay=delays)
    def run_until(self, delay: int) -> None:
        until_at = self.now_at + delay
        assert self.calendar.run_until(until_at)
        for entry in sorted(entry for entry in self.naive if entry[0] <= until_at):
            self._happen(entry)
        self.now_at = until_at

    @rule()
    def go_through_the_box(self) -> None:
        self.box = unpack(pack(self.box))

    @invariant()
    def both_tell_the_same(self) -> None:
        assert self.box[1].entries == self.expected
        assert self.calendar.now_at == self.now_at
        assert self.calendar.next_at() == min((entry[0] for entry in self.naive), default=None)
        assert self.calendar.next_foreground_at() == min(
            (at for at, _, background in self.naive if not background), default=None
        )

    def _happen(self, entry: tuple[int, int, bool]) -> None:
        self.naive.remove(entry)
        self.now_at = entry[0]
        self.expected.append((entry[0], entry[1]))


TestCalendarComparison = CalendarComparison.TestCase
TestCalendarComparison.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
