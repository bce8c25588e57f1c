"""How much one slice may do. A bound decides when to commit, never what happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

RECORDS_PER_SLICE = 20_000
SECONDS_PER_SLICE = 0.04
SECONDS_PER_LONG_SLICE = 0.2
"""In the queue for long demands. Longer than `UNASKED_S`, so it ends for a click."""
SECONDS_PER_ANSWER = 0.01
"""So long a slice goes on when it has answered a click: that is told with the first that comes of it, the rest is the next slice's."""
RECORDS_PER_LOOK = 2_000
"""So often the clock is looked at …"""
RECORDS_PER_LOOK_OF_AN_ANSWER = 250
LOOK_EVERY_S = 0.01
"""… or so often, where many notices leave few records."""
UNASKED_S = 0.04
"""So long a slice goes on without asking whether a click waits behind it …"""
ASK_EVERY_S = 0.02
"""… and so often it asks from then on: that is a word to the broker and back."""


def nobody() -> bool:
    return False


@dataclass(slots=True)
class Bound:
    records: float = RECORDS_PER_SLICE
    seconds: float = inf
    clock: Callable[[], float] = lambda: 0.0
    records_per_look: int = RECORDS_PER_LOOK
    is_waited_for: Callable[[], bool] = nobody
    """Whether a click waits behind this slice: then it ends."""
    seconds_after_answer: float = inf
    began_s: float = field(init=False)
    ask_s: float = UNASKED_S

    def __post_init__(self) -> None:
        self.began_s = self.clock()

    def spent_s(self) -> float:
        return self.clock() - self.began_s

    def allows(self, records: int) -> int:
        """How many more records, after that many, until the clock should be looked at; 0: the slice ends here."""
        spent_s = self.spent_s()
        if spent_s >= self.seconds or self._is_cut_short(spent_s):
            return 0
        return int(min(self.records - records, self.records_per_look))

    def answered(self) -> None:
        """A command was applied."""
        self.seconds = min(self.seconds, self.spent_s() + self.seconds_after_answer)

    def _is_cut_short(self, spent_s: float) -> bool:
        if spent_s < self.ask_s:
            return False
        self.ask_s = spent_s + ASK_EVERY_S
        return self.is_waited_for()
