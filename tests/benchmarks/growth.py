"""`python -m tests.benchmarks.growth kernel|services MESSAGES`: whether ten times the messages take ten times as long: one run with all of them beside ten runs, one after another, with a tenth.

Both stand in one process and take turns slice by slice, whoever has had less of the processor next, so that a disturbance of the machine,
however short, hits both. Measured apart, each by its best round, the row said more about the machine than about us: a run of half a second
finds a quiet moment, one of five seconds never does (from 9.3 to 13.6 times for the same program).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from tests.benchmarks import kernel, services
from tests.benchmarks.workload import Tally, durations

TIMES = 10
WARM = 100
CANDIDATES: dict[str, Callable[[int], Iterator[Tally]]] = {"kernel": kernel.slices, "services": services.slices}


@dataclass(slots=True)
class Side:
    """One of the two, and what it took so far."""

    slices: Iterator[Tally]
    seconds: float = 0.0
    done: bool = False

    def go_on(self) -> None:
        begun = time.process_time()
        self.done = next(self.slices, None) is None
        self.seconds += time.process_time() - begun


def growth(name: str, messages: int) -> float:
    """How many times as long `messages` take as a tenth of them."""
    durations()
    slices = CANDIDATES[name]
    for _ in slices(WARM):
        """What the first messages load."""
    much = Side(slices(messages))
    little = Side(chain.from_iterable(slices(max(1, messages // TIMES)) for _ in range(TIMES)))
    while not (much.done and little.done):
        first = much.seconds <= little.seconds
        (much if little.done or (first and not much.done) else little).go_on()
    return TIMES * much.seconds / little.seconds


def main() -> None:
    print(json.dumps(growth(sys.argv[1], int(sys.argv[2]))))


if __name__ == "__main__":
    main()
