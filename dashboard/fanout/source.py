"""What the fan-out needs to know about executions, as a port: tests put a list behind it, the house puts `flows.runs`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from dashboard.frames import Advanced

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from dashboard.fanout.window import Chunk
    from dashboard.frames import CommandChanged, Driver, Trouble

CHUNKS_PER_READ = 16
"""No read holds a database cursor over more, nor brings much more than a window holds."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an execution is, as one row says it."""

    generation: int
    head: int
    frontier_at: int
    seen_at: int
    state: str
    quiet: bool
    next_at: int | None
    speed: float | None
    error: str = ""

    @property
    def advanced(self) -> Advanced:
        return Advanced(
            generation=self.generation,
            frontier_at=self.frontier_at,
            head=self.head,
            state=self.state,
            quiet=self.quiet,
            next_at=self.next_at,
            speed=self.speed,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """The standing, read first; chunks and commands, read after it: they may be ahead of it, never behind."""

    standing: Standing
    chunks: list[Chunk]
    commands: list[CommandChanged]


@dataclass(frozen=True, slots=True)
class Kept:
    """What survived the truncations since some older generation: records up to `after`, all of them before or at `at`."""

    after: int
    at: int


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where a window on the run begins: the record before it, the frame that says all that has to be known of what was before,
    and its first chunks, read at once because they are sent at once.
    """

    generation: int
    after: int
    frame: bytes
    chunks: Sequence[Chunk] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """A viewer, as the wheel knows it."""

    viewer: str
    name: str
    user_id: int | None
    """None: a visitor without an account, or the local owner."""
    may_drive: bool
    is_local: bool = False
    """The owner of an installation without accounts."""
    session: str = ""
    """Where it is signed in; empty: it is not."""
    proof: str = ""
    """What its account's password was then, as sessions say it."""


class Source(Protocol):
    async def read(
        self, execution_id: UUID, after: int, since: int | None = None, most: int = CHUNKS_PER_READ
    ) -> Reading | None:
        """Chunks with records after a sequence, commands from an ordinal on (None: none). None: it has been deleted."""

    async def kept(self, execution_id: UUID, generation: int) -> Kept | None:
        """None: nothing has been cut off since."""

    async def beginning(self, execution_id: UUID, at: int) -> Beginning | None:
        """Of the window in which an instant is seen. None: it has been deleted."""

    async def shut_out(self, execution_id: UUID, seats: Sequence[Seat]) -> Mapping[str, int]:
        """The viewers who may not look at it, or not drive it, as they could when they came, each with its close code: it is no
        longer shared, their account is closed, or they are not signed in any more.
        """


class Surroundings(Protocol):
    async def trouble(self) -> Trouble:
        """What keeps every execution of this installation from going on."""


@dataclass(frozen=True, slots=True)
class Settled:
    driver: Driver | None
    names: Mapping[str, str] = field(default_factory=dict)
    """Of the viewers who came: numbered if others are called the same."""


class Wheel(Protocol):
    """Who drives an execution, agreed between all web processes."""

    async def ask(self, execution_id: UUID, viewer: str) -> Driver | None: ...

    async def release(self, execution_id: UUID, viewer: str) -> Driver | None: ...

    async def settle(
        self, execution_id: UUID, here: Sequence[Seat], coming: Sequence[Seat] = (), going: Sequence[str] = ()
    ) -> Settled:
        """Renew the leases of who is here, seat who comes, drop who goes and whoever has not renewed; let the next one drive
        if nobody does.
        """
