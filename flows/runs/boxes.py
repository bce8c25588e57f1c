"""Simulations in memory: one box per recent slice boundary, so that going back a little costs nothing.

A truncation goes back by seconds of somebody's watching. While the state is small it is boxed after every slice; when it
is not, going back is a matter of checkpoints, and only now and then is it tried whether the state has become small again.
The oldest box worth keeping is the last one before the driver's playhead: nobody truncates what has been seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.runs import wall_clock

if TYPE_CHECKING:
    from flows.runs.runner import Simulation

SMALL = 256 * 1024
KEPT = 32
TRY_AGAIN_AFTER = 64
"""Slices, after the state was found to be large."""
CHEAP_S = 0.003
SHARE = 0.1
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
    rests: int = 0
    """Slices to go before the next box."""

    def keep(self, simulation: Simulation, position: Position, seen_at: int, slice_s: float) -> None:
        if self.rests:
            self.rests -= 1
            return
        began_s = wall_clock.seconds()
        blob = simulation.checkpoint()
        cost_s = wall_clock.seconds() - began_s
        if cost_s > CHEAP_S:
            self.rests = min(int(cost_s / (SHARE * slice_s)), TRY_AGAIN_AFTER) if slice_s > 0 else TRY_AGAIN_AFTER
        if len(blob) > SMALL:
            self.kept.clear()
            self.rests = TRY_AGAIN_AFTER
            return
        self.kept.append(Box(simulation.now_at, simulation.sequence, position, blob))
        while len(self.kept) > 1 and self.kept[1].at <= seen_at:
            del self.kept[0]
        if len(self.kept) > KEPT:
            del self.kept[1:-1:2]

    def newest_until(self, at: int) -> Box | None:
        return next((box for box in reversed(self.kept) if box.at <= at), None)

    def drop_after(self, at: int) -> None:
        self.kept = [box for box in self.kept if box.at <= at]
