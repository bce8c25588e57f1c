"""The one reader that a process keeps per watched execution.

Theory of operation. Doorbells say only "look again"; a hundred of them are one reading. The watch reads the execution's
standing and the chunks after its window once, and wakes its viewers, who take the same bytes at their own pace. A lost
doorbell costs `POLL_SECONDS`, because the watch looks by itself as often. It lives from the first viewer's `hello` to the
last one's leaving.

Who sits here and who drives is said by `seats`: at a look every few seconds the watch renews the leases of its own viewers.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from dashboard import frames
from dashboard.fanout.closes import CLOSE_GONE
from dashboard.fanout.command_log import CommandLog
from dashboard.fanout.doorbells import listen
from dashboard.fanout.seats import ANSWER_SECONDS, Seats
from dashboard.fanout.source import CHUNKS_PER_READ, Beginning, Kept, Source, Standing, Surroundings, Wheel
from dashboard.fanout.viewer import Viewer
from dashboard.fanout.window import Shelf, Stretch, Window
from flows.runs.refusals import DATABASE_AWAY, NO_SPACE, why_away

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from dashboard.fanout.window import Chunk

logger = logging.getLogger(__name__)

POLL_SECONDS = 2.0
EVERYTHING = Kept(after=frames.FIRST_UNSAFE_INTEGER - 1, at=frames.FIRST_UNSAFE_INTEGER - 1)


class Watch:
    def __init__(self, execution_id: UUID, source: Source, wheel: Wheel, surroundings: Surroundings) -> None:
        self.execution_id = execution_id
        self.group = f"execution.{execution_id.hex}"
        self.viewers: dict[str, Viewer] = {}
        self.seats = Seats(execution_id, self.group, wheel, self.viewers)
        self.trouble = frames.NO_TROUBLE
        self.standing: Standing
        self.window: Window
        self._shelf = Shelf(self._chunks_after)
        self._source = source
        self._wheel = wheel
        self._surroundings = surroundings
        self._commands = CommandLog()
        self._kept: dict[int, Kept] = {}
        self._beginnings: dict[tuple[int, int], asyncio.Future[Beginning | None]] = {}
        self._heard: set[str] = set()
        self._bell = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._serving: dict[str, asyncio.Task[None]] = {}

    # ── life ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def begin(self) -> bool:
        """False: there is no such execution."""
        reading = await self._source.read(self.execution_id, EVERYTHING.after, since=0)
        if reading is None:
            return False
        self.standing = reading.standing
        self.window = Window(start=self.standing.head, end=self.standing.head)
        self._tell_commands(reading.commands)
        self._tasks = [asyncio.create_task(listen(self.group, self.ring)), asyncio.create_task(self._run())]
        return True

    async def end(self) -> None:
        tasks = [*self._tasks, *self._serving.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def join(self, viewer: Viewer, hello: frames.Hello) -> None:
        viewer.name = await self.seats.take(viewer.seat)
        generation = self.standing.generation
        known = hello.generation is not None and hello.generation <= generation
        viewer.generation = hello.generation if known and hello.generation is not None else generation
        viewer.cursor = min(hello.after, self.standing.head) if known else 0
        if viewer.generation != generation:
            viewer.cursor = min(viewer.cursor, (await self.kept(viewer.generation)).after)
        viewer.begin_at(hello, self.standing, known=known)
        viewer.tell(self.snapshot(viewer))
        self.viewers[viewer.identity] = viewer
        self._serving[viewer.identity] = asyncio.create_task(viewer.serve(self))
        self.ring()

    async def leave(self, viewer: Viewer) -> None:
        self.viewers.pop(viewer.identity, None)
        if task := self._serving.pop(viewer.identity, None):
            task.cancel()
        await self.seats.leave(viewer)

    # ── what viewers and their consumers ask ──────────────────────────────────────────────────────────────────────────

    def ring(self, kind: str = "doorbell") -> None:
        self._heard.add(kind)
        self._bell.set()

    def is_driven_by(self, viewer: Viewer) -> bool:
        return self.seats.is_driven_by(viewer)

    async def ask(self, viewer: Viewer) -> None:
        await self.seats.turn_by(self._wheel.ask, viewer)

    async def release(self, viewer: Viewer) -> None:
        await self.seats.turn_by(self._wheel.release, viewer)

    async def reaching(self, cursor: int, most: int = CHUNKS_PER_READ) -> Stretch:
        """The chunks after a cursor that the window does not reach."""
        return await self._shelf.reaching(cursor, most)

    async def beginning(self, at: int) -> Beginning | None:
        """A room that opens a long run asks for the same one at the same moment: it is read once."""
        key = self.standing.generation, at
        if key not in self._beginnings:
            reading = self._beginnings[key] = asyncio.ensure_future(self._source.beginning(self.execution_id, at))
            reading.add_done_callback(lambda _: self._beginnings.pop(key))
        return await asyncio.shield(self._beginnings[key])

    async def kept(self, generation: int) -> Kept:
        """What is left of an older generation; asked once per generation, not once per viewer."""
        current = self.standing.generation
        if generation not in self._kept:
            kept = await self._what_is_kept(generation)
            if current != self.standing.generation:
                return kept
            self._kept[generation] = kept
        return self._kept[generation]

    def note(self, command: frames.CommandChanged, sender: Viewer) -> None:
        """What came of a submission. Everybody hears of a new command in the log. The sender alone is answered if the key is an
        old one, by what became of the first; or if the command is not in this log: refused at the door, or forked. What is applied
        already and not known here is told when it is read, with the standing it made.
        """
        if command.ordinal is None:
            sender.tell(command)
            return
        known = self._commands.known(command.ordinal)
        if known is None and command.status == "accepted":
            self._tell_commands([command])
        elif known is not None and known.status != "accepted":
            sender.tell(known)
        self.ring("command.changed")

    # ── the loop ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._bell.wait()
            self._bell.clear()
            heard, self._heard = self._heard, set()
            try:
                await self._look(heard or {"poll"})
                self._be_in(await self._what_keeps_it())
            except Exception as error:
                logger.exception("execution %s could not be read", self.execution_id)
                self._be_in(frames.trouble(why_away(error) or DATABASE_AWAY))
                await asyncio.sleep(POLL_SECONDS)

    async def _what_keeps_it(self) -> frames.Trouble:
        """The execution's own words come first: they may say what can be done about it."""
        if self.standing.error == NO_SPACE.message:
            return frames.trouble(NO_SPACE)
        if self.standing.error:
            return frames.Trouble(message=self.standing.error, hint="What was recorded is kept.")
        return await self._surroundings.trouble()

    def _be_in(self, trouble: frames.Trouble) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            self._wake()

    async def _look(self, heard: set[str]) -> None:
        asked = heard & {"command.changed", "poll"} or not self._commands.is_settled
        if not await self._read(self._commands.first_unsettled if asked else None):
            return
        if "driver.changed" in heard or self.seats.are_to_be_renewed:
            await self._shut_out()
            await self.seats.settle()

    async def _shut_out(self) -> None:
        """Who was let in does not stay for ever: what was shared may be shared no more."""
        if not (coming := [viewer.seat for viewer in self.viewers.values() if not viewer.seat.is_local]):
            return
        async with asyncio.timeout(ANSWER_SECONDS):
            out = await self._source.shut_out(self.execution_id, coming)
        for identity, code in out.items():
            if viewer := self.viewers.get(identity):
                await viewer.close(code)

    async def _read(self, since: int | None) -> bool:
        """Until there is nothing new; False if there is nothing any more."""
        while True:
            async with asyncio.timeout(ANSWER_SECONDS):
                reading = await self._source.read(self.execution_id, self.window.end, since)
            if reading is None:
                await self._gone()
                return False
            if reading.standing.generation != self.standing.generation:
                await self._begin_generation(reading.standing)
                since = 0
                continue
            if any(chunk.generation > self.standing.generation for chunk in reading.chunks):
                continue
            for chunk in reading.chunks:
                self.window.append(chunk)
            self.standing = reading.standing
            self._tell_commands(reading.commands)
            self._wake()
            if len(reading.chunks) < CHUNKS_PER_READ:
                return True
            since = None

    async def _begin_generation(self, standing: Standing) -> None:
        kept = await self._what_is_kept(self.standing.generation)
        self._kept = {self.standing.generation: kept}
        self.standing = standing
        self.window.restart(min(kept.after, standing.head))
        self._shelf.clear()
        self._wake()

    async def _chunks_after(self, cursor: int, most: int) -> Sequence[Chunk]:
        reading = await self._source.read(self.execution_id, cursor, most=most)
        return reading.chunks if reading else ()

    async def _what_is_kept(self, generation: int) -> Kept:
        return await self._source.kept(self.execution_id, generation) or EVERYTHING

    def _tell_commands(self, commands: Sequence[frames.CommandChanged]) -> None:
        for command in self._commands.take(commands):
            for viewer in self.viewers.values():
                viewer.tell(command, self.standing.generation)

    def _wake(self) -> None:
        for viewer in self.viewers.values():
            viewer.wake.set()

    async def _gone(self) -> None:
        for viewer in list(self.viewers.values()):
            await viewer.close(CLOSE_GONE)

    def snapshot(self, viewer: Viewer) -> frames.Snapshot:
        standing = self.standing
        return frames.Snapshot(
            execution=str(self.execution_id),
            generation=standing.generation,
            after=viewer.cursor,
            head=standing.head,
            frontier_at=standing.frontier_at,
            seen_at=standing.seen_at,
            state=standing.state,
            quiet=standing.quiet,
            next_at=standing.next_at,
            commands=self._commands.newest,
            driver=self.seats.driver,
            you=viewer.identity,
            drives=self.is_driven_by(viewer),
        )
