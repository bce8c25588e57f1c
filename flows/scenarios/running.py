"""Runs a scenario in virtual time and says of each expectation whether it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flows.scenarios.document import Expectation, Problems, Scenario
from flows.services.kinds import KINDS
from flows.simulation import Command, Simulation
from flows.topology import compile_topology, normalise_behaviour, validate
from flows.topology.compiled import CompiledTopology
from flows.topology.document import normalise
from flows.traces.printing import Words
from flows.traces.projections.dead_letters import dead_letters
from flows.traces.projections.positions import Positions
from flows.traces.reading import Reading

ACTOR = "scenario"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expectation and what was found."""

    says: str
    found: Any
    holds: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a scenario. `refusals` are the commands that were refused, which is no failure by itself."""

    name: str
    outcomes: list[Outcome]
    refusals: list[str]
    ended_at: int
    records: int
    digest: str

    @property
    def passed(self) -> bool:
        return all(outcome.holds for outcome in self.outcomes)


def run(scenario: Scenario, document: Mapping[str, Any]) -> Verdict:
    """Simulate the document as the scenario asks; raises `Problems` if it cannot be simulated at all."""
    found = normalise(dict(document))
    if errors := [problem for problem in validate(found) if problem.severity == "error"]:
        raise Problems([f"topology{problem.path}: {problem.message} {problem.hint}" for problem in errors])
    topology = compile_topology(found)
    if unknown := _unknown_nodes(scenario, topology):
        raise Problems(unknown)
    simulation = Simulation.begin(topology, scenario.seed, scenario.epoch)
    refusals = []
    for ordinal, given in sorted(enumerate(scenario.commands, start=1), key=lambda pair: (pair[1].at, pair[0])):
        _go_on(simulation, scenario, given.at)
        answer = simulation.apply(Command(ordinal, given.at, ACTOR, given.operation, _stored(given.params)))
        if answer.refusal is not None:
            refusals.append(f"{given.operation}: {answer.refusal.code}: {answer.refusal.message}")
    _go_on(simulation, scenario, scenario.until)
    trace = _Trace(simulation, topology, scenario.seed)
    outcomes = [_outcome(expectation, trace) for expectation in scenario.expect]
    return Verdict(scenario.name, outcomes, refusals, simulation.now_at, simulation.sequence, simulation.digest())


def _stored(params: dict[str, Any]) -> dict[str, Any]:
    """As the web side writes it into the log: curves as integers."""
    return {**params, "Behaviour": normalise_behaviour(params["Behaviour"])} if "Behaviour" in params else params


def _go_on(simulation: Simulation, scenario: Scenario, until: int | str) -> None:
    """To an instant, or until nothing is left to happen; a run that never ends is a problem, not a hang."""
    while simulation.sequence < scenario.most_records:
        if isinstance(until, int):
            if simulation.run_until(until, scenario.most_records - simulation.sequence):
                return
        elif (until == "quiet" and simulation.quiet) or not simulation.step():
            return
    raise Problems(
        [f"/most_records: the run was stopped after {simulation.sequence:,} records, at {simulation.now_at} µs"]
    )


def _unknown_nodes(scenario: Scenario, topology: CompiledTopology) -> list[str]:
    known = {node.id for node in topology.nodes}
    asked = (
        (number, getattr(getattr(expectation, expectation.question), "node", None))
        for number, expectation in enumerate(scenario.expect)
    )
    return [
        f"/expect/{number}: there is no {node}; the topology has {', '.join(sorted(known))}"
        for number, node in asked
        if node is not None and node not in known
    ]


class _Trace:
    """A finished run, to be asked about."""

    def __init__(self, simulation: Simulation, topology: CompiledTopology, seed: int) -> None:
        self.simulation = simulation
        self.segment = simulation.drain()
        self.reading = Reading(KINDS, [self.segment])
        self.indices = {node.id: node.index for node in topology.nodes}
        ends = [(link.source, link.target) for link in topology.links]
        self.words = Words([node.name for node in topology.nodes], ends, seed, self.reading.subjects)

    def positions(self, at: int | None) -> Positions:
        return Positions(KINDS).fold(self.segment, None if at is None else self.reading.until(at))

    def instants(self, kind: str, node: str | None, at: int | None) -> list[int]:
        columns = self.reading.columns
        wanted = columns["kind"] == KINDS.by_name[kind].number
        if node is not None:
            wanted &= columns["node"] == self.indices[node]
        if at is not None:
            wanted &= columns["at"] <= at
        found: list[int] = columns["at"][wanted].tolist()
        return found


def _contents(asked: Expectation, trace: _Trace) -> int:
    assert asked.contents is not None
    return trace.positions(asked.at).count(trace.indices[asked.contents.node], asked.contents.state)


def _dead_letters(asked: Expectation, trace: _Trace) -> int:
    assert asked.dead_letters is not None
    wanted = asked.dead_letters
    letters = dead_letters(trace.reading, trace.positions(asked.at), trace.words, [trace.indices[wanted.node]])
    return sum(wanted.error_type in (None, letter["error_type"]) for letter in letters)


def _records(asked: Expectation, trace: _Trace) -> int:
    assert asked.records is not None
    return len(trace.instants(asked.records.kind, asked.records.node, asked.at))


def _instants(asked: Expectation, trace: _Trace) -> list[int]:
    assert asked.instants is not None
    return trace.instants(asked.instants.kind, asked.instants.node, asked.at)


def _digest(_: Expectation, trace: _Trace) -> str:
    return trace.simulation.digest()


ANSWERS: dict[str, Callable[[Expectation, _Trace], Any]] = {
    "contents": _contents,
    "dead_letters": _dead_letters,
    "records": _records,
    "instants": _instants,
    "digest": _digest,
}
HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda found, wanted: bool(found == wanted),
    "at_least": lambda found, wanted: bool(found >= wanted),
    "at_most": lambda found, wanted: bool(found <= wanted),
}


def _outcome(asked: Expectation, trace: _Trace) -> Outcome:
    found = ANSWERS[asked.question](asked, trace)
    wanted = getattr(asked, asked.comparison)
    return Outcome(_sentence(asked, wanted), found, HOLDS[asked.comparison](found, wanted))


def _sentence(asked: Expectation, wanted: Any) -> str:
    about = getattr(asked, asked.question)
    facts = (
        ""
        if about is True
        else " ".join(f"{name}={value}" for name, value in about.model_dump(exclude_none=True).items())
    )
    when = "" if asked.at is None else f" at {asked.at} µs"
    return " ".join(
        filter(None, (asked.question.replace("_", " "), facts + when, asked.comparison.replace("_", " "), str(wanted)))
    )
