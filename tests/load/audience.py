"""People who look at one execution: as many pages as one likes, each at its own pace, none of them keeping what it is sent.

A page here takes every chunk, checks that it follows the one before, counts it and says `got`; so a record that is lost, doubled or out
of order shows. A closed `gate` stops it from reading anything at all, `bytes_per_second` makes its line thin: what the server
sends then stands in the kernel's buffers (`standing` says how much) and, when those are full, with the server.
"""

from __future__ import annotations

import asyncio
import json
import struct
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from flows.traces.chunk import read_header
from tests.load.page import Page, Store
from tests.load.wire import Wire

THIN_BUFFER = 2**14
READER = 2**18
WINDOW = b"RDW1"


@dataclass(slots=True)
class Passing(Store):
    """Of the records only the number is kept. `arrived_s` is when the newest came."""

    size: int = 0
    chunks: int = 0
    largest: int = 0
    arrived_s: float = 0.0

    def append(self, chunk: bytes) -> bool:
        header = read_header(chunk)
        first, last = header["first"], header["first"] + header["count"] - 1
        if first > self.head + 1:
            self.gaps += 1
            return False
        if last <= self.head:
            self.old += 1
            return True
        self.head, self.arrived_s = last, monotonic()
        self.size += len(chunk)
        self.chunks += 1
        self.largest = max(self.largest, len(chunk))
        return True

    def cut(self, after: int) -> None:
        self.head = min(self.head, after)


@dataclass(slots=True)
class Line(Wire):
    """A wire that can be held up (`gate` closed), or that lets through so many bytes a second (0: as many as come)."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    bytes_per_second: float = 0.0

    async def _frame(self) -> tuple[bool, int, bytes]:
        await self.gate.wait()
        final, opcode, payload = await Wire._frame(self)
        if self.bytes_per_second:
            await asyncio.sleep(len(payload) / self.bytes_per_second)
        return final, opcode, payload


@dataclass
class Spectator(Page):
    """`began`: after which records a window began, when it asked to look elsewhere."""

    store: Passing = field(default_factory=Passing)
    bytes_per_second: float = 0.0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    began: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    async def _open(self) -> Wire:
        limit = THIN_BUFFER if self.bytes_per_second else READER
        line = await Line.open(self.port, f"/ws/executions/{self.execution}/", limit=limit, receives=limit)
        line.gate, line.bytes_per_second = self.gate, self.bytes_per_second
        return line

    def freeze(self) -> None:
        self.gate.clear()
        if self.wire:
            self.wire.reading.pause_reading()

    def thaw(self) -> None:
        self.gate.set()
        if self.wire:
            self.wire.reading.resume_reading()

    def standing(self) -> tuple[int, int]:
        """Bytes that stand in the kernel on the server's side of this page's connection, and on the page's."""
        sent = received = 0
        if self.wire is None:
            return sent, received
        ours = self.wire.writer.get_extra_info("sockname")[1]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            _, local, remote, _, queues, *_ = line.split()
            if (int(local[9:], 16), int(remote[9:], 16)) == (self.port, ours):
                sent = int(queues.split(":")[0], 16)
            if (int(local[9:], 16), int(remote[9:], 16)) == (ours, self.port):
                received = int(queues.split(":")[1], 16)
        return sent, received

    def _take(self, wire: Wire, frame: bytes | dict) -> None:
        if isinstance(frame, bytes) and frame[:4] == WINDOW:
            (length,) = struct.unpack_from("<I", frame, 4)
            self.store.head = json.loads(frame[8 : 8 + length])["after"]
            self.began.append(self.store.head)
        else:
            super()._take(wire, frame)
