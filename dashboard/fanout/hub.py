"""Which executions this process watches. A watch lasts as long as somebody holds a claim on it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dashboard.fanout.watch import Watch

if TYPE_CHECKING:
    from uuid import UUID

    from dashboard import frames
    from dashboard.fanout.source import Source, Surroundings, Wheel
    from dashboard.fanout.viewer import Viewer


@dataclass(slots=True)
class Held:
    watch: Watch
    begun: asyncio.Task[bool]
    claims: int = 0


@dataclass(slots=True)
class Hub:
    source: Source
    wheel: Wheel
    surroundings: Surroundings
    held: dict[UUID, Held] = field(default_factory=dict)

    async def join(self, execution_id: UUID, viewer: Viewer, hello: frames.Hello) -> Watch | None:
        """None: there is no such execution."""
        held = self.held.get(execution_id)
        if held is None:
            watch = Watch(execution_id, self.source, self.wheel, self.surroundings)
            held = self.held[execution_id] = Held(watch, asyncio.create_task(watch.begin()))
        held.claims += 1
        try:
            if await asyncio.shield(held.begun):
                await held.watch.join(viewer, hello)
                return held.watch
        except BaseException:
            await self._let_go(execution_id, held)
            raise
        await self._let_go(execution_id, held)
        return None

    def watches(self, execution_id: UUID) -> bool:
        return execution_id in self.held

    async def leave(self, watch: Watch, viewer: Viewer) -> None:
        held = self.held[watch.execution_id]
        try:
            await watch.leave(viewer)
        finally:
            await self._let_go(watch.execution_id, held)

    async def send_away(self, code: int, at_a_time: int, breath_s: float) -> None:
        """Closes every viewer's socket, a few at a time: whoever connects again should not do so in one crowd."""
        viewers = [viewer for held in self.held.values() for viewer in held.watch.viewers.values()]
        for first in range(0, len(viewers), at_a_time):
            await asyncio.gather(*(viewer.close(code) for viewer in viewers[first : first + at_a_time]))
            await asyncio.sleep(breath_s)

    async def _let_go(self, execution_id: UUID, held: Held) -> None:
        held.claims -= 1
        if held.claims == 0:
            del self.held[execution_id]
            await held.watch.end()
