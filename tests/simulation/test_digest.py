"""Same digest: in two processes with different PYTHONHASHSEED, after boxes at random points, with slices of random size."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.simulation import Command, Simulation
from tests.builders import SECOND, an_order_topology, arn
from tests.simulation.scenario import COMMANDS, END, begin, plain
from tests.simulation.stories import said_under


def test_two_processes_with_different_hash_seeds_write_the_same_records():
    code = "from tests.simulation.scenario import plain; print(plain().digest(), plain().sequence)"
    said = [said_under(seed, code) for seed in ("1", "4711")]
    assert said[0] == said[1]
    assert int(said[0][1]) > 1000


EXPECTED: dict[str, str] = {}


def expected() -> str:
    if not EXPECTED:
        EXPECTED["digest"] = plain().digest()
    return EXPECTED["digest"]


acts = st.one_of(
    st.tuples(st.just("slice"), st.integers(1, 400)),
    st.tuples(st.just("part"), st.integers(0, 20 * SECOND)),
    st.tuples(st.sampled_from(["box", "step", "drain", "go"]), st.just(0)),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(acts, max_size=40))
def test_slices_boxes_steps_and_drains_leave_no_mark(acts):
    simulation = begin()
    topology = simulation.world.topology.base
    waiting = list(COMMANDS)
    for act, size in acts:
        target = waiting[0].at if waiting else END
        if act == "slice":
            simulation.run_until(target, size)
        elif act == "part":
            simulation.run_until(min(target, simulation.now_at + size))
        elif act == "box":
            simulation = Simulation.restore(simulation.checkpoint(), topology)
        elif act == "step" and (simulation.next_at or END) <= target:
            simulation.step()
        elif act == "drain":
            simulation.drain()
        elif act == "go" and waiting:
            simulation.apply(waiting.pop(0))
    for command in waiting:
        simulation.apply(command)
    simulation.run_until(END)
    assert simulation.digest() == expected()


def test_a_new_seed_gives_another_digest():
    other = Simulation.begin(begin().world.topology.base, seed=8)
    for command in COMMANDS:
        other.apply(command)
    other.run_until(END)
    assert other.digest() != expected()


def test_a_box_of_a_hundred_thousand_messages_in_flight_is_small_and_quick():
    simulation = Simulation.begin(an_order_topology(mapping={"Enabled": False}), seed=1)
    burst = {"TargetArn": arn("orders"), "Mode": "burst", "Count": 100_000, "MessageBody": "order"}
    simulation.apply(Command(1, 0, "Alice", "client:StartTraffic", burst))
    simulation.run_until(0)
    queue = simulation.world.nouns[simulation.world.topology.node("Orders").index]
    queue.receive(100_000, -1, 0)
    assert queue.in_flight_count == 100_000
    simulation.drain()
    blob = simulation.checkpoint()
    assert len(blob) < 6_000_000
    again = Simulation.restore(blob, simulation.world.topology.base)
    for each in (simulation, again):
        each.run_until(30 * SECOND)
    assert again.digest() == simulation.digest()
