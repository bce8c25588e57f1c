"""Who looks at an execution in this process, as the wheel knows them, and who drives it.

Theory of operation. The wheel is an agreement between processes, kept in the database: every word with it is a transaction there,
on a row that is locked. A room of three hundred that comes at one moment is not three hundred of them: whoever comes or goes while
one is being said waits for the next, which is said for all of them. One is said at a time, so answers are taken in the order in which
the wheel was asked.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from dashboard import frames
from dashboard.fanout.doorbells import announce_driver

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from dashboard.fanout.source import Seat, Settled, Wheel
    from dashboard.fanout.viewer import Viewer

RENEW_SECONDS = 3.0
ANSWER_SECONDS = 6.0
"""A database that takes longer is said to be away; a pool of connections to it would wait longer before it says so."""


class Seats:
    def __init__(self, execution_id: UUID, group: str, wheel: Wheel, viewers: dict[str, Viewer]) -> None:
        self.driver: frames.Driver | None = None
        self._execution_id = execution_id
        self._group = group
        self._wheel = wheel
        self._viewers = viewers
        self._coming: list[Seat] = []
        self._going: list[str] = []
        self._turning = asyncio.Lock()
        self._next: asyncio.Task[Settled] | None = None
        self._announced: frames.Driver | None = None
        self._renewed = monotonic()

    def is_driven_by(self, viewer: Viewer) -> bool:
        return self.driver is not None and self.driver.viewer == viewer.identity

    @property
    def are_to_be_renewed(self) -> bool:
        return monotonic() - self._renewed > RENEW_SECONDS

    async def take(self, seat: Seat) -> str:
        """What its viewer is called here."""
        self._coming.append(seat)
        try:
            settled = await self.settle()
            return settled.names[seat.viewer]
        except BaseException:
            if seat in self._coming:
                self._coming.remove(seat)
            else:
                self._going.append(seat.viewer)
            raise

    async def leave(self, viewer: Viewer) -> None:
        """The others are told of another driver, or of who no longer asks to be; nothing else is news to them."""
        self._going.append(viewer.identity)
        await self.settle()
        if self.driver != self._announced:
            self._announced = self.driver
            await announce_driver(self._group)

    async def settle(self) -> Settled:
        """In the next turn of the wheel: it is for everybody who waits for it."""
        if self._next is None:
            self._next = asyncio.create_task(self._turn())
        return await asyncio.shield(self._next)

    async def turn_by(self, verb: Callable[[UUID, str], Awaitable[frames.Driver | None]], viewer: Viewer) -> None:
        async with self._turning:
            self._take_driver(await verb(self._execution_id, viewer.identity))
        self._announced = self.driver
        await announce_driver(self._group)

    async def _turn(self) -> Settled:
        async with self._turning:
            self._next = None
            coming, self._coming = self._coming, []
            going, self._going = self._going, []
            here = [viewer.seat for viewer in self._viewers.values()]
            self._renewed = monotonic()
            async with asyncio.timeout(ANSWER_SECONDS):
                settled = await self._wheel.settle(self._execution_id, here, coming, going)
            self._take_driver(settled.driver)
            return settled

    def _take_driver(self, driver: frames.Driver | None) -> None:
        if driver == self.driver:
            return
        self.driver = driver
        for viewer in self._viewers.values():
            viewer.tell(
                frames.DriverChanged(
                    viewer=driver.viewer if driver else None,
                    name=driver.name if driver else "",
                    drives=self.is_driven_by(viewer),
                    asks=driver.asks if driver else (),
                )
            )
