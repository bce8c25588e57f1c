"""Going back within what somebody is watching is a matter of boxes in memory."""

from __future__ import annotations

import pytest

from flows.runs import boxes, wall_clock
from flows.runs.boxes import NO_COMMAND, Boxes


class Boxed:
    """A simulation of which only the box matters: so many bytes, so many seconds."""

    def __init__(self, clock, size=100, cost_s=0.001):
        self.clock, self.size, self.cost_s = clock, size, cost_s
        self.now_at = self.sequence = 0

    def checkpoint(self):
        self.clock[0] += self.cost_s
        return bytes(self.size)


@pytest.fixture
def clock(monkeypatch):
    """Of the wall and of the processor: here both are the same, and nobody else is at either."""
    now = [0.0]
    monkeypatch.setattr(wall_clock, "seconds", lambda: now[0])
    monkeypatch.setattr(wall_clock, "processor_seconds", lambda: now[0])
    return now


def kept_after(simulation, slices: int, seen_at: int = 0, slice_s: float = 0.05, others_s: float = 0.0) -> list[int]:
    kept = Boxes()
    for number in range(slices):
        simulation.now_at += 1
        kept.keep(simulation, NO_COMMAND, seen_at, number * slice_s)
        simulation.clock[0] += slice_s + others_s
    return [box.at for box in kept.kept]


def test_a_small_state_is_boxed_after_every_slice(clock):
    assert kept_after(Boxed(clock), 10) == list(range(1, 11))


def test_a_box_that_costs_half_a_second_is_made_once_in_five_seconds_of_simulating(clock):
    assert kept_after(Boxed(clock, cost_s=0.5), 250) == [1, 101, 201]


def test_that_others_take_their_turns_in_between_makes_no_box_cheaper(clock):
    assert kept_after(Boxed(clock, cost_s=0.5), 250, others_s=3.0) == [1, 101, 201]


def test_whoever_has_gone_back_gets_more_boxes_for_a_while(clock):
    held = Boxes()
    simulation = Boxed(clock, cost_s=0.03)
    made = []
    for number in range(21):
        if number == 10:
            held.went_back(simulation.now_at)
        simulation.now_at += 1
        before = held.last_s
        held.keep(simulation, NO_COMMAND, 0, number * 0.05)
        if held.last_s != before:
            made.append(number)
    assert made == [6, 10, 12, 14, 16, 18, 20]


def test_of_the_seen_past_only_the_last_box_is_kept(clock):
    assert kept_after(Boxed(clock), 10, seen_at=7) == [7, 8, 9, 10]


def test_many_boxes_are_thinned_out_but_the_oldest_stays(clock):
    kept = kept_after(Boxed(clock), 200)
    assert len(kept) <= boxes.KEPT
    assert (kept[0], kept[-1]) == (1, 200)


def test_large_boxes_are_few(clock):
    kept = kept_after(Boxed(clock, size=boxes.KEPT_BYTES // 3), 50)
    assert len(kept) <= 3
    assert kept[-1] == 50


def test_the_newest_box_before_an_instant_is_found_and_later_ones_are_dropped(clock):
    held = Boxes()
    simulation = Boxed(clock)
    for at in (10, 20, 30):
        simulation.now_at = at
        held.keep(simulation, NO_COMMAND, 0, at)
    assert held.newest_until(25).at == 20
    assert held.newest_until(5) is None
    held.went_back(20)
    assert [box.at for box in held.kept] == [10, 20]
