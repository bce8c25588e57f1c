"""What a browser does with the socket of an execution: connect, say what it has, take what comes, and connect again for ever.

Its store is the page's: records up to `head`, each once. A chunk that does not join is a gap, and a gap is counted; a truncation
and a snapshot cut. What it has in the end is compared with what the simulator says on its own (`Store.differs_from`).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from random import random
from time import monotonic

import numpy as np

from flows.engine.segment import RECORD_COLUMNS, Segment
from flows.traces.chunk import decode, read_header
from tests.load.wire import Closed, Wire

FIRST_PAUSE_S, LONGEST_PAUSE_S, SPREAD = 0.25, 8.0, 0.5
"""As `socket.ts` has them."""
GONE = 4404


@dataclass(slots=True)
class Store:
    """Pieces (first, last, chunk), in order; a piece may begin before the end of the one before it, never after."""

    generation: int | None = None
    head: int = 0
    pieces: list[tuple[int, int, bytes]] = field(default_factory=list, repr=False)
    gaps: int = 0
    old: int = 0
    """Chunks that held nothing new."""

    def append(self, chunk: bytes) -> bool:
        header = read_header(chunk)
        first, last = header["first"], header["first"] + header["count"] - 1
        if first > self.head + 1:
            self.gaps += 1
            return False
        if last <= self.head:
            self.old += 1
            return True
        self.pieces.append((self.head + 1, last, chunk))
        self.head = last
        return True

    def cut(self, after: int) -> None:
        if after >= self.head:
            return
        self.pieces = [(first, min(last, after), chunk) for first, last, chunk in self.pieces if first <= after]
        self.head = after

    def differs_from(self, reference: list[Segment]) -> str:
        """In what way; nothing: every record is here, once, as the simulator wrote it."""
        wanted = sum(segment.count for segment in reference)
        if self.head != wanted:
            return f"{self.head} records instead of {wanted}"
        mine = _joined([_part(*piece) for piece in self.pieces])
        theirs = _joined([(segment.columns, segment.details) for segment in reference])
        for name, column in theirs[0].items():
            if not np.array_equal(mine[0][name], column):
                return f"another {name} from record {int(np.flatnonzero(mine[0][name] != column)[0]) + 1} on"
        return "" if mine[1] == theirs[1] else "other details"


def _part(first: int, last: int, chunk: bytes) -> tuple[dict[str, np.ndarray], list]:
    columns = decode(chunk)
    kept = slice(first - columns.first, last - columns.first + 1)
    return {name: columns.columns[name][kept] for name in RECORD_COLUMNS}, columns.details


def _joined(parts: list[tuple[dict[str, np.ndarray], list]]) -> tuple[dict[str, np.ndarray], list]:
    columns = {
        name: np.concatenate([part[name].astype(np.int64) for part, _ in parts])
        for name in RECORD_COLUMNS
        if name != "detail"
    }
    details = [
        tuple(words[number - 1]) if number else () for part, words in parts for number in part["detail"].tolist()
    ]
    return columns, details


@dataclass
class Page:
    """One open page. `run` it as a task; `progress` is what the server last said, `moved_s` when it last said more."""

    port: int
    execution: str
    store: Store = field(default_factory=Store)
    progress: dict = field(default_factory=dict)
    trouble: str = ""
    """Why the run does not go on just now."""
    connects: int = 0
    moved_s: float = 0.0
    connected_s: float = 0.0
    welcomed_s: float = 0.0
    """When the last snapshot came."""
    driving: bool = False
    wanted_at: int = 0
    """How far it is to run. A browser's page asks again as long as it has not got there, and so does this one."""
    window: bool = False
    """Whether a stretch of a long run will do."""
    wire: Wire | None = field(default=None, repr=False)
    answers: dict[str, str] = field(default_factory=dict)

    async def run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                self.wire = await self._open()
                self.connects += 1
                self.connected_s = monotonic()
                self.wire.say(type="hello", generation=self.store.generation, after=self.store.head, window=self.window)
                while True:
                    self._take(self.wire, await self.wire.hear())
                    if self.welcomed_s > self.connected_s:
                        pause_s = FIRST_PAUSE_S
            except (Closed, OSError) as error:
                if getattr(error, "code", 0) == GONE:
                    return
            finally:
                if self.wire:
                    self.wire.close()
                self.wire, self.driving = None, False
            await asyncio.sleep(pause_s * (1 + SPREAD * random()))
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _open(self) -> Wire:
        return await Wire.open(self.port, f"/ws/executions/{self.execution}/")

    def want(self, until_at: int) -> None:
        self.wanted_at = until_at
        self._ask_on()

    def _ask_on(self) -> None:
        """A demand that the server could not write down, or whose run was truncated after it was met, is lost."""
        if self.driving and self.progress["state"] == "idle" and self.progress["frontier_at"] < self.wanted_at:
            self.say(type="demand", kind="until", until_at=self.wanted_at)

    def say(self, **frame: object) -> bool:
        if self.wire is None:
            return False
        self.wire.say(**frame)
        return True

    def _take(self, wire: Wire, frame: bytes | dict) -> None:
        if isinstance(frame, bytes):
            if not self.store.append(frame):
                raise Closed
            wire.say(type="got", after=self.store.head)
            self.moved_s = monotonic()
            return
        kind = frame["type"]
        if kind in ("snapshot", "truncated"):
            if kind == "snapshot":
                self.welcomed_s = monotonic()
            self.store.cut(frame["after"])
            self.store.generation = frame["generation"]
        if kind in ("snapshot", "advanced"):
            self._progress(frame)
        if kind in ("snapshot", "driver"):
            self.driving = frame["drives"]
        if kind in ("snapshot", "trouble"):
            self.trouble = frame.get("message", "")
        if kind == "command":
            self.answers[frame["key"]] = frame["status"]
        if kind in ("snapshot", "advanced", "driver"):
            self._ask_on()

    def _progress(self, frame: dict) -> None:
        if (frame["head"], frame["frontier_at"]) != (self.progress.get("head"), self.progress.get("frontier_at")):
            self.moved_s = monotonic()
        self.progress = frame

    @property
    def has_all(self) -> bool:
        """The run is done, and every record of it is here."""
        return self.progress.get("state") in ("idle", "failed", "stopped") and self.store.head == self.progress["head"]
