"""Whatever is built of topics, buckets, functions and queues, whatever goes wrong with it: the ledger adds up, nothing is lost,
and the same commands give the same digest, whatever the slices, boxes and hash seeds.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from flows.services.kinds import KINDS
from flows.simulation import Command, Simulation
from flows.topology.compiled import CompiledTopology
from flows.traces.projections.ledger import violations
from tests.builders import SECOND, Run
from tests.fanout import ALWAYS, a_fan_out, topic_arn
from tests.fanout_strategies import commands, topologies

END = 700 * SECOND
MOST = 5000
"""Some of these fan-outs are loops without end; a part of the story will do."""
Story = tuple[CompiledTopology, list[Command]]


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """A topology and commands at ascending instants."""
    topology = draw(topologies())
    at, given_commands = 0, []
    for ordinal in range(1, draw(st.integers(1, 8)) + 1):
        at += draw(st.sampled_from([0, 0, 1, 250_000, SECOND, 61 * SECOND]))
        operation, params = draw(commands(topology))
        given_commands.append(Command(ordinal, at, "Alice", operation, params))
    return topology, given_commands


def plain(story: Story) -> Simulation:
    topology, given_commands = story
    simulation = Simulation.begin(topology, seed=3)
    for command in given_commands:
        if not simulation.run_until(command.at, records=MOST):
            return simulation
        simulation.apply(command)
    simulation.run_until(END, records=MOST)
    return simulation


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(story=stories())
def test_the_ledger_adds_up(story: Story):
    assert violations(KINDS, [plain(story).drain()]) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(story=stories(), budget=st.integers(1, 60), boxed=st.integers(1, 9))
def test_slices_and_boxes_change_nothing(story: Story, budget: int, boxed: int):
    topology, given_commands = story
    whole = plain(story)
    assume(whole.sequence < MOST)
    simulation, slices = Simulation.begin(topology, seed=3), 0
    for command in [*given_commands, None]:
        while not simulation.run_until(END if command is None else command.at, records=budget):
            slices += 1
            if slices % boxed == 0:
                simulation = Simulation.restore(simulation.checkpoint(), topology)
        if command is not None:
            simulation.apply(command)
            simulation = Simulation.restore(simulation.checkpoint(), topology)
    assert simulation.digest() == whole.digest()


def test_every_event_ends_somewhere():
    """Nothing is lost: with everything failing, each publication's copies end in a dead-letter queue."""
    run = Run(a_fan_out([ALWAYS]))
    params: dict[str, Any] = {"TargetArn": topic_arn("events"), "Mode": "burst", "Count": 50, "MessageBody": "x"}
    run.ok("client:StartTraffic", **params)
    run.until(END)
    assert (run.counts("resize-dlq")[0], run.counts("archive")[0], run.counts("thumbnails")[0]) == (50, 50, 50)
