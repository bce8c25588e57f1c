"""Simulations in memory: one box per recent slice boundary, so that going back a little costs nothing.

A truncation goes back by seconds of somebody's watching. While the state is small it is boxed after every slice; the larger
it is, the fewer boxes, so that they cost at most a twentieth of the time. The oldest box worth keeping is
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
"""What is not cheap may cost this part of the time."""

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
    next_s: float = 0.0
    """No box before this second: the last one was not cheap."""

    def keep(self, simulation: Simulation, position: Position, seen_at: int) -> None:
        began_s = wall_clock.seconds()
        if began_s < self.next_s:
            return
        self.kept.append(Box(simulation.now_at, simulation.sequence, position, simulation.checkpoint()))
        ended_s = wall_clock.seconds()
        cost_s = ended_s - began_s
        self.next_s = ended_s + cost_s / SHARE if cost_s > CHEAP_S else 0.0
        self._thin_out(seen_at)

    def newest_until(self, at: int) -> Box | None:
        return next((box for box in reversed(self.kept) if box.at <= at), None)

    @property
    def size(self) -> int:
        return sum(len(box.blob) for box in self.kept)

    def drop_after(self, at: int) -> None:
        self.kept = [box for box in self.kept if box.at <= at]

    def _thin_out(self, seen_at: int) -> None:
        kept = self.kept
        while len(kept) > 1 and kept[1].at <= seen_at:
            del kept[0]
        while len(kept) > 1 and (len(kept) > KEPT or self.size > KEPT_BYTES):
            if len(kept) == 2:
                del kept[0]
            else:
                del kept[1:-1:2]
