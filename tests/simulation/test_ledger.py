"""The ledger balances at every instant, for random topologies, behaviours and commands; whatever is in between, so does the digest.

One machine drives a simulation as a person would (commands, time, steps), puts it in a box and takes it out at random, drains
at random. At every point a naive second reading of the trace (`books.py`) agrees with what the queues say of themselves;
at the end the ledger of `flows.traces` finds nothing wrong, and the same commands run plainly give the same digest.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from flows.engine.segment import Segment
from flows.services.kinds import KINDS
from flows.simulation import Command, Simulation
from flows.topology.compiled import CompiledTopology
from flows.traces.projections.ledger import violations
from tests import strategies
from tests.builders import SECOND, rows
from tests.simulation.books import Books


class Driver(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.log: list[Command] = []
        self.parts: list[Segment] = []
        self.books = Books()
        self.simulation: Simulation | None = None

    @initialize(topology=strategies.topologies(), seed=st.integers(0, 2**53 - 1))
    def begin(self, topology: CompiledTopology, seed: int) -> None:
        self.topology, self.seed = topology, seed
        self.simulation = Simulation.begin(topology, seed)

    @rule(data=st.data(), later=st.sampled_from([0, 0, 1, 400_000, SECOND, 5 * SECOND]))
    def command(self, data: st.DataObject, later: int) -> None:
        operation, params = data.draw(strategies.commands(self.topology))
        command = Command(len(self.log) + 1, self.simulation.now_at + later, "Alice", operation, params)
        self.simulation.apply(command)
        self.log.append(command)

    @rule(length=st.sampled_from([0, 1, 100_000, SECOND, 31 * SECOND, 300 * SECOND]), records=st.integers(1, 60))
    def run_in_slices(self, length: int, records: int) -> None:
        until = self.simulation.now_at + length
        while not self.simulation.run_until(until, records):
            pass

    @rule(steps=st.integers(1, 20))
    def step(self, steps: int) -> None:
        for _ in range(steps):
            before = self.simulation.sequence
            if self.simulation.next_at is None:
                assert not self.simulation.step()
            else:
                at = self.simulation.next_at
                assert self.simulation.step()
                assert self.simulation.now_at == at
            assert self.simulation.sequence >= before

    @rule()
    def box(self) -> None:
        digest = self.simulation.digest()
        self.simulation = Simulation.restore(self.simulation.checkpoint(), self.topology)
        assert self.simulation.digest() == digest

    @rule()
    def drain(self) -> None:
        self.take()

    def take(self) -> None:
        segment = self.simulation.drain()
        if segment.count:
            self.parts.append(segment)
            self.books.read(rows(segment))

    @invariant()
    @precondition(lambda self: self.simulation is not None)
    def the_books_agree_with_the_queues(self) -> None:
        self.take()
        assert self.books.overdue(self.simulation.now_at) == []
        for node, noun in zip(self.topology.nodes, self.simulation.world.nouns, strict=True):
            if node.kind == "queue":
                assert self.books.counts(node.index) == (noun.visible_count, noun.in_flight_count, noun.delayed_count)
            if node.kind == "function":
                assert list(self.books.executing.values()).count(node.index) == noun.executing

    def teardown(self) -> None:
        if self.simulation is None:
            return
        self.simulation.run_until(self.simulation.now_at)
        self.take()
        assert violations(KINDS, self.parts) == []
        assert plain_digest(self.topology, self.seed, self.log, self.simulation.now_at) == self.simulation.digest()


def plain_digest(topology: CompiledTopology, seed: int, log: list[Command], until: int) -> str:
    """The same commands, run from the beginning in one go."""
    again = Simulation.begin(topology, seed)
    for command in log:
        again.apply(command)
    again.run_until(until)
    return again.digest()


TestLedger: Any = Driver.TestCase
TestLedger.settings = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
