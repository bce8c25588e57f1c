"""The hot cache: simulations this worker process keeps between slices, so that a slice does not begin with a replay.

An entry serves a slice only if it stands exactly where the execution's row does: same generation, same record, same instant,
same engine. Otherwise somebody else went on meanwhile, or our last commit came to nothing: it is thrown away and the
simulation restored. Whoever goes on with it takes it out, and puts it back when nothing of the slice is left to do: the
lease is given back with the commit, and the next slice may begin in another thread while this one still boxes its state.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.runs.boxes import NO_COMMAND, Boxes, Position

if TYPE_CHECKING:
    from uuid import UUID

    from flows.models import Execution
    from flows.runs.runner import Simulation
    from flows.services.effects import EffectLog

CAPACITY = 64
"""More than take turns in one queue, as a rule: one too many, and each turn of each begins with a replay."""
BOX_BYTES = 256 * 1024 * 1024
"""All boxes of all of them; those of the longest unused go first. They only save time when somebody goes back."""
SUBJECTS = 2_000_000
"""All of them together; a subject with its body takes some hundred bytes."""


@dataclass(slots=True)
class Live:
    """A simulation, where it stands, and what has been spent on it here."""

    execution_id: UUID
    simulation: Simulation
    effects: EffectLog
    fingerprint: str
    generation: int = 0
    head: int = 0
    frontier_at: int = 0
    position: Position = NO_COMMAND
    boxes: Boxes = field(default_factory=Boxes)
    simulating_s: float = 0.0
    processor_s: float = 0.0
    """Of `simulating_s`, what a processor was at it."""
    checkpointing_s: float = 0.0
    checkpoint_cost_s: float = 0.0
    demand_token: int = 0
    demanded_s: float = 0.0
    demanded_from: int = 0

    def stands_at(self, execution: Execution) -> None:
        self.generation = execution.generation
        self.head = execution.head
        self.frontier_at = execution.frontier_at

    def begin_slice(self, demand_token: int) -> None:
        if demand_token != self.demand_token:
            self.demand_token, self.demanded_s, self.demanded_from = demand_token, 0.0, self.head

    def inherit(self, elder: Live) -> None:
        """The same execution, opened from one of its boxes."""
        self.boxes = elder.boxes
        self.simulating_s = elder.simulating_s
        self.processor_s = elder.processor_s
        self.checkpointing_s = elder.checkpointing_s
        self.checkpoint_cost_s = elder.checkpoint_cost_s

    def serves(self, execution: Execution) -> bool:
        return (self.generation, self.head, self.frontier_at, self.fingerprint) == (
            execution.generation,
            execution.head,
            execution.frontier_at,
            execution.engine_fingerprint,
        )

    def leads_to(self, execution: Execution, at: int, sequence: int) -> bool:
        """Of a replay that was interrupted: to an instant and record of what is stored, if nobody has gone on meanwhile (its effects
        would not be known here).
        """
        return self.serves(execution) and self.simulation.now_at <= at and self.simulation.sequence <= sequence


class HotCache:
    """The last few used."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.capacity = capacity
        self._live: OrderedDict[UUID, Live] = OrderedDict()

    def take(self, execution: Execution) -> Live | None:
        """Out of the cache, until it is put back: two threads of a process never go on with one simulation."""
        live = self._live.pop(execution.id, None)
        return live if live is not None and live.serves(execution) else None

    def put(self, live: Live) -> None:
        self._live[live.execution_id] = live
        self._live.move_to_end(live.execution_id)
        while len(self._live) > 1 and (len(self._live) > self.capacity or self._subjects() > SUBJECTS):
            self._live.popitem(last=False)
        self._thin_out_boxes()

    def forget(self, execution_id: UUID) -> None:
        self._live.pop(execution_id, None)

    def clear(self) -> None:
        self._live.clear()

    def _thin_out_boxes(self) -> None:
        left = sum(live.boxes.size for live in self._live.values())
        for live in self._live.values():
            if left <= BOX_BYTES:
                return
            left -= live.boxes.size
            live.boxes.kept.clear()

    def _subjects(self) -> int:
        return sum(len(live.simulation.environment.subjects) for live in self._live.values())


HOT = HotCache()
"""This process's."""
