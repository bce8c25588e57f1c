"""Whatever is joined of streams, tables, pipes, delivery streams, buckets, rules and an API, and whatever goes wrong with it: the ledger adds up,
and the same commands give the same digest, whatever the slices and boxes.
"""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flows.services.kinds import KINDS
from flows.traces.projections.ledger import violations
from tests.builders import SECOND
from tests.simulation.stories import SLOW, Story, stories
from tests.streams_strategies import commands, topologies

systems = stories(topologies, commands, end=400 * SECOND, most=4_000)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(story=systems)
def test_the_ledger_adds_up(story: Story):
    assert violations(KINDS, [story.told().drain()]) == []


@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
@given(story=systems, budget=st.integers(1, 60), boxed=st.integers(1, 9))
def test_slices_and_boxes_change_nothing(story: Story, budget: int, boxed: int):
    whole = story.told()
    assume(whole.sequence < story.most)
    assert story.told_in_pieces(budget, boxed).digest() == whole.digest()
