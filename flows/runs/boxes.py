"""Simulations in memory: one box per recent slice boundary, so that going back a little costs nothing.

A truncation goes back by seconds of somebody's watching. While the state is small it is boxed after every slice; the larger
it is, the fewer boxes, so that they cost at most a twentieth of the time spent simulating. The oldest box worth keeping is
the last one before the driver's playhead: nobody truncates what has been seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.runs import wall_clock

if TYPE_CHECKING:
    from flows.runs.runner import Simulation

KEPT = 32
KEPT_BYTES = 32 * 1024 * 1024
CHEAP_S = 0.003
SHARE = 0.05
"""What is not cheap may cost this part of the time spent simulating."""

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
    owed_s: float = 0.0
    """What the last box cost more than its share; time spent simulating pays it off."""

    def keep(self, simulation: Simulation, position: Position, seen_at: int, slice_s: float) -> None:
        self.owed_s -= SHARE * slice_s
        if self.owed_s > 0:
            return
        began_s = wall_clock.seconds()
        self.kept.append(Box(simulation.now_at, simulation.sequence, position, simulation.checkpoint()))
        cost_s = wall_clock.seconds() - began_s
        self.owed_s = cost_s if cost_s > CHEAP_S else 0.0
        self._thin_out(seen_at)

    def newest_until(self, at: int) -> Box | None:
        return next((box for box in reversed(self.kept) if box.at <= at), None)

    def drop_after(self, at: int) -> None:
        self.kept = [box for box in self.kept if box.at <= at]

    def _thin_out(self, seen_at: int) -> None:
        kept = self.kept
        while len(kept) > 1 and kept[1].at <= seen_at:
            del kept[0]
        while len(kept) > 1 and (len(kept) > KEPT or sum(len(box.blob) for box in kept) > KEPT_BYTES):
            if len(kept) == 2:
                del kept[0]
            else:
                del kept[1:-1:2]
