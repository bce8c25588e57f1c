"""An execution as a list of chunks, a wheel as a list of viewers, a socket as a list of frames: the fan-out needs no more."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from uuid import UUID

from channels.layers import get_channel_layer

from dashboard import frames
from dashboard.fanout.closes import CLOSE_GONE
from dashboard.fanout.hub import Hub
from dashboard.fanout.source import CHUNKS_PER_READ, Beginning, Kept, Reading, Settled, Standing
from dashboard.fanout.viewer import Viewer
from dashboard.fanout.window import Chunk
from dashboard.frames import Driver

EXECUTION = UUID("00000000-0000-4000-8000-000000000001")
IDLE = Standing(generation=1, head=0, frontier_at=0, seen_at=0, state="idle", quiet=True, next_at=None, speed=None)


class FakeSource:
    def __init__(self):
        self.standing = IDLE
        self.chunks = []
        self.cuts = []
        self.log = []
        self.deleted = False
        self.unwelcome = set()
        self.away = None
        self.reads = 0

    # what the simulation does

    def write(self, records, chunk_size=100, **changes):
        """So many new records, one second apart, in chunks."""
        head = self.standing.head
        for first in range(head + 1, head + records + 1, chunk_size):
            last = min(first + chunk_size - 1, head + records)
            self.chunks.append(Chunk(first, last, self.standing.generation, self.bytes_of(first, last)))
        self.stand(head=head + records, frontier_at=(head + records) * 1_000_000, **changes)

    def stand(self, **changes):
        self.standing = replace(self.standing, **changes)

    def truncate(self, after):
        generation = self.standing.generation + 1
        self.chunks = [chunk for chunk in self.chunks if chunk.first <= after]
        if self.chunks and self.chunks[-1].last > after:
            cut = self.chunks.pop()
            self.chunks.append(Chunk(cut.first, after, cut.generation, self.bytes_of(cut.first, after)))
        self.cuts.append((generation, Kept(after=after, at=after * 1_000_000)))
        self.stand(generation=generation, head=after, frontier_at=after * 1_000_000)

    def bytes_of(self, first, last):
        return f"{self.standing.generation}:{first}-{last}".encode()

    async def ring(self, kind="doorbell"):
        await get_channel_layer().group_send(f"execution.{EXECUTION.hex}", {"type": kind})

    # dashboard.fanout.source.Source

    async def read(self, execution_id, after, since=None, most=CHUNKS_PER_READ):
        self.reads += 1
        await asyncio.sleep(0)
        if self.away:
            raise self.away
        if self.deleted:
            return None
        commands = [] if since is None else [command for command in self.log if command.ordinal >= since]
        return Reading(self.standing, [chunk for chunk in self.chunks if chunk.last > after][:most], commands)

    async def beginning(self, execution_id, at):
        """A record a second: the window begins two chunks before the one in which `at` is."""
        await asyncio.sleep(0)
        before = [chunk.last for chunk in self.chunks if chunk.last * 1_000_000 < at][:-2]
        after = before[-1] if before else 0
        return Beginning(self.standing.generation, after, f"begins:{after}".encode())

    async def shut_out(self, execution_id, seats):
        return {seat.viewer: CLOSE_GONE for seat in seats if seat.viewer in self.unwelcome}

    async def kept(self, execution_id, generation):
        kept = [kept for began, kept in self.cuts if began > generation]
        return Kept(min(each.after for each in kept), min(each.at for each in kept)) if kept else None


class FakeWheel:
    def __init__(self):
        self.viewers = []
        self.driver = None
        self.names = {}
        self.turns = 0

    async def ask(self, execution_id, viewer):
        self.viewers.remove(viewer)
        self.viewers.insert(1, viewer)
        return self._driver()

    async def release(self, execution_id, viewer):
        self.viewers.append(self.viewers.pop(0))
        return self._driver()

    async def settle(self, execution_id, here, coming=(), going=()):
        self.turns += 1
        await asyncio.sleep(0)
        self.viewers = [viewer for viewer in self.viewers if viewer not in going]
        self.viewers += [seat.viewer for seat in coming if seat.may_drive]
        names = {seat.viewer: seat.name for seat in coming}
        self.names |= names
        return Settled(self._driver(), names)

    def _driver(self):
        return Driver(viewer=self.viewers[0], name=self.names[self.viewers[0]]) if self.viewers else None


class FakeSurroundings:
    def __init__(self):
        self.now = frames.NO_TROUBLE

    async def trouble(self):
        return self.now


class FakeSocket:
    """Keeps what it is sent. `gate` closed: the client does not read. `broken`: it is gone. `answers`: it says `got` of each chunk."""

    def __init__(self, answers=False):
        self.frames = []
        self.answers = answers
        self.viewer = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.broken = False
        self.closed = None

    async def send(self, text_data=None, bytes_data=None, close=False):
        if self.broken:
            raise ConnectionResetError("the client is gone")
        await self.gate.wait()
        self.frames.append(json.loads(text_data) if text_data is not None else bytes_data)
        if self.answers and bytes_data:
            asyncio.get_running_loop().call_soon(self.viewer.got, int(bytes_data.decode().rpartition("-")[2]))

    async def close(self, code=None, reason=None):
        self.closed = code

    @property
    def types(self):
        return [frame["type"] if isinstance(frame, dict) else "chunk" for frame in self.frames]

    @property
    def chunks(self):
        return [frame.decode() for frame in self.frames if isinstance(frame, bytes)]

    def of(self, type_):
        return [frame for frame in self.frames if isinstance(frame, dict) and frame["type"] == type_]


async def settled():
    """Until nobody has anything to do: no frame takes a wall clock's time to arrive."""
    for _ in range(200):
        await asyncio.sleep(0)


class Stage:
    """One hub, and the clients in front of it."""

    def __init__(self):
        self.source = FakeSource()
        self.wheel = FakeWheel()
        self.surroundings = FakeSurroundings()
        self.hub = Hub(self.source, self.wheel, self.surroundings)
        self.joined = {}

    async def join(self, name, *, may_drive=True, answers=False, **hello):
        socket = FakeSocket(answers)
        viewer = socket.viewer = Viewer(name, name, socket, may_drive=may_drive)
        watch = await self.hub.join(EXECUTION, viewer, frames.Hello(**hello))
        self.joined[name] = (watch, viewer)
        await settled()
        return socket

    async def leave(self, name):
        await self.hub.leave(*self.joined.pop(name))
        await settled()

    async def ring(self, kind="doorbell"):
        await self.source.ring(kind)
        await settled()

    def command(self, ordinal, status, key="k"):
        return frames.CommandChanged(key=key, status=status, at=0, operation="sqs:SendMessage", ordinal=ordinal)
