"""The last few megabytes of one execution's chunks, shared by everybody in this process who watches it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

WINDOW_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Chunk:
    first: int
    last: int
    generation: int
    frame: bytes


@dataclass(slots=True)
class Window:
    """Holds every record in (`start`, `end`]. A cursor before `start` has to read the database."""

    start: int
    end: int
    chunks: list[Chunk] = field(default_factory=list)
    size: int = 0

    def append(self, chunk: Chunk) -> None:
        if chunk.last <= self.end:
            return
        self.chunks.append(chunk)
        self.end = chunk.last
        self.size += len(chunk.frame)
        while self.size > WINDOW_BYTES and len(self.chunks) > 1:
            evicted = self.chunks.pop(0)
            self.size -= len(evicted.frame)
            self.start = evicted.last

    def restart(self, at: int) -> None:
        """After a truncation: what was held is stale."""
        self.chunks.clear()
        self.start = self.end = at
        self.size = 0

    def reaches(self, cursor: int) -> bool:
        return cursor >= self.start

    def next_after(self, cursor: int) -> Chunk | None:
        index = bisect_right(self.chunks, cursor, key=lambda chunk: chunk.last)
        return self.chunks[index] if index < len(self.chunks) else None
