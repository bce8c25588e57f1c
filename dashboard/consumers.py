"""The websocket of an execution: a frame is parsed, one verb is called, the answer is a frame.

Chunks and news come from `dashboard/fanout`; this file only turns what a client says into calls. Only the driver's demands,
playhead and commands count; everybody may look, ask for the wheel and let go of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from typing import TYPE_CHECKING

from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import Error as DatabaseError

from dashboard import frames, live
from dashboard.access import address_of_socket, name_of, viewer_of_socket
from dashboard.fanout.closes import CLOSE_AWAY, CLOSE_FULL, CLOSE_GONE, CLOSE_RESUME, CLOSE_TOO_FAST
from dashboard.fanout.places import FULL, neighbourhood
from dashboard.fanout.viewer import Viewer
from dashboard.limits import FRAME_BYTES, WEIGHT_OF_ANY, Pace
from flows.runs.refusals import DATABASE_AWAY, why_away

if TYPE_CHECKING:
    from dashboard.fanout.watch import Watch

TEXT_ONLY = frames.Problem(message="Frames from the client are text.", hint="Send JSON.")
HELLO_FIRST = frames.Problem(message="The first frame is `hello`.", hint="Say which generation and records you have.")
HELLO_ONCE = frames.Problem(message="`hello` was said already.", hint="Connect again to start over.")
FOLLOWING = frames.Problem(
    message="Somebody else drives this execution.", hint="Ask for control, or fork it and drive the fork."
)
FULL_HINT = "Close some of them; this page tries again by itself."
HELLO_S = 60.0
"""Whoever has not said `hello` by then holds a place for nothing."""
READING = frames.Problem(message="This execution is not yours to drive.", hint="Fork it and drive the fork.")


class ExecutionConsumer(AsyncWebsocketConsumer):
    watch: Watch | None = None
    turned_away = False
    silence: asyncio.TimerHandle | None = None

    async def connect(self) -> None:
        """Accepted first: of a handshake that is refused, or answered too late, a browser tells the page nothing."""
        self.execution_id: uuid.UUID = self.scope["url_route"]["kwargs"]["execution_id"]
        self.places: list[tuple[str, str]] = []
        await self.accept()
        if not await self._takes_place("address", neighbourhood(address_of_socket(self.scope))):
            return
        try:
            who = await viewer_of_socket(self.scope)
            may = await live.permissions(self.execution_id, who)
        except (DatabaseError, TimeoutError) as error:
            await self._turn_away(error)
            return
        if not may.look:
            self.turned_away = True
            await self.close(code=CLOSE_GONE)
            return
        if not await self._takes_place("execution", str(self.execution_id)):
            return
        if who is not None and who.pk is not None and not await self._takes_place("account", str(who.pk)):
            return
        self.silence = asyncio.get_running_loop().call_later(HELLO_S, self._is_silent)
        self.actor = name_of(who)
        self.pace = Pace()
        self.viewer = Viewer(
            uuid.uuid4().hex,
            self.actor,
            self,
            may_drive=may.change,
            user_id=None if who is None else who.pk,
            is_local=who is None,
            session=(self.scope["session"].session_key or "") if isinstance(who, AbstractBaseUser) else "",
            proof=who.get_session_auth_hash() if isinstance(who, AbstractBaseUser) else "",
        )

    async def disconnect(self, code: int) -> None:  # noqa: ARG002
        if self.silence:
            self.silence.cancel()
        while self.places:
            live.places().give_back(*self.places.pop())
        if self.watch:
            watch, self.watch = self.watch, None
            with contextlib.suppress(DatabaseError, TimeoutError):  # then the viewer's row goes when it is not renewed
                await live.hub().leave(watch, self.viewer)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """What could not be written down has not been done: the page says it again when it is connected again."""
        try:
            await self._receive(text_data, bytes_data)
        except (DatabaseError, TimeoutError) as error:
            await self._turn_away(error)

    async def _receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.turned_away:
            return
        size = len(text_data or bytes_data or "")
        if not self.pace.allows(WEIGHT_OF_ANY + size / FRAME_BYTES):
            await self._cut_off()
            return
        frame = self._read(text_data)
        if not isinstance(frame, frames.Got) and not self.pace.allows(1):
            await self._cut_off()
        elif isinstance(frame, frames.Problem):
            await self._say(frame)
        elif isinstance(frame, frames.Hello):
            await self._hello(frame)
        elif self.watch is None:
            await self._say(HELLO_FIRST)
        else:
            await self._obey(self.watch, frame)

    def _read(self, text: str | None) -> frames.ClientFrame | frames.Problem:
        if text is None:
            return TEXT_ONLY
        try:
            return frames.decode(text)
        except frames.BadFrame as error:
            return frames.Problem(message=str(error), hint="The frames are listed in the reference.")

    async def _hello(self, frame: frames.Hello) -> None:
        if self.watch:
            await self._say(HELLO_ONCE)
            return
        if self.silence:
            self.silence.cancel()
        if not live.hub().watches(self.execution_id):  # else somebody's coming has waked it
            self.waking = asyncio.create_task(live.wake_worker(self.execution_id))
        self.watch = await live.hub().join(self.execution_id, self.viewer, frame)
        if self.watch is None:
            await self.close(code=CLOSE_GONE)

    async def _obey(self, watch: Watch, frame: frames.ClientFrame) -> None:
        if isinstance(frame, frames.Got):
            self.viewer.got(frame.after, frame.until)
        elif isinstance(frame, frames.Look):
            self.viewer.look(frame.at)
        elif not self.viewer.may_drive:
            self.viewer.tell(READING)
        elif isinstance(frame, frames.Control):
            await (watch.ask if frame.action == "ask" else watch.release)(self.viewer)
        elif not watch.is_driven_by(self.viewer):
            self.viewer.tell(FOLLOWING)
        else:
            await self._drive(watch, frame)

    async def _drive(self, watch: Watch, frame: frames.ClientFrame) -> None:
        problem = None
        if isinstance(frame, frames.SendCommand):
            watch.note(await live.submit(self.execution_id, frame, self.actor), self.viewer)
        elif isinstance(frame, frames.Demand):
            problem = await live.demand(self.execution_id, frame, self.actor)
        elif isinstance(frame, frames.Seen):
            problem = await live.saw(self.execution_id, frame)
        if problem:
            self.viewer.tell(problem)

    async def _takes_place(self, kind: str, whose: str) -> bool:
        if live.places().take(kind, whose):
            self.places.append((kind, whose))
            return True
        self.turned_away = True
        await self._say(frames.Trouble(message=FULL[kind], hint=FULL_HINT))
        await self.close(code=CLOSE_FULL)
        return False

    def _is_silent(self) -> None:
        self.turned_away = True
        self.silence = None
        self.closing = asyncio.ensure_future(self.close(code=CLOSE_RESUME))

    async def _turn_away(self, error: DatabaseError | TimeoutError) -> None:
        away = DATABASE_AWAY if isinstance(error, TimeoutError) else why_away(error)
        if away is None:
            raise error
        self.turned_away = True
        await self._say(frames.trouble(away))
        await self.close(code=CLOSE_AWAY)

    async def _cut_off(self) -> None:
        self.turned_away = True
        await self.close(code=CLOSE_TOO_FAST)

    async def _say(self, frame: frames.ServerFrame) -> None:
        await self.send(text_data=frames.encode(frame))
