"""Whatever is built of topics, buckets, functions and queues, whatever goes wrong with it: the ledger adds up, nothing is lost,
and the same commands give the same digest, whatever the slices, boxes and hash seeds.
"""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flows.services.kinds import KINDS
from flows.traces.projections.ledger import violations
from tests.builders import SECOND, Run
from tests.fanout import ALWAYS, a_fan_out, topic_arn
from tests.fanout_strategies import commands, topologies
from tests.simulation.stories import SLOW, Story, stories

END = 700 * SECOND
fan_outs = stories(topologies, commands, end=END, most=5000)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(story=fan_outs)
def test_the_ledger_adds_up(story: Story):
    assert violations(KINDS, [story.told().drain()]) == []


@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
@given(story=fan_outs, budget=st.integers(1, 60), boxed=st.integers(1, 9))
def test_slices_and_boxes_change_nothing(story: Story, budget: int, boxed: int):
    whole = story.told()
    assume(whole.sequence < story.most)
    assert story.told_in_pieces(budget, boxed).digest() == whole.digest()


def test_every_event_ends_somewhere():
    """Nothing is lost: with everything failing, each publication's copies end in a dead-letter queue."""
    run = Run(a_fan_out([ALWAYS]))
    params: dict[str, Any] = {"TargetArn": topic_arn("events"), "Mode": "burst", "Count": 50, "MessageBody": "x"}
    run.ok("client:StartTraffic", **params)
    run.until(END)
    assert (run.counts("resize-dlq")[0], run.counts("archive")[0], run.counts("thumbnails")[0]) == (50, 50, 50)
