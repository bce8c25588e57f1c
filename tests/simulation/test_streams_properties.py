"""Whatever is joined of streams, tables, pipes, delivery streams, buckets, rules and an API, and whatever goes wrong with it: the ledger adds up,
and the same commands give the same digest, whatever the slices and boxes.
"""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from flows.services.kinds import KINDS
from flows.simulation import Command, Simulation
from flows.topology.compiled import CompiledTopology
from flows.traces.projections.ledger import violations
from tests.builders import SECOND
from tests.streams_strategies import commands, topologies

END = 400 * SECOND
MOST = 4_000
"""Some of these are loops without end; a part of the story will do."""
Story = tuple[CompiledTopology, list[Command]]
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """A topology and commands at ascending instants."""
    topology = draw(topologies())
    at, told = 0, []
    for ordinal in range(1, draw(st.integers(1, 8)) + 1):
        at += draw(st.sampled_from([0, 1, 250_000, SECOND, 61 * SECOND]))
        operation, params = draw(commands(topology))
        told.append(Command(ordinal, at, "Alice", operation, params))
    return topology, told


def plain(story: Story) -> Simulation:
    topology, told = story
    simulation = Simulation.begin(topology, seed=3)
    for command in told:
        if not simulation.run_until(command.at, records=MOST):
            return simulation
        simulation.apply(command)
    simulation.run_until(END, records=MOST)
    return simulation


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(story=stories())
def test_the_ledger_adds_up(story: Story):
    assert violations(KINDS, [plain(story).drain()]) == []


@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
@given(story=stories(), budget=st.integers(1, 60), boxed=st.integers(1, 9))
def test_slices_and_boxes_change_nothing(story: Story, budget: int, boxed: int):
    topology, told = story
    whole = plain(story)
    assume(whole.sequence < MOST)
    simulation, slices = Simulation.begin(topology, seed=3), 0
    for command in [*told, None]:
        while not simulation.run_until(END if command is None else command.at, records=budget):
            slices += 1
            if slices % boxed == 0:
                simulation = Simulation.restore(simulation.checkpoint(), topology)
        if command is not None:
            simulation.apply(command)
            simulation = Simulation.restore(simulation.checkpoint(), topology)
    assert simulation.digest() == whole.digest()
