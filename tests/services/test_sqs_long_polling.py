"""Long polling: a receive that waits is answered when a message comes, or when its wait is over."""

from __future__ import annotations

from flows.services.ports import Answer
from tests.builders import SECOND, Run, pending, queues_only, url


class Poller:
    """Someone who waits for answers."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.heard: list[tuple[int, int]] = []

    def poll(self, name: int, **params) -> None:
        simulation = self.run.simulation
        given = simulation.call(
            simulation.world.caller("Alice"), "sqs", "ReceiveMessage", {"QueueUrl": url("orders"), **params}
        )
        simulation.when(pending(given), self.hear, name)

    def hear(self, name: int, answer: Answer) -> None:
        self.heard.append((name, len((answer.output or {}).get("Messages", []))))


def test_a_poll_is_answered_by_the_message_that_comes():
    run = Run(queues_only())
    poller = Poller(run)
    poller.poll(1, WaitTimeSeconds=20)
    run.until(4 * SECOND)
    run.send()
    run.until(4 * SECOND)
    assert poller.heard == [(1, 1)]
    assert run.counts() == (0, 1, 0)
    assert run.simulation.next_at == 34 * SECOND


def test_a_poll_gives_up_when_its_wait_is_over():
    run = Run(queues_only())
    poller = Poller(run)
    poller.poll(1, WaitTimeSeconds=20)
    run.until(20 * SECOND - 1)
    assert poller.heard == []
    run.until(20 * SECOND)
    assert poller.heard == [(1, 0)]
    assert run.simulation.quiet


def test_who_waits_longest_is_served_first():
    run = Run(queues_only())
    poller = Poller(run)
    for name in (1, 2, 3):
        poller.poll(name, WaitTimeSeconds=20)
    run.send()
    run.send()
    run.until(20 * SECOND)
    assert poller.heard == [(1, 1), (2, 1), (3, 0)]


def test_the_queue_may_ask_for_long_polling_by_default_and_a_wait_of_zero_overrules_it():
    run = Run(queues_only(ReceiveMessageWaitTimeSeconds=5))
    poller = Poller(run)
    poller.poll(1)
    assert run.receive(WaitTimeSeconds=0) == []
    run.until(5 * SECOND)
    assert poller.heard == [(1, 0)]


def test_a_poll_is_answered_by_a_message_that_becomes_visible_again():
    run = Run(queues_only())
    run.send()
    run.receive(VisibilityTimeout=3)
    poller = Poller(run)
    poller.poll(1, WaitTimeSeconds=10)
    run.until(3 * SECOND)
    assert poller.heard == [(1, 1)]


def test_a_commands_long_poll_is_said_to_be_pending_and_its_receive_is_in_the_trace():
    run = Run(queues_only())
    assert run.ok("sqs:ReceiveMessage", QueueUrl=url("orders"), WaitTimeSeconds=10) == {"Pending": 1}
    run.send(at=SECOND)
    run.until(SECOND)
    received = run.records()[-1]
    assert (received["at"], received["kind"], received["request"], received["cause"]) == (
        SECOND,
        "MessageReceived",
        1,
        2,
    )


def test_a_poll_that_meets_only_dead_letters_waits_on():
    run = Run(queues_only(maximum=1))
    run.send()
    run.receive(VisibilityTimeout=0)
    run.until(0)
    poller = Poller(run)
    poller.poll(1, WaitTimeSeconds=10)
    run.until(2 * SECOND)
    assert poller.heard == []
    assert run.counts("orders-dlq") == (1, 0, 0)
    run.send("fresh")
    run.until(2 * SECOND)
    assert poller.heard == [(1, 1)]
