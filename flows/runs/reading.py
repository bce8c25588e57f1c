"""What the web side may read of executions: how far one is, its chunks as they are stored, its texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Min

from flows.models import Execution, TraceChunk, Truncation
from flows.runs import bodies as stored_bodies

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Status:
    generation: int
    head: int
    frontier_at: int
    seen_at: int
    state: str
    quiet: bool
    next_at: int | None
    speed: float | None
    error: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What survived the truncations since some older generation: records up to `after`, all before or at `at`."""

    after: int
    at: int


def status(execution_id: UUID) -> Status:
    execution = Execution.objects.get(id=execution_id)
    return Status(
        generation=execution.generation,
        head=execution.head,
        frontier_at=execution.frontier_at,
        seen_at=execution.seen_at,
        state=execution.state,
        quiet=execution.quiet,
        next_at=execution.next_at,
        speed=execution.effective_speed,
        error=execution.error,
    )


def chunks_after(execution_id: UUID, after: int, limit: int = 64) -> list[tuple[int, int, int, bytes]]:
    """(first, last, generation, bytes) of the chunks with records after `after`; the first may begin before it."""
    chunks = TraceChunk.objects.filter(execution_id=execution_id, last__gt=after).order_by("first")[:limit]
    return [(chunk.first, chunk.last, chunk.generation, chunk.frame) for chunk in chunks]


def bodies(execution_id: UUID, numbers: Iterable[int]) -> dict[int, str]:
    """Number → text, of those that there are."""
    return stored_bodies.read(execution_id, numbers)


def kept_since(execution_id: UUID, generation: int) -> Kept | None:
    """None: nothing has been cut off since that generation."""
    cuts = Truncation.objects.filter(execution_id=execution_id, generation__gt=generation)
    least = cuts.aggregate(at=Min("at"), after=Min("after"))
    return None if least["at"] is None else Kept(after=least["after"], at=least["at"])
