"""The peer: idiomatic SimPy. A Store, a process per worker, a process per waiting message; it logs nothing."""

from __future__ import annotations

import simpy

from tests.benchmarks.workload import (
    BATCH_SIZE,
    CONCURRENCY,
    FAILURE_PPM,
    GAP_US,
    MAX_RECEIVE_COUNT,
    VISIBILITY_TIMEOUT_US,
    Tally,
    chances,
    durations,
)


class Message:
    __slots__ = ("at", "receives")

    def __init__(self) -> None:
        self.receives = 0
        self.at = 0


def run(messages: int) -> Tally:
    environment = simpy.Environment()
    queue = simpy.Store(environment)
    duration, fails, quantiles = *chances(), durations()
    received = deleted = dead = 0

    def source():
        for _ in range(messages):
            queue.put(Message())
            yield environment.timeout(GAP_US)

    def waiting(message):
        nonlocal dead
        yield environment.timeout(message.at + VISIBILITY_TIMEOUT_US - environment.now)
        if message.receives >= MAX_RECEIVE_COUNT:
            dead += 1
        else:
            queue.put(message)

    def worker():
        nonlocal received, deleted
        while True:
            batch = [(yield queue.get())]
            while queue.items and len(batch) < BATCH_SIZE:
                batch.append(queue.items.pop(0))
            for message in batch:
                message.receives += 1
                message.at = environment.now
            received += len(batch)
            yield environment.timeout(duration(quantiles))
            for message in batch:
                if fails(FAILURE_PPM):
                    environment.process(waiting(message))
                else:
                    deleted += 1

    environment.process(source())
    for _ in range(CONCURRENCY):
        environment.process(worker())
    environment.run()
    return Tally(received, deleted, dead)
