"""Whatever containers do and whatever goes wrong with them: the ledger adds up, and the same commands give the same digest, whatever
the slices and boxes.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.services.kinds import KINDS
from flows.simulation import Command, Simulation
from flows.topology.compiled import CompiledTopology
from flows.traces.projections.ledger import violations
from tests.builders import SECOND, a_queue, a_topology, arn
from tests.services.ecs_cast import CLUSTER, WORKER, a_cluster, a_definition, a_service
from tests.services.test_ecs_tasks import a_machine
from tests.strategies import durations, failures

END = 600 * SECOND
MOST = 4000
Story = tuple[CompiledTopology, list[Command]]

behaviours = st.fixed_dictionaries(
    {"duration": durations, "failures": failures, "on_sigterm": st.sampled_from(["finish", "exit", "ignore"])},
    optional={
        "consumes": st.fixed_dictionaries(
            {"queue": st.just("Orders")},
            optional={
                "batch": st.integers(1, 10),
                "workers": st.integers(1, 3),
                "until_empty": st.booleans(),
                "wait_seconds": st.integers(1, 20),
            },
        ),
        "calls": st.lists(
            st.fixed_dictionaries(
                {"target": st.sampled_from(["Done", "Orders", "nobody"])}, optional={"catch": st.booleans()}
            ),
            max_size=2,
        ),
    },
)
services = st.fixed_dictionaries(
    {"DesiredCount": st.integers(0, 3)},
    optional={
        "DeploymentConfiguration": st.fixed_dictionaries(
            {"MinimumHealthyPercent": st.sampled_from([0, 50, 100]), "MaximumPercent": st.sampled_from([100, 200])},
            optional={"DeploymentCircuitBreaker": st.just({"Enable": True, "Rollback": False})},
        )
    },
)


@st.composite
def topologies(draw: st.DrawFn) -> CompiledTopology:
    resources: dict[str, Any] = {
        "Shop": a_cluster(),
        "Worker": a_definition(draw(behaviours), StopTimeout=draw(st.sampled_from([2, 30]))),
        "Orders": a_queue("orders", "letters", VisibilityTimeout=draw(st.sampled_from([1, 40]))),
        "Letters": a_queue("letters"),
        "Done": a_queue("done"),
        "Nightly": a_machine("arn:aws:states:::ecs:runTask.sync", {"TimeoutSeconds": draw(st.sampled_from([35, 400]))}),
    }
    if draw(st.booleans()):
        resources["Workers"] = a_service(**draw(services))
    return a_topology(**resources)


@st.composite
def commands(draw: st.DrawFn, topology: CompiledTopology) -> tuple[str, dict[str, Any]]:
    traffic = {"MessageBody": draw(st.sampled_from(['{"order": 1}', '{"poison": true}'])), "Mode": "burst"}
    service: dict[str, Any] = {"cluster": CLUSTER, "service": "workers"}
    machine = next(node.arn for node in topology.nodes if node.kind == "machine")
    places = [node.id for node in topology.nodes[1:]] + [link.id for link in topology.links]
    fault = {
        "Kind": draw(st.sampled_from(["outage", "error-rate", "latency", "throttle"])),
        "Rate": 0.4,
        "Latency": "2 s",
    }
    until = {"PerSecond": 1, **draw(st.sampled_from([{}, {"Until": "300 s"}]))}
    plain: list[tuple[str, dict[str, Any]]] = [
        ("client:StartTraffic", {"TargetArn": arn("orders"), "Count": draw(st.integers(1, 12)), **traffic}),
        ("client:StartTraffic", {"TargetArn": WORKER, "Count": draw(st.integers(1, 4)), **traffic}),
        ("ecs:RunTask", {"cluster": "shop", "taskDefinition": "worker", "count": draw(st.integers(1, 3))}),
        ("ecs:UpdateService", {**service, "desiredCount": draw(st.integers(0, 4))}),
        ("ecs:UpdateService", {**service, "forceNewDeployment": True}),
        ("ecs:DeleteService", {**service, "force": True}),
        ("ecs:UpdateContainerCode", {"taskDefinition": "worker", "Behaviour": draw(behaviours)}),
        ("states:StartExecution", {"stateMachineArn": machine, "input": "{}"}),
        ("playground:PutFault", {"Target": draw(st.sampled_from(places)), **fault, **until}),
    ]
    return draw(st.sampled_from(plain))


@st.composite
def stories(draw: st.DrawFn) -> Story:
    topology, at, found = draw(topologies()), 0, []
    for ordinal in range(1, draw(st.integers(1, 7)) + 1):
        at += draw(st.sampled_from([0, 1, 250_000, SECOND, 31 * SECOND, 61 * SECOND]))
        operation, params = draw(commands(topology))
        found.append(Command(ordinal, at, "Alice", operation, params))
    return topology, found


def told(story: Story, budget: int = 0, boxed: int = 0) -> Simulation:
    """A story up to so many records, in slices and through boxes where they are asked for."""
    topology, given_commands = story
    simulation, slices = Simulation.begin(topology, seed=5), 0
    for command in [*given_commands, None]:
        until = END if command is None else command.at
        while not simulation.run_until(until, records=budget or MOST) and simulation.sequence < MOST:
            slices += 1
            if boxed and slices % boxed == 0:
                simulation = Simulation.restore(simulation.checkpoint(), topology)
        if simulation.sequence >= MOST:
            return simulation
        if command is not None:
            simulation.apply(command)
            if boxed:
                simulation = Simulation.restore(simulation.checkpoint(), topology)
    return simulation


slow = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@slow
@given(story=stories())
def test_the_ledger_adds_up(story: Story):
    simulation = told(story)
    assert violations(KINDS, [simulation.drain()]) == []
    for node, noun in zip(simulation.world.topology.nodes, simulation.world.nouns, strict=True):
        if node.kind == "container-service" and noun.status == "ACTIVE":
            running, waiting = noun.counts()
            assert running + waiting <= 2 * max(noun.desired, 4)


@slow
@given(story=stories(), budget=st.integers(1, 60), boxed=st.integers(1, 9))
def test_slices_and_boxes_change_nothing(story: Story, budget: int, boxed: int):
    whole = told(story)
    if whole.sequence < MOST:
        assert told(story, budget, boxed).digest() == whole.digest()
