"""The floor: one flat function over `heapq` that only counts: no records, no ids, nothing armed that is not needed.

It draws from the same two streams as everyone, so that the same messages fail and take the same time. (In a long run two things
happen at one microsecond now and then; candidates put them in another order, and tallies part by a few in a million.)
"""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush

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
    duration, fails, quantiles = *chances(), durations()
    heap: list = [(0, 0, 0, None)]
    visible: deque[Message] = deque()
    sequence = sent = received = deleted = dead = 0
    free = CONCURRENCY
    while heap:
        now, _, code, what = heappop(heap)
        if code == 0:
            visible.append(Message())
            sent += 1
            if sent < messages:
                sequence += 1
                heappush(heap, (sent * GAP_US, sequence, 0, None))
        elif code == 1:
            free += 1
            for message in what:
                if fails(FAILURE_PPM):
                    sequence += 1
                    heappush(heap, (message.at + VISIBILITY_TIMEOUT_US, sequence, 2, message))
                else:
                    deleted += 1
        elif what.receives >= MAX_RECEIVE_COUNT:
            dead += 1
        else:
            visible.append(what)
        while free and visible:
            free -= 1
            batch: list[Message] = []
            while visible and len(batch) < BATCH_SIZE:
                message = visible.popleft()
                message.receives += 1
                message.at = now
                batch.append(message)
            received += len(batch)
            sequence += 1
            heappush(heap, (now + duration(quantiles), sequence, 1, batch))
    return Tally(received, deleted, dead)
