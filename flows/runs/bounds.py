"""How much one slice may do. A bound decides when to commit, never what happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

RECORDS_PER_SLICE = 20_000
SECONDS_PER_SLICE = 0.04
SECONDS_PER_LONG_SLICE = 0.12
"""In the queue for long demands: only a click into one of those runs waits behind it."""
RECORDS_PER_LOOK = 2_000
"""So often the clock is looked at."""
LOOK_EVERY_S = 0.01
"""… or so often, where many notices leave few records."""


@dataclass(slots=True)
class Bound:
    records: float = RECORDS_PER_SLICE
    seconds: float = inf
    clock: Callable[[], float] = lambda: 0.0
    began_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.began_s = self.clock()

    def spent_s(self) -> float:
        return self.clock() - self.began_s

    def allows(self, records: int) -> int:
        """How many more records, after that many, until the clock should be looked at; 0: the slice ends here."""
        if self.spent_s() >= self.seconds:
            return 0
        return int(min(self.records - records, RECORDS_PER_LOOK))
