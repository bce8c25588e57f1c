"""The web server, and how it ends.

Theory of operation. Asked to end (SIGTERM, SIGINT), it does four things in this order: `/ready/` says 503, so that a balancer
sends nobody here any more; it stops listening, so that whoever takes its place may have the address; every websocket is closed
with a code that means "connect again, say where you are" – a few at a time, lest three hundred browsers knock at one moment –
and a browser's `hello` brings what it has not got, so there is no gap; then requests in hand are answered. When all is done, or
after `GRACE_S`, it ends. A second signal ends it at once.
"""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from daphne.server import Server
from twisted.internet import reactor

from dashboard import live
from dashboard.asgi import application
from dashboard.fanout.closes import CLOSE_RESTART, CLOSE_TOO_FAST
from dashboard.frames import MAXIMUM_FRAME_BYTES
from dashboard.hosting.draining import Draining
from dashboard.hosting.lines import Inlet, Outlet

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

GRACE_S = 10.0
NOTICE_S = 0.0
"""How long a balancer is given to see that we are not ready, before we stop listening."""
AT_A_TIME = 10
BREATH_S = 0.02
"""Between so many closed websockets and the next."""
LOOK_S = 0.02
HANDSHAKE_S = 20
DESCRIPTORS = 16_384


class WebServer(Server):
    def __init__(self, endpoints: list[str], ready: Callable[[], None], notice_s: float = NOTICE_S) -> None:
        super().__init__(
            application,
            endpoints=endpoints,
            # Twice what a frame may hold, so that one that is too large is refused in words. Daphne's own bound is a quarter of it.
            websocket_max_message_size=2 * MAXIMUM_FRAME_BYTES,
            websocket_max_frame_size=2 * MAXIMUM_FRAME_BYTES,
            # A room that comes at once waits for its turn; half-open sockets are cut off by Daphne's bound on connecting.
            websocket_handshake_timeout=HANDSHAKE_S,
            signal_handlers=False,
            ready_callable=ready,
            server_name="redrive",
        )
        self._notice_s = notice_s
        self._ending: asyncio.Task[None] | None = None

    def run(self) -> None:
        loop = reactor._asyncioEventloop
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._asked_to_end)
        super().run()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        queue = super().create_application(protocol, scope)
        if queue is None or scope["type"] != "websocket":
            return queue
        self.connections[protocol]["outlet"] = Outlet(protocol.transport)
        return Inlet(queue, partial(protocol.serverClose, CLOSE_TOO_FAST))

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        await super().handle_reply(protocol, message)
        if message["type"] == "websocket.send" and (outlet := self.connections.get(protocol, {}).get("outlet")):
            await outlet.is_free.wait()

    def _asked_to_end(self) -> None:
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._end())
        else:
            self.stop()

    async def _end(self) -> None:
        Draining.asked = True
        until = time.monotonic() + self._notice_s + GRACE_S
        try:
            await asyncio.sleep(self._notice_s)
            await self._stop_listening()
            while self._in_hand() and time.monotonic() < until:
                await live.hub().send_away(CLOSE_RESTART, AT_A_TIME, BREATH_S)
                await asyncio.sleep(LOOK_S)
        except Exception:
            logger.exception("the web server could not end as it should")
        finally:
            self.stop()

    async def _stop_listening(self) -> None:
        for listener in self.listeners:
            port = getattr(listener, "result", None)
            if port is not None:
                stopped: Any = port.stopListening()
                if stopped is not None:
                    await stopped.asFuture(asyncio.get_running_loop())

    def _in_hand(self) -> bool:
        """A request that is not answered yet, or a websocket whose farewell is under way."""
        return any("disconnected" not in details for details in self.connections.values())


def serve(endpoints: list[str], ready: Callable[[], None], notice_s: float = NOTICE_S) -> None:
    take_descriptors()
    WebServer(endpoints, ready, notice_s).run()


def take_descriptors() -> None:
    """As many as we may have: each websocket is one, and shells give 1024 to begin with."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if most == resource.RLIM_INFINITY else min(DESCRIPTORS, most)
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
