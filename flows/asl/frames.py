"""What a running execution is made of: frames, plain data that can be put in a box.

A *frame* is one line of states: the machine's own, a Parallel's branch, an inline Map's iteration. It knows where it stands
(`state`, a number in the compiled machine), the state's input, its variables, the last event of its chain, its retry
counters and, while the state is at work, that work: a task, branches, iterations, a map run. Frames refer to each other by
number. JSON values are shared, never copied; `variables` is replaced, never changed, so that branches begin with their
parent's by reference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from flows.asl.failures import Failure
from flows.asl.ports import ChildResult, Json, Status


class Phase(IntEnum):
    """What a frame is doing between two steps."""

    ENTERING = 0
    """About to enter `state`."""
    AGAIN = 1
    """About to run `state` once more without entering it: a retry, or redriven."""
    BACKING_OFF = 2
    WAITING = 3
    TASK = 4
    CHILDREN = 5
    """Branches, iterations or child executions are running."""
    READING = 6
    WRITING = 7
    PREPARING = 9
    """A map run's batches are being made."""
    HALTED = 8
    """The execution ended while the frame was in this state: where a redrive goes on."""


ENTERING, AGAIN = Phase.ENTERING, Phase.AGAIN
"""For the hot path: a member looked up in its enumeration costs five times a name."""


@dataclass(slots=True)
class TaskWork:
    """The ends of a task that was asked for; -1: none."""

    timeout_at: int = -1
    heartbeat_us: int = 0
    heartbeat_at: int = -1


@dataclass(slots=True)
class BranchesWork:
    """A Parallel's branches: frame numbers by branch (0: finished) and what they answered."""

    frames: list[int]
    results: list[Json]
    left: int


@dataclass(slots=True)
class MapWork:
    """An inline Map's iterations: only those that run have a frame."""

    items: list[Json]
    input: Json
    results: list[Json]
    concurrency: int
    tolerated: tuple[int, float] | None
    next: int = 0
    running: dict[int, int] = field(default_factory=dict)
    """Index → frame number, in the order of their beginning."""
    failed: int = 0
    finished: int = 0


@dataclass(slots=True)
class MapRunWork:
    """A distributed Map's run: child executions belong to the host, their outcomes are columns here."""

    arn: str
    input: Json
    concurrency: int
    tolerated: tuple[int, float]
    items: list[Json] = field(default_factory=list)
    selected: list[Json] = field(default_factory=list)
    """What ItemSelector has made of the items so far, while batches are being made."""
    batches: list[tuple[int, int]] | None = None
    """(first item, item after the last) per child, or None where every item is a child of its own."""
    batch_input: Json = None
    outcomes: list[Any] = field(default_factory=list)
    """Per child: its output once it has ended, or a `ChildResult` where more than the output is wanted."""
    succeeded: bytearray = field(default_factory=bytearray)
    """Per child: 1 once it has succeeded."""
    next: int = 0
    again: list[int] = field(default_factory=list)
    """Children to start again after a redrive, the last first."""
    running: int = 0
    finished: int = 0
    failed_items: int = 0
    redrives: int = 0
    over: bool = False
    """The host was told that the map run has ended."""
    max_items: int = 0
    """How many items the reader takes at most; 0: all."""
    files: list[str] | None = None
    """Data files of a manifest still to be read; None: no manifest was read."""
    headers: list[str] | None = None

    def children(self) -> int:
        """How many child executions there are in all."""
        return len(self.items) if self.batches is None else len(self.batches)

    def items_of(self, index: int) -> int:
        """How many items the child is about."""
        if self.batches is None:
            return 1
        first, after = self.batches[index]
        return after - first

    def expect(self) -> None:
        """Make the columns for what the children will say."""
        self.outcomes = [None] * self.children()
        self.succeeded = bytearray(self.children())

    def record(self, result: ChildResult, *, whole: bool) -> None:
        """A child has ended; `whole`: more than its output is wanted of those that succeeded too."""
        good = result.status is Status.SUCCEEDED
        self.outcomes[result.index] = result.output if good and not whole else result
        self.succeeded[result.index] = good
        self.running -= 1
        self.finished += 1
        self.failed_items += 0 if good else self.items_of(result.index)

    def begin_again(self) -> None:
        """A redrive: the children that were started and have not succeeded are to be started again."""
        self.redrives, self.over = self.redrives + 1, False
        self.again = [index for index in reversed(range(self.next)) if not self.succeeded[index]]
        self.running, self.failed_items, self.finished = 0, 0, self.next - len(self.again)


@dataclass(slots=True, eq=False)
class Frame:
    """One line of states."""

    id: int
    parent: int
    slot: int
    """Which branch or iteration of the parent's state this is."""
    state: int
    input: Json
    variables: dict[str, Json]
    last: int
    """The last event of this line's chain: the next one's previousEventId."""
    item: Json = None
    """$$.Map.Item of the iteration this line is in."""
    phase: Phase = Phase.ENTERING
    entered: int = 0
    """The event that entered the state."""
    before: int = 0
    """The event before that one."""
    entered_at: int = 0
    retries: list[int] | None = None
    """Attempts per retrier of the state, once one was taken."""
    attempt: int = 0
    """How often the state was retried."""
    token: str = ""
    effective: Json = None
    """The state's input after InputPath and Parameters, while it is at work."""
    work: TaskWork | BranchesWork | MapWork | MapRunWork | None = None
    failure: Failure | None = None
    """Why the frame is halted, if it was its own state that failed."""
