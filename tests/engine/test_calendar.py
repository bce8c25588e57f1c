"""What waits in the calendar happens once, in order, and can be forgotten."""

from __future__ import annotations

import pytest

from flows.engine.box import pack, unpack
from flows.engine.calendar import SWEEP_FROM, Calendar
from flows.engine.lanes import InstantInThePast, LaneOutOfOrder
from tests.engine.cast import Diary, Snoozer


def a_diary() -> tuple[Calendar, Diary]:
    calendar = Calendar()
    return calendar, Diary(calendar)


def test_notices_of_one_instant_happen_in_the_order_they_were_asked_for_lanes_or_not() -> None:
    calendar, diary = a_diary()
    lane = calendar.lane(diary.note)
    calendar.schedule(30, diary.note, "first")
    lane.schedule(30, "second")
    calendar.schedule(30, diary.note, "third", background=True)
    lane.schedule(30, "fourth")
    calendar.schedule(10, diary.note, "early")
    assert calendar.run_until(30)
    assert diary.entries == [(10, "early"), (30, "first"), (30, "second"), (30, "third"), (30, "fourth")]


def test_run_until_includes_its_instant_and_then_it_is_that_instant() -> None:
    calendar, diary = a_diary()
    calendar.schedule(30, diary.note, "on time")
    calendar.schedule(31, diary.note, "later")
    assert calendar.run_until(30)
    assert (calendar.now_at, diary.entries, calendar.next_at()) == (30, [(30, "on time")], 31)
    assert calendar.run_until(30)
    assert calendar.run_until(20)
    assert calendar.now_at == 30


def test_a_run_stopped_between_two_notices_stays_at_the_instant_of_the_last() -> None:
    calendar, diary = a_diary()
    for at in (10, 10, 20):
        calendar.schedule(at, diary.note, at)
    assert not calendar.run_until(100, lambda: len(diary.entries) == 2)
    assert (calendar.now_at, diary.entries) == (10, [(10, 10), (10, 10)])
    assert calendar.run_until(100, lambda: False)
    assert calendar.now_at == 100


def test_a_step_is_exactly_one_notice() -> None:
    calendar, diary = a_diary()
    calendar.schedule(10, diary.note, "a")
    calendar.schedule(10, diary.note, "b")
    assert calendar.step()
    assert diary.entries == [(10, "a")]
    assert calendar.step()
    assert not calendar.step()
    assert calendar.now_at == 10


def test_a_lane_refuses_an_instant_before_its_tail_even_when_it_is_empty_again() -> None:
    calendar, diary = a_diary()
    lane = calendar.lane(diary.note)
    handle = lane.schedule(50, "x")
    with pytest.raises(LaneOutOfOrder):
        lane.schedule(49, "y")
    assert calendar.cancel(handle)
    with pytest.raises(LaneOutOfOrder):
        lane.schedule(49, "y")
    calendar.run_until(60)
    with pytest.raises(InstantInThePast):
        lane.schedule(59, "z")
    assert diary.entries == []


def test_the_past_is_over() -> None:
    calendar, diary = a_diary()
    calendar.run_until(10)
    with pytest.raises(InstantInThePast):
        calendar.schedule(9, diary.note, "x")
    calendar.schedule(10, diary.note, "now")
    calendar.run_until(10)
    assert diary.entries == [(10, "now")]


def test_what_is_cancelled_never_happens_and_can_be_cancelled_once() -> None:
    calendar, diary = a_diary()
    lane = calendar.lane(diary.note)
    handles = [lane.schedule(10, "a"), calendar.schedule(10, diary.note, "b"), lane.schedule(20, "c")]
    assert [calendar.cancel(handle) for handle in handles] == [True, True, True]
    assert [calendar.cancel(handle) for handle in (*handles, 0, 99)] == [False] * 5
    assert calendar.next_at() is None
    kept = lane.schedule(20, "d")
    calendar.run_until(100)
    assert diary.entries == [(20, "d")]
    assert not calendar.cancel(kept)


def test_dead_timers_do_not_pile_up_behind_a_far_one() -> None:
    calendar, diary = a_diary()
    lane = calendar.lane(diary.note)
    far = 10**12
    lane.schedule(far, "far")
    for index in range(10 * SWEEP_FROM):
        calendar.cancel(lane.schedule(far + index, index))
        calendar.cancel(calendar.schedule(far + index, diary.note, index))
    assert len(lane._entries) + len(calendar._foreground) < 4 * SWEEP_FROM
    calendar.run_until(2 * far)
    assert diary.entries == [(far, "far")]


def test_a_calendar_is_quiet_when_only_background_notices_are_left_and_they_happen_all_the_same() -> None:
    calendar, diary = a_diary()
    expiry = calendar.lane(diary.note, background=True)
    expiry.schedule(345_600_000_000, "expired")
    calendar.schedule(30, diary.note, "delivered")
    assert (calendar.next_at(), calendar.next_foreground_at()) == (30, 30)
    calendar.run_until(30)
    assert (calendar.next_at(), calendar.next_foreground_at()) == (345_600_000_000, None)
    assert calendar.step()
    assert diary.entries[-1] == (345_600_000_000, "expired")


def test_a_method_may_ask_for_the_next_notice_of_its_own_lane() -> None:
    calendar = Calendar()
    snoozer = Snoozer(calendar, 10, 5)
    calendar.run_until(35)
    assert snoozer.rung == [10, 20, 30]
    assert calendar.next_at() == 40


class Curious(Diary):
    """Looks ahead, cancels and asks for more while it is being called."""

    def __init__(self, calendar: Calendar) -> None:
        super().__init__(calendar)
        self.lane = calendar.lane(self.look)
        self.doomed: list[int] = []

    def look(self, what: str) -> None:
        self.note((what, self.calendar.next_at()))
        for handle in self.doomed:
            assert self.calendar.cancel(handle)
        self.doomed = []
        if what == "first":
            self.lane.schedule(20, "second")


@pytest.mark.parametrize("doomed", [0, 3, 2 * SWEEP_FROM])
def test_a_method_may_look_ahead_and_cancel_while_its_own_notice_is_being_processed(doomed: int) -> None:
    calendar = Calendar()
    curious = Curious(calendar)
    curious.lane.schedule(10, "first")
    curious.doomed = [curious.lane.schedule(15, "never") for _ in range(doomed)]
    calendar.run_until(100)
    assert curious.entries == [(10, ("first", 15 if doomed else None)), (20, ("second", None))]


def test_a_calendar_goes_on_after_the_box_as_if_nothing_had_been() -> None:
    calendar, diary = a_diary()
    snoozer = Snoozer(calendar, 10, 8)
    calendar.schedule(35, diary.note, "once")
    calendar.cancel(calendar.schedule(36, diary.note, "never"))
    calendar.schedule(1_000, diary.note, "expired", background=True)
    calendar.run_until(20)
    again, again_diary, again_snoozer = unpack(pack((calendar, diary, snoozer)))
    assert again.next_foreground_at() == 30
    for each in (calendar, again):
        each.run_until(2_000)
    assert again_snoozer.rung == snoozer.rung == [10, 20, 30, 40, 50, 60, 70, 80]
    assert again_diary.entries == diary.entries == [(35, "once"), (1_000, "expired")]


def test_a_box_may_begin_with_a_lane() -> None:
    calendar = Calendar()
    snoozer = Snoozer(calendar, 10, 3)
    lane, again_snoozer, again = unpack(pack((snoozer.lane, snoozer, calendar)))
    assert lane is again_snoozer.lane
    again.run_until(100)
    assert again_snoozer.rung == [10, 20, 30]
