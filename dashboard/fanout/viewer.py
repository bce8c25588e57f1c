"""One websocket that watches an execution: its own cursor, its own pace.

Theory of operation. Nothing is queued for a viewer except a few small frames. Chunks are pulled: whenever something may have
changed the watch sets `wake`, and the viewer's own task asks "what lies after my cursor?" until the answer is "nothing". A
slow client is simply one whose task is still awaiting its socket; when it comes back it is served from its cursor, out of the
shared window or the database. So it costs the others nothing, and it cannot lose a record.

Four rules make the order right:
1. a truncation is said before anything of the new generation, and takes the cursor back;
2. `advanced` is said only when every record up to its head has been;
3. after the end of a command `advanced` is said, even if it is what was said before: "quiet" from before it means nothing;
4. a hole between the cursor and the next chunk is a fault: the socket is closed and the client resumes by `hello`.

Of a long run a viewer may look through a window (`look`): it is sent where the window begins, then the chunks after that, no
further than it asks (`until`). That is starting anew at another record, so the four rules hold unchanged; what was under way
from where it was before is its to drop.

Pace comes from the client's own `got` frames: `room` says how much may be under way. A page with a thin line may so fall far behind a
run that somebody else drives. One that said a window will do is not brought all of that: it skips to where the driver is.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from dashboard import frames
from dashboard.fanout.closes import CLOSE_RESUME
from dashboard.fanout.room import Room
from dashboard.fanout.source import CHUNKS_PER_READ, Seat
from dashboard.fanout.window import NOTHING, Stretch

if TYPE_CHECKING:
    from dashboard.fanout.source import Beginning, Standing
    from dashboard.fanout.watch import Watch
    from dashboard.fanout.window import Chunk

logger = logging.getLogger(__name__)

OUTBOX_FRAMES = 1000
RECORDS_PER_CHUNK = 4096
LONG_RECORDS = 32 * RECORDS_PER_CHUNK
"""A longer run begins with a window, for whoever says that a window will do."""
WINDOW_RECORDS = 4 * RECORDS_PER_CHUNK
"""Sent of a window before the client says how much it wants."""
UNANSWERED_S = 20.0
"""A client that has not answered for so long is told what it is to say."""
BEHIND_RECORDS = 2 * WINDOW_RECORDS
"""Whose line is thin and who lacks more is far behind."""
SKIP_EVERY_S = 10.0
"""Where the driver is is not asked for more often."""
SAY_GOT = frames.Problem(
    message="Nothing more is sent until you say what has arrived.",
    hint="Say `got` with the last record you have: it makes room for more.",
)


class Socket(Protocol):
    async def send(
        self, text_data: str | None = None, bytes_data: bytes | None = None, close: bool = False
    ) -> None: ...

    async def close(self, code: int | None = None, reason: str | None = None) -> None: ...


class Hole(Exception):
    pass


class Viewer:
    def __init__(
        self,
        identity: str,
        name: str,
        socket: Socket,
        *,
        may_drive: bool = True,
        user_id: int | None = None,
        is_local: bool = False,
        session: str = "",
        proof: str = "",
    ) -> None:
        self.identity = identity
        self.name = name
        self.may_drive = may_drive
        self.user_id = user_id
        self.is_local = is_local
        self.session = session
        self.proof = proof
        self.generation = 0
        self.cursor = 0
        self.wake = asyncio.Event()
        self._socket = socket
        self._outbox: deque[tuple[int, str]] = deque()
        self._stretch = NOTHING
        self._has_lost = False
        self._told: frames.Advanced | None = None
        self._troubled = frames.NO_TROUBLE
        self._room = Room()
        self._last_size = 0
        self._is_reminded = False
        self._window_will_do = False
        self._window_began = 0
        self._is_beginning = False
        self._skipped_s = -SKIP_EVERY_S
        self._looks_at: int | None = None
        self._until: int | None = None

    @property
    def seat(self) -> Seat:
        return Seat(self.identity, self.name, self.user_id, self.may_drive, self.is_local, self.session, self.proof)

    def tell(self, frame: frames.ServerFrame, generation: int = 0) -> None:
        """`generation`: what it is part of; not before that has been said to begin."""
        if isinstance(frame, frames.CommandChanged) and frame.status != "accepted":
            self._told = None
        self._outbox.append((generation, frames.encode(frame)))
        if len(self._outbox) > OUTBOX_FRAMES:  # its task may be waiting for the socket, and not be there to see it
            self._outbox.clear()
            self._has_lost = True
        self.wake.set()

    def begin_at(self, hello: frames.Hello, standing: Standing, *, known: bool) -> None:
        """After `cursor` was set: how far to go from there, and whether to begin elsewhere."""
        self._until = hello.until
        self._window_will_do = hello.window
        if hello.window and not (known and hello.after) and standing.head > LONG_RECORDS:
            self._looks_at = standing.seen_at

    def look(self, at: int) -> None:
        self._looks_at = at
        self.wake.set()

    def got(self, after: int, until: int | None = None) -> None:
        if after < self._window_began:
            return  # said before it saw that a window begins
        self._is_beginning = self._is_beginning and after == self._window_began
        self._room.got(after)
        self._until = until
        self.wake.set()

    async def serve(self, watch: Watch) -> None:
        """Until cancelled, or the socket is no more: somebody else's disconnect is nobody else's trouble."""
        try:
            while True:
                await self.wake.wait()
                self.wake.clear()
                await self._catch_up(watch)
        except Hole:
            logger.exception("viewer %s of execution %s is to resume", self.identity, watch.execution_id)
            await self.close(CLOSE_RESUME)
        except OSError as error:
            logger.info("viewer %s of execution %s left: %r", self.identity, watch.execution_id, error)
            await self.close(CLOSE_RESUME)  # should it be the database's error: a page that is not served must know
        except Exception:
            logger.exception("viewer %s of execution %s could not be served", self.identity, watch.execution_id)
            await self.close(CLOSE_RESUME)

    async def close(self, code: int) -> None:
        try:
            await self._socket.close(code=code)
        except Exception as error:  # noqa: BLE001 - each server has its own way of saying that the client has left
            logger.info("viewer %s could not be closed: %r", self.identity, error)

    async def _catch_up(self, watch: Watch) -> None:
        while True:
            await self._say_small_frames()
            standing = watch.standing
            if self.generation != standing.generation:
                await self._truncate(watch)
            elif self._looks_at is not None:
                if not await self._look(watch, self._looks_at):
                    return
            elif self._may_skip(standing) and await self._skip(watch, standing.seen_at):
                continue
            elif self._has_room() and (chunk := await self._next_chunk(watch)):
                await self._send_chunk(chunk)
            elif self._is_served(standing) and self._told != (advanced := standing.advanced):
                self._told = advanced
                await self._socket.send(text_data=frames.encode(advanced))
            elif self._troubled != watch.trouble:
                self._troubled = watch.trouble
                await self._socket.send(text_data=frames.encode(watch.trouble))
            elif self._is_to_be_reminded():
                self._is_reminded = True
                await self._socket.send(text_data=frames.encode(SAY_GOT))
            elif not self._outbox and self.generation == watch.standing.generation:
                self._stretch = self._stretch.part(
                    self.cursor, self._room.size
                )  # of which it may be long before it is sent
                return

    async def _say_small_frames(self) -> None:
        if self._has_lost:
            raise Hole(f"more than {OUTBOX_FRAMES} frames waited to be sent")
        while self._outbox and self._outbox[0][0] <= self.generation:
            await self._socket.send(text_data=self._outbox.popleft()[1])

    async def _truncate(self, watch: Watch) -> None:
        generation = watch.standing.generation
        kept = await watch.kept(self.generation)
        if generation != watch.standing.generation:
            return
        self.generation = generation
        self.cursor = min(self.cursor, kept.after)
        self._told = None
        self._stretch = NOTHING
        await self._socket.send(
            text_data=frames.encode(frames.Truncated(generation=generation, at=kept.at, after=kept.after))
        )

    async def _look(self, watch: Watch, at: int) -> bool:
        """False: the run has changed meanwhile in a way that we have not heard of; when we have, this is tried again."""
        beginning = await watch.beginning(at)
        if beginning is None or beginning.generation != self.generation:
            watch.ring()
            return False
        if self._looks_at == at:
            self._looks_at = None
        await self._begin_window(beginning)
        return True

    async def _skip(self, watch: Watch, at: int) -> bool:
        self._skipped_s = monotonic()
        beginning = await watch.beginning(at)
        if beginning is None or beginning.generation != self.generation or beginning.after <= self.cursor:
            return False
        await self._begin_window(beginning)
        self.tell(watch.snapshot(self))
        return True

    async def _begin_window(self, beginning: Beginning) -> None:
        self._room.clear(leading=len(beginning.frame))
        self.cursor = self._window_began = beginning.after
        self._is_beginning = True
        self._until = beginning.after + WINDOW_RECORDS
        self._stretch = Stretch(beginning.after, beginning.chunks)
        await self._socket.send(bytes_data=beginning.frame)

    async def _next_chunk(self, watch: Watch) -> Chunk | None:
        if watch.window.reaches(self.cursor):
            self._stretch = NOTHING
            return watch.window.next_after(self.cursor)
        if not self._stretch.reaches(self.cursor):
            self._stretch = await watch.reaching(self.cursor, self._chunks_wanted())
        chunk = self._stretch.next_after(self.cursor)
        if self.generation != watch.standing.generation:
            return None
        if chunk and chunk.generation > self.generation:  # read after a truncation we have not heard of
            self._stretch = NOTHING
            watch.ring()
            return None
        return chunk

    def _chunks_wanted(self) -> int:
        """No more than are going to be sent: chunks are of 4,096 records, but for the newest, and about as large as the last."""
        most = CHUNKS_PER_READ
        if self._until is not None:
            most = min(most, -(-(self._until - self.cursor) // RECORDS_PER_CHUNK))
        if self._room.is_thin and self._last_size:
            most = min(most, -(-self._room.size // self._last_size))
        return max(1, most)

    async def _send_chunk(self, chunk: Chunk) -> None:
        if chunk.first > self.cursor + 1:
            raise Hole(f"the records {self.cursor + 1} to {chunk.first - 1} are missing")
        await self._socket.send(bytes_data=chunk.frame)
        self.cursor = chunk.last
        self._last_size = len(chunk.frame)
        self._room.sent(chunk.last, len(chunk.frame))

    def _has_room(self) -> bool:
        return self._room.is_left and (self._until is None or self.cursor < self._until)

    def _is_to_be_reminded(self) -> bool:
        room = self._room
        return not (self._is_reminded or room.is_answered or room.is_left) and room.waited_s > UNANSWERED_S

    def _may_skip(self, standing: Standing) -> bool:
        """Not while the beginning of the last one is under way: behind it another would only stand."""
        if self._is_beginning:
            return False
        is_whole = self._until is None and self._window_will_do
        is_behind = self._room.is_thin and standing.head - self.cursor > BEHIND_RECORDS
        return is_whole and is_behind and monotonic() - self._skipped_s > SKIP_EVERY_S

    def _is_served(self, standing: Standing) -> bool:
        """Whether everything has been sent that is wanted."""
        return self.cursor >= (standing.head if self._until is None else min(self._until, standing.head))
