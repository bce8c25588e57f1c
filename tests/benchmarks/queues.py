"""Two things that must not cost: many message groups, and many messages.

*Groups*: messages spread over few or many groups of a FIFO queue are sent, received by tens and deleted, while up to a quarter of them wait.
*Backlog*: calls of SendMessage, ReceiveMessage and DeleteMessage at a queue in which few or a million others are visible; only
the calls are timed. Both at the queue itself: no function, no client, full log.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from flows.engine.garbage import collected_between_slices
from flows.services.sqs.queue import Queue
from flows.simulation import Simulation
from tests.benchmarks.workload import SEED
from tests.builders import a_queue, a_topology, url

SLICE = 10_000
"""The log is taken away every so many messages."""
CALLS = 5_000
FEW_GROUPS, MANY_GROUPS = 10, 10_000
FEW_VISIBLE, MANY_VISIBLE = 1_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What the same costs with little and with much around it, in µs of the process's own time; the best of some rounds."""

    what: str
    little: float
    much: float
    bar: float

    @property
    def growth(self) -> float:
        return self.much / self.little


def costs(messages: int, rounds: int) -> list[Cost]:
    """Both, measured in this process; little and much take turns, so that a disturbance hits both."""
    many_visible = min(MANY_VISIBLE, 10 * messages)
    of_groups = _best(rounds, groups, (FEW_GROUPS, MANY_GROUPS), messages)
    of_backlog = _best(rounds, backlog, (FEW_VISIBLE, many_visible), CALLS)
    return [
        Cost(f"a FIFO message with {MANY_GROUPS:,} groups, times with {FEW_GROUPS}", *of_groups, 1.3),
        Cost(f"send, receive, delete among {many_visible:,}, times among {FEW_VISIBLE:,}", *of_backlog, 1.3),
    ]


def _best(rounds: int, run: Callable[[int, int], float], sizes: tuple[int, int], count: int) -> tuple[float, float]:
    """The best of `rounds` with little and with much."""
    found = [(run(sizes[0], count), run(sizes[1], count)) for _ in range(rounds)]
    return min(little for little, _ in found), min(much for _, much in found)


def groups(how_many: int, messages: int) -> float:
    """µs a message, sent to so many groups in turn."""
    simulation, queue = _queue(a_queue("orders.fifo", FifoQueue=True))
    names = [f"g-{number}" for number in range(how_many)]
    sent = done = 0
    begun = time.process_time()
    with collected_between_slices():
        while done < messages:
            for _ in range(min(SLICE, messages - sent)):
                queue.send(1, -1, 0, 0, group=names[sent % how_many], deduplication=str(sent))
                sent += 1
            kept = messages // 4 if sent < messages else 0
            while sent - done > kept:
                batch = queue.receive(10, -1, 0)
                done += len(batch)
                batch.delete(0, 0)
            simulation.run_until(simulation.now_at + 1_000_000)
            simulation.drain()
    return (time.process_time() - begun) / messages * 1e6


def backlog(visible: int, calls: int) -> float:
    """µs of three calls (send, receive, delete) among so many visible messages."""
    simulation, queue = _queue(a_queue("orders"))
    caller, at = simulation.world.caller("benchmark"), {"QueueUrl": url("orders")}
    with collected_between_slices():
        for number in range(visible):
            queue.send(1, -1, 0, 0)
            if not number % SLICE:
                simulation.drain()
        simulation.drain()
        for _ in range(2):
            begun = time.process_time()
            for _ in range(calls):
                simulation.call(caller, "sqs", "SendMessage", {**at, "MessageBody": "order"})
                answer = simulation.call(caller, "sqs", "ReceiveMessage", at)
                handle = answer.output["Messages"][0]["ReceiptHandle"]  # type: ignore[index]
                simulation.call(caller, "sqs", "DeleteMessage", {**at, "ReceiptHandle": handle})
    return (time.process_time() - begun) / calls * 1e6


def _queue(resource: dict[str, object]) -> tuple[Simulation, Queue]:
    simulation = Simulation.begin(a_topology(Orders=resource), SEED)
    queue: Queue = simulation.world.nouns[simulation.world.topology.node("Orders").index]
    return simulation, queue
