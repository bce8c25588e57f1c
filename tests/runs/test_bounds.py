"""When a slice ends: its seconds, a click behind it, a click it has answered."""

from __future__ import annotations

from flows.runs.bounds import Bound


class Clock:
    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s


def looks_until_its_end(bound, clock, every_s=0.01) -> int:
    """How many times it went on."""
    looks = 0
    while bound.allows(0) and looks < 1000:
        clock.now_s += every_s
        looks += 1
    return looks


def test_a_slice_ends_with_its_seconds():
    clock = Clock()
    assert looks_until_its_end(Bound(seconds=0.205, clock=clock), clock) == 21


def test_a_long_slice_asks_seldom_whether_a_click_waits_and_ends_for_it():
    clock, asked = Clock(), []

    def is_waited_for():
        asked.append(round(clock.now_s - 100.0, 3))
        return len(asked) == 3

    bound = Bound(seconds=2.0, clock=clock, is_waited_for=is_waited_for)
    assert looks_until_its_end(bound, clock, every_s=0.015) == 7
    assert asked == [0.045, 0.075, 0.105]


def test_a_short_slice_never_asks():
    clock, asked = Clock(), []
    looks_until_its_end(Bound(seconds=0.04, clock=clock, is_waited_for=lambda: asked.append(1) or False), clock)
    assert asked == []


def test_who_has_answered_a_click_tells_it_soon_and_not_at_once():
    clock = Clock()
    bound = Bound(seconds=2.0, clock=clock, seconds_after_answer=0.025)
    assert bound.allows(0)
    clock.now_s += 1.0
    bound.answered()
    assert looks_until_its_end(bound, clock) == 3


def test_what_is_applied_on_the_way_is_no_click():
    clock = Clock()
    bound = Bound(seconds=0.45, clock=clock)
    bound.answered()
    assert looks_until_its_end(bound, clock, every_s=0.1) == 5
