"""What may wait between a websocket's consumer and its client, on the way out and on the way in.

Theory of operation. Daphne takes whatever a consumer sends and hands on whatever a client says, however much of it waits already: who
reads nothing, or pours and reads nothing, fills the server's memory. (Who pours is not pinged either, so nothing ends it.)

    out   the kernel's buffer is full and 64 KiB wait behind it (Twisted's bound): `send` waits until they have left. So a client
          that is slow is one whose viewer waits for its socket, whatever it says of what has arrived
    in    so many frames or bytes wait for a consumer that is busy, or waits for its socket: it is cut off
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from dashboard.frames import MAXIMUM_FRAME_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

WAITING_FRAMES = 1000
WAITING_BYTES = 4 * MAXIMUM_FRAME_BYTES


class Outlet:
    """What Twisted calls a streaming producer: its transport says when it has too much, and when it has nothing any more."""

    def __init__(self, transport: Any) -> None:
        self.is_free = asyncio.Event()
        self.is_free.set()
        self._transport = transport
        transport.unregisterProducer()  # the HTTP channel's, which the websocket came out of
        transport.registerProducer(self, True)

    def pauseProducing(self) -> None:  # noqa: N802
        self.is_free.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self.is_free.set()
        if self._transport.disconnecting:  # which waits for its producer to leave
            self._transport.unregisterProducer()

    def stopProducing(self) -> None:  # noqa: N802
        self.is_free.set()


class Inlet:
    """In place of a consumer's queue, which is `queue`."""

    def __init__(self, queue: asyncio.Queue[dict[str, Any]], cut_off: Callable[[], None]) -> None:
        self._queue = queue
        self._cut_off = cut_off
        self._bytes = 0

    def put_nowait(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.receive":
            if self._queue.empty():
                self._bytes = 0
            elif self._queue.qsize() >= WAITING_FRAMES or self._bytes > WAITING_BYTES:
                self._cut_off()
                return
            self._bytes += len(message.get("text") or message.get("bytes") or b"")
        self._queue.put_nowait(message)
