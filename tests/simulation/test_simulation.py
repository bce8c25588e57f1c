"""The simulation as its drivers see it: time, commands, calls, boxes."""

from __future__ import annotations

import pytest

from flows.services.ports import Answer
from flows.simulation import ENGINE_FINGERPRINT, Command, Simulation
from tests.builders import (
    SECOND,
    Run,
    a_function,
    a_mapping,
    a_queue,
    a_topology,
    an_order_topology,
    queues_only,
    rows,
    url,
)

SEND = {"QueueUrl": url("orders"), "MessageBody": "order"}


def test_an_execution_begins_with_a_record():
    run = Run(queues_only())
    (started,) = run.records()
    assert (started["sequence"], started["at"], started["kind"]) == (1, 0, "ExecutionStarted")
    assert run.simulation.sequence == 1
    assert (run.simulation.now_at, run.simulation.next_at, run.simulation.quiet) == (0, None, True)


def test_running_to_an_instant_makes_it_that_instant_even_if_nothing_happens():
    simulation = Simulation.begin(queues_only(), 1)
    assert simulation.run_until(7 * SECOND)
    assert simulation.now_at == 7 * SECOND


def test_a_command_comes_after_everything_that_happens_at_its_instant_and_before_what_it_brings_about():
    run = Run(an_order_topology())
    run.send("first")
    run.send("second", at=100_000)
    kinds = [row["kind"] for row in run.records()]
    assert kinds[kinds.index("InvocationStarted") :] == [
        "InvocationStarted",
        "InvocationSucceeded",
        "MessageDeleted",
        "CommandApplied",
        "MessageSent",
    ]


def test_a_record_budget_stops_a_run_between_two_notices_and_the_rest_follows():
    run = Run(an_order_topology())
    for _ in range(5):
        run.send()
    simulation = run.simulation
    stops = 0
    while not simulation.run_until(SECOND, records=3):
        stops += 1
    assert stops >= 3
    assert simulation.now_at == SECOND
    assert simulation.quiet


def test_a_step_is_one_notice_and_there_is_none_when_nothing_waits():
    run = Run(an_order_topology())
    assert not run.simulation.step()
    run.send()
    run.records()
    assert run.simulation.step()
    assert [row["kind"] for row in rows(run.simulation.drain())] == ["MessageReceived", "InvocationStarted"]
    assert run.simulation.next_at == 100_000
    assert run.simulation.step()
    assert run.simulation.now_at == 100_000
    assert [row["kind"] for row in rows(run.simulation.drain())] == ["InvocationSucceeded", "MessageDeleted"]
    assert not run.simulation.step()


def test_what_does_not_exist_is_refused():
    simulation = Simulation.begin(queues_only(), 1)
    for operation in ("sqs:Nothing", "nothing:Send", "Send", ""):
        answer = simulation.apply(Command(1, 0, "Alice", operation, {}))
        assert answer.refusal is not None
        assert answer.refusal.code == "UnknownOperationException"


def test_commands_name_their_ordinal_and_operation_in_the_trace():
    run = Run(queues_only())
    run.send(at=3)
    applied = run.records()[1]
    assert (applied["kind"], applied["at"], applied["operation"], applied["ordinal"]) == (
        "CommandApplied",
        3,
        "sqs:SendMessage",
        1,
    )
    assert applied["subject"] == applied["request"]


def test_a_box_holds_waiting_answers_too():
    topology = queues_only()
    simulation = Simulation.begin(topology, 1)
    poll = Command(1, 0, "Alice", "sqs:ReceiveMessage", {"QueueUrl": url("orders"), "WaitTimeSeconds": 20})
    assert simulation.apply(poll) == Answer({"Pending": 1})
    simulation = Simulation.restore(simulation.checkpoint(), topology)
    simulation.apply(Command(2, SECOND, "Alice", "sqs:SendMessage", SEND))
    simulation.run_until(SECOND)
    assert [row["kind"] for row in rows(simulation.drain())][-2:] == ["MessageSent", "MessageReceived"]


def test_a_box_never_contains_the_topology():
    topology = a_topology(
        Orders=a_queue("orders-with-a-name-to-be-found"),
        F=a_function("f"),
        M=a_mapping("orders-with-a-name-to-be-found", "f"),
    )
    simulation = Simulation.begin(topology, 1)
    again = Simulation.restore(simulation.checkpoint(), topology)
    assert again.world.topology.base is topology


def test_simulations_of_one_topology_share_nothing():
    topology = an_order_topology()
    one, two = Simulation.begin(topology, 1), Simulation.begin(topology, 1)
    one.apply(Command(1, 0, "Alice", "sqs:SendMessage", SEND))
    one.run_until(SECOND)
    assert (two.sequence, two.next_at) == (1, None)


def test_the_epoch_fixes_wall_dates():
    topology = queues_only()
    simulation = Simulation.begin(topology, 1, epoch="2030-06-01T12:00:00Z")
    caller = simulation.world.caller("Alice")
    answer = simulation.call(
        caller, "sqs", "GetQueueAttributes", {"QueueUrl": url("orders"), "AttributeNames": ["CreatedTimestamp"]}
    )
    assert answer == Answer({"Attributes": {"CreatedTimestamp": "1906545600"}})


def test_the_fingerprint_is_a_digest_of_the_simulators_own_files():
    assert len(ENGINE_FINGERPRINT) == 64


@pytest.mark.parametrize("seed", [0, 2**53 - 1])
def test_seeds_from_end_to_end(seed):
    run = Run(an_order_topology([{"rate": 0.5}]), seed)
    run.send()
    run.until(SECOND)
    assert len(run.records()) > 4
