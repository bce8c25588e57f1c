"""The peer: idiomatic SimPy. A Store, a process per worker, a process per waiting message; it logs nothing."""

from __future__ import annotations

from random import Random

import simpy

from tests.benchmarks.workload import (
    BATCH_SIZE,
    CONCURRENCY,
    FAILURE_PPM,
    GAP_US,
    MAX_RECEIVE_COUNT,
    SEED,
    VISIBILITY_TIMEOUT_US,
    Tally,
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
    chance = Random(SEED).random
    quantiles = durations()
    failure = FAILURE_PPM / 1e6
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
            position = chance() * (len(quantiles) - 1)
            index = int(position)
            low = quantiles[index]
            yield environment.timeout(int(low + (quantiles[index + 1] - low) * (position - index)))
            for message in batch:
                if chance() < failure:
                    environment.process(waiting(message))
                else:
                    deleted += 1

    environment.process(source())
    for _ in range(CONCURRENCY):
        environment.process(worker())
    environment.run()
    return Tally(received, deleted, dead)
