"""The websocket of an execution: a frame is parsed, one verb is called, the answer is a frame.

Chunks and news come from `dashboard/fanout`; this file only turns what a client says into calls. Only the driver's demands,
playhead and commands count; everybody may look, ask for the wheel and let go of it.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from channels.generic.websocket import AsyncWebsocketConsumer

from dashboard import frames, live
from dashboard.access import name_of, viewer_of_socket
from dashboard.fanout.viewer import CLOSE_GONE, Viewer

if TYPE_CHECKING:
    from dashboard.fanout.watch import Watch

FOLLOWING = frames.Problem(
    message="Somebody else drives this execution.", hint="Ask for control, or fork it and drive the fork."
)
HELLO_FIRST = frames.Problem(message="The first frame is `hello`.", hint="Say which generation and records you have.")
HELLO_ONCE = frames.Problem(message="`hello` was said already.", hint="Connect again to start over.")


class ExecutionConsumer(AsyncWebsocketConsumer):
    watch: Watch | None = None
    viewer: Viewer

    async def connect(self) -> None:
        self.execution_id: uuid.UUID = self.scope["url_route"]["kwargs"]["execution_id"]
        who = viewer_of_socket(self.scope)
        may = await live.permissions(self.execution_id, who)
        if not may.look:
            await self.close(code=CLOSE_GONE)
            return
        self.actor = name_of(who)
        self.viewer = Viewer(
            uuid.uuid4().hex, self.actor, self, may_drive=may.change, user_id=getattr(who, "pk", None) if who else None
        )
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if self.watch:
            watch, self.watch = self.watch, None
            await live.hub().leave(watch, self.viewer)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is None:
            return await self._say(frames.Problem(message="Frames from the client are text.", hint="Send JSON."))
        try:
            frame = frames.decode(text_data)
        except frames.BadFrame as error:
            return await self._say(frames.Problem(message=str(error), hint="See the frames in the reference."))
        if isinstance(frame, frames.Hello):
            return await self._hello(frame)
        if self.watch is None:
            return await self._say(HELLO_FIRST)
        if isinstance(frame, frames.Got):
            return self.viewer.got(frame.after)
        if isinstance(frame, frames.Control):
            return await (self.watch.ask if frame.action == "ask" else self.watch.release)(self.viewer)
        if not self.watch.is_driven_by(self.viewer):
            return self.viewer.tell(FOLLOWING)
        if isinstance(frame, frames.SendCommand):
            return await self._command(self.watch, frame)
        if isinstance(frame, frames.Demand):
            problem = await live.demand(self.execution_id, frame, self.actor)
        else:
            problem = await live.saw(self.execution_id, frame)
        if problem:
            self.viewer.tell(problem)
        return None

    async def _hello(self, frame: frames.Hello) -> None:
        if self.watch:
            return await self._say(HELLO_ONCE)
        self.watch = await live.hub().join(self.execution_id, self.viewer, frame)
        if self.watch is None:
            await self.close(code=CLOSE_GONE)

    async def _command(self, watch: Watch, frame: frames.SendCommand) -> None:
        changed = await live.submit(self.execution_id, frame, self.actor)
        if changed.ordinal is None:
            self.viewer.tell(changed)
        else:
            watch.note(changed, self.viewer)

    async def _say(self, frame: frames.ServerFrame) -> None:
        await self.send(text_data=frames.encode(frame))
