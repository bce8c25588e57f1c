"""Chunks that are shared by everybody in this process who watches one execution: the newest, and what those who are behind came by."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

WINDOW_BYTES = 1024 * 1024
"""A run's newest 50,000 to 500,000 records. Whoever is further behind reads the database, together with whoever is there, too."""
SHELVED = 4


@dataclass(frozen=True, slots=True)
class Chunk:
    first: int
    last: int
    generation: int
    frame: bytes


@dataclass(frozen=True, slots=True)
class Stretch:
    """Holds every record in (`start`, the last chunk's last]."""

    start: int
    chunks: Sequence[Chunk] = ()

    def reaches(self, cursor: int) -> bool:
        return bool(self.chunks) and self.start <= cursor < self.chunks[-1].last

    def next_after(self, cursor: int) -> Chunk | None:
        return next_after(self.chunks, cursor)

    def part(self, cursor: int, size: int) -> Stretch:
        """From a cursor on, of about so many bytes: one chunk may stand over the edge."""
        if not self.reaches(cursor):
            return NOTHING
        kept = []
        for chunk in self.chunks[bisect_right(self.chunks, cursor, key=lambda chunk: chunk.last) :]:
            if size <= 0:
                break
            kept.append(chunk)
            size -= len(chunk.frame)
        return Stretch(cursor, kept)


NOTHING = Stretch(0)


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
        return next_after(self.chunks, cursor)


class Shelf:
    """The last few stretches read for those before the window. One reading at a time: who waited for it finds what it wants here."""

    def __init__(self, read: Callable[[int, int], Awaitable[Sequence[Chunk]]]) -> None:
        self._read = read
        self._stretches: deque[Stretch] = deque(maxlen=SHELVED)
        self._reading = asyncio.Lock()

    async def reaching(self, cursor: int, most: int) -> Stretch:
        async with self._reading:
            for stretch in self._stretches:
                if stretch.reaches(cursor):
                    return stretch
            shelf = self._stretches
            stretch = Stretch(cursor, await self._read(cursor, most))
            if stretch.chunks:
                shelf.append(stretch)
            return stretch

    def clear(self) -> None:
        """What is being read just now is stale, too."""
        self._stretches = deque(maxlen=SHELVED)


def next_after(chunks: Sequence[Chunk], cursor: int) -> Chunk | None:
    index = bisect_right(chunks, cursor, key=lambda chunk: chunk.last)
    return chunks[index] if index < len(chunks) else None
