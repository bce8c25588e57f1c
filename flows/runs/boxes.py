"""Simulations in memory: one box per recent slice boundary, so that going back a little costs nothing.

A truncation goes back by seconds of somebody's watching. While the state is small it is boxed after every slice; the larger
it is, the fewer boxes, so that they cost at most a tenth of what simulating this execution costs (not of the time that passes:
fifty executions that take turns have all the time between two turns, and boxed after every one). Whoever has just gone back is
likely to do so again, and gets more of them. The oldest box worth keeping is the last one before the driver's playhead: nobody
truncates what has been seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from flows.runs import wall_clock

if TYPE_CHECKING:
    from flows.runs.runner import Simulation

KEPT = 32
KEPT_BYTES = 32 * 1024 * 1024
CHEAP_S = 0.003
SHARE = 0.1
"""What is not cheap may cost this part of the simulating."""
SHARE_OF_WHO_GOES_BACK = 0.3
GOES_BACK_S = 30.0
"""So long after having gone back."""

Position = tuple[int, int]
"""(instant, ordinal) of the last command applied."""
NO_COMMAND: Position = (0, 0)


@dataclass(frozen=True, slots=True)
class Box:
    at: int
    sequence: int
    position: Position
    blob: bytes


@dataclass(slots=True)
class Boxes:
    kept: list[Box] = field(default_factory=list)
    last_s: float = 0.0
    """How much had been spent on simulating when the last one was made …"""
    cost_s: float = 0.0
    """… and what that cost."""
    went_back_s: float = -inf

    def keep(self, simulation: Simulation, position: Position, seen_at: int, simulating_s: float) -> None:
        """`simulating_s`: the processor's time spent on it so far."""
        if simulating_s < self.last_s + self._pause_s():
            return
        began_s = wall_clock.processor_seconds()
        self.kept.append(Box(simulation.now_at, simulation.sequence, position, simulation.checkpoint()))
        self.cost_s = wall_clock.processor_seconds() - began_s
        self.last_s = simulating_s
        self._thin_out(seen_at)

    def newest_until(self, at: int) -> Box | None:
        return next((box for box in reversed(self.kept) if box.at <= at), None)

    @property
    def size(self) -> int:
        return sum(len(box.blob) for box in self.kept)

    def went_back(self, at: int) -> None:
        """What lies after it is of no more use; and somebody sits there who goes back."""
        self.went_back_s = wall_clock.seconds()
        self.kept = [box for box in self.kept if box.at <= at]

    def _pause_s(self) -> float:
        if self.cost_s <= CHEAP_S:
            return 0.0
        goes_back = wall_clock.seconds() - self.went_back_s < GOES_BACK_S
        return self.cost_s / (SHARE_OF_WHO_GOES_BACK if goes_back else SHARE)

    def _thin_out(self, seen_at: int) -> None:
        kept = self.kept
        while len(kept) > 1 and kept[1].at <= seen_at:
            del kept[0]
        while len(kept) > 1 and (len(kept) > KEPT or self.size > KEPT_BYTES):
            if len(kept) == 2:
                del kept[0]
            else:
                del kept[1:-1:2]
