"""Fair queues: a standard queue whose messages name groups. Nobody is blocked; a noisy neighbour waits for the quiet ones."""

from __future__ import annotations

from typing import Any

from flows.simulation import Simulation
from tests.builders import SECOND, Run, arn, queues_only, url

ORDERS = {"QueueUrl": url("orders")}


def send(run: Run, *names: str) -> None:
    """Messages by name: the first letter is the group, `-` is none."""
    for name in names:
        group: dict[str, Any] = {} if name.startswith("-") else {"MessageGroupId": name[0]}
        run.send(name, **group)


def bodies(run: Run, maximum: int = 10, **params: Any) -> list[str]:
    return [message["Body"] for message in run.receive(maximum, **params)]


def test_groups_take_turns_and_those_without_a_group_are_one():
    run = Run(queues_only())
    send(run, "-1", "-2", "a1", "a2", "a3", "b1")
    assert bodies(run) == ["-1", "a1", "b1", "-2", "a2", "a3"]
    assert run.counts() == (0, 6, 0)


def test_nobody_is_blocked_by_its_group():
    run = Run(queues_only())
    send(run, "a1", "a2")
    assert bodies(run, 1) == ["a1"]
    assert bodies(run, 1) == ["a2"]
    assert {row["kind"] for row in run.records()} >= {"MessageSentToGroup", "MessageReceived"}


def test_a_noisy_neighbour_has_its_turn_when_no_quiet_one_waits():
    run = Run(queues_only())
    send(run, *(f"a{n}" for n in range(1, 21)))
    assert bodies(run, 10) == [f"a{n}" for n in range(1, 11)]
    send(run, "b1", "b2", "b3")
    assert bodies(run, 5) == ["b1", "b2", "b3", "a11", "a12"]


def test_a_neighbour_is_quiet_again_once_it_holds_no_more_than_others():
    run = Run(queues_only())
    send(run, *(f"a{n}" for n in range(1, 21)))
    held = run.receive(10)
    send(run, *(f"b{n}" for n in range(1, 9)))
    assert bodies(run, 1) == ["b1"]
    for message in held:
        run.delete(message)
    assert bodies(run, 4) == ["b2", "a11", "b3", "a12"]


def test_a_message_that_comes_back_counts_as_in_flight_no_longer():
    run = Run(queues_only(maximum=1000, VisibilityTimeout=10))
    send(run, *(f"a{n}" for n in range(10)))
    bodies(run)
    run.until(10 * SECOND)
    send(run, "b1")
    assert bodies(run, 3) == ["a0", "b1", "a1"]


def test_delayed_expired_purged_and_redriven_ones_leave_the_turns_in_order():
    run = Run(queues_only(maximum=1, VisibilityTimeout=1, dlq={"MessageRetentionPeriod": 60}))
    send(run, "a1", "b1")
    run.send("a2", MessageGroupId="a", DelaySeconds=5)
    assert run.counts() == (2, 0, 1)
    bodies(run)
    run.until(SECOND)
    assert bodies(run) == []
    assert run.counts("orders-dlq") == (2, 0, 0)
    run.ok("sqs:StartMessageMoveTask", SourceArn=arn("orders-dlq"))
    run.until(6 * SECOND)
    assert bodies(run) == ["a1", "b1", "a2"]
    run.until(8 * SECOND)
    run.ok("sqs:PurgeQueue", **ORDERS)
    assert run.counts() == (0, 0, 0)
    send(run, "b2", "a3")
    assert bodies(run) == ["b2", "a3"]


def test_a_box_keeps_the_turns():
    run = Run(queues_only(VisibilityTimeout=2))
    send(run, *(f"{group}{n}" for group in "abc" for n in range(9)))
    bodies(run, 10)
    other = Simulation.restore(run.simulation.checkpoint(), run.topology)
    for each in (run.simulation, other):
        each.run_until(3 * SECOND)
        queue = each.world.nouns[run.topology.node("Orders").index]
        for _ in range(4):
            queue.receive(7, -1, 0)
    assert other.digest() == run.simulation.digest()


def test_a_delayed_message_may_be_the_first_with_a_group():
    run = Run(queues_only())
    run.send("a1", MessageGroupId="a", DelaySeconds=1)
    run.send("-1")
    run.until(SECOND)
    assert bodies(run) == ["-1", "a1"]


def test_a_move_task_of_a_fair_dead_letter_queue_goes_group_by_group_and_ends():
    run = Run(queues_only(maximum=1, VisibilityTimeout=0))
    send(run, "a1", "a2", "b1")
    for _ in range(2):
        bodies(run)
        run.until(run.simulation.now_at + 1)
    run.records()
    run.ok("sqs:StartMessageMoveTask", SourceArn=arn("orders-dlq"))
    run.until(run.simulation.now_at + SECOND)
    arrived = [row["group"] for row in run.records() if row["kind"] == "RedrivenMessageJoinedGroup"]
    assert arrived == ["a", "a", "b"]
    dlq = run.simulation.world.nouns[run.topology.node("OrdersDlq").index]
    assert (dlq.line.first(), dlq.line.is_gone(0), len(dlq.line.slots)) == (-1, False, 0)


def test_a_noisy_neighbours_message_that_expires_leaves_its_group():
    run = Run(queues_only(MessageRetentionPeriod=60))
    send(run, *(f"a{n}" for n in range(1, 13)))
    bodies(run, 10, VisibilityTimeout=100)
    run.until(30 * SECOND)
    send(run, "b1", "a13")
    assert bodies(run, 1, VisibilityTimeout=100) == ["b1"]
    run.until(60 * SECOND)
    assert run.counts() == (1, 1, 0)
    assert bodies(run) == ["a13"]
