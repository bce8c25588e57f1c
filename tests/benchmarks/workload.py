"""The reference workload that every candidate simulates, and how a candidate is timed.

A source sends a message every 250 µs to a queue (visibility timeout 30 s, three receives, then the dead-letter queue). A
function takes batches of up to ten, sixty at a time, which is enough for the queue to stay short; an invocation takes a
log-normal time (median 100 ms, p99 400 ms), and each message fails with a chance of one in ten and then waits for its
visibility timeout.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from math import erf, exp, log, sqrt

from flows.engine.random_streams import RandomStreams

GAP_US = 250
VISIBILITY_TIMEOUT_US = 30_000_000
MAX_RECEIVE_COUNT = 3
BATCH_SIZE = 10
CONCURRENCY = 60
MEDIAN_US = 100_000
P99_US = 400_000
FAILURE_PPM = 100_000
SEED = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of the messages."""

    received: int
    deleted: int
    dead: int


@dataclass(frozen=True, slots=True)
class Timing:
    """The best of a candidate's runs."""

    name: str
    messages: int
    seconds: float
    tally: Tally

    @property
    def rate(self) -> float:
        """Messages per second of wall clock."""
        return self.messages / self.seconds


def timed(name: str, run: Callable[[int], Tally], messages: int, runs: int = 1) -> Timing:
    """Run a candidate `runs` times, from a clean heap each; the best time counts."""
    durations()
    best, tally = float("inf"), Tally(0, 0, 0)
    for _ in range(runs):
        gc.collect()
        begun = time.process_time()
        tally = run(messages)
        best = min(best, time.process_time() - begun)
    return Timing(name, messages, best, tally)


def to_the_end(slices: Iterable[Tally]) -> Tally:
    """What came of the messages when all slices are done."""
    tally = Tally(0, 0, 0)
    for each in slices:
        tally = each
    return tally


def chances() -> tuple[Callable[[tuple[int, ...]], int], Callable[[int], bool]]:
    """(how long an invocation takes, whether a message fails): the draws that everyone makes, in the same order."""
    streams = RandomStreams(SEED)
    return streams.stream("duration").sample, streams.stream("failure").chance_ppm


@cache
def durations() -> tuple[int, ...]:
    """The 257 quantiles of the log-normal duration, in µs."""
    sigma = log(P99_US / MEDIAN_US) / 2.326347874
    return tuple(round(MEDIAN_US * exp(sigma * _normal_quantile((index + 0.5) / 257))) for index in range(257))


def _normal_quantile(p: float) -> float:
    low, high = -8.0, 8.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 + erf(middle / sqrt(2))) / 2 < p else (low, middle)
    return (low + high) / 2
