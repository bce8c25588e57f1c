"""Everything survives the box at any step boundary: the same steps, whatever was boxed in between."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.box import pack, unpack
from flows.engine.calendar import Calendar
from flows.engine.environment import Environment
from tests.engine.cast import Clerk


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 120), max_size=6), st.integers(0, 2**53 - 1))
def test_a_run_that_went_through_boxes_is_the_run_that_did_not(stops: list[int], seed: int) -> None:
    straight, boxed = Environment.begin(seed), Environment.begin(seed)
    Clerk(straight, 600)
    Clerk(boxed, 600)
    for steps in stops:
        for _ in range(steps):
            straight.calendar.step()
            boxed.calendar.step()
        boxed = unpack(pack(boxed))
        assert (boxed.now_at, boxed.recorder.digest()) == (straight.now_at, straight.recorder.digest())
        assert boxed.calendar.next_at() == straight.calendar.next_at()
    for environment in (straight, boxed):
        environment.calendar.run_until(2**50)
    assert boxed.recorder.sequence == straight.recorder.sequence == 600
    assert boxed.recorder.digest() == straight.recorder.digest()


def test_the_same_state_is_the_same_box_but_for_its_caches() -> None:
    """Nothing in a box depends on the order of a set."""
    first, second = Calendar(), Calendar()
    for calendar in (first, second):
        handles = [calendar.schedule(index % 7, print, index) for index in range(100)]
        for handle in handles if calendar is first else reversed(handles):
            if handle % 3 == 0:
                calendar.cancel(handle)
    assert pack(first, {"print": print}) == pack(second, {"print": print})
