"""A broker that neither answers nor refuses: somebody waits for it, and for a moment after that nobody else does.

It is frozen, or behind a cable that was pulled. A web process reads and writes through a few threads: were each hint to wait for the
broker, soon all of them would, and pages stood still that need no broker at all.
"""

from __future__ import annotations

from flows.runs import wall_clock

ANSWER_S = 2.0
"""So long one waits for it. Nobody waits longer for a hint or a bell."""
KEPT_S = 2.0
"""So long after that it is not asked: the sweeper's and the watches' own looks come in about as long."""


class Silence:
    def __init__(self) -> None:
        self._until_s = 0.0

    def lasts(self) -> bool:
        return wall_clock.seconds() < self._until_s

    def is_kept_if_slow(self, began_s: float) -> None:
        """After asking in vain. A refusal comes at once: that costs nobody anything, and the next may ask again."""
        now_s = wall_clock.seconds()
        if now_s - began_s > ANSWER_S / 2:
            self._until_s = now_s + KEPT_S
