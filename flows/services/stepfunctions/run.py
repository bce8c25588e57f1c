"""A run: one execution of a state machine, from its start to its end, and after.

The interpreter (`flows.asl`) does the states; what it asks of the simulation meanwhile is in `hosting.py`, which this class
inherits. What waits is data: bound methods with a frame's number and a *ticket*. A frame's task has a ticket of its own, so an
answer to a task that is over since (timed out, given up) is nobody's.

The compiled machine never enters a box; after one is opened, the execution is bound to it again when it is next spoken to.
Redriven, a run goes on under the same ARN, but as another subject: the failed one is over, and the new one comes of it.
"""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flows.asl.execution import Execution
from flows.asl.expressions import MISSING
from flows.asl.ports import Facts, Status, TaskRequest
from flows.engine.subjects import SubjectKind
from flows.services.ports import NO_LINK, Answer, Job, Pending
from flows.services.stepfunctions import announcing
from flows.services.stepfunctions.describing import sync_answer
from flows.services.stepfunctions.history import History
from flows.services.stepfunctions.hosting import Hosting

if TYPE_CHECKING:
    from flows.services.stepfunctions.machine import Machine
    from flows.services.stepfunctions.map_run import MapRun
    from flows.services.stepfunctions.revision import Revision

EXECUTION = int(SubjectKind.EXECUTION)
EXPRESS = "EXPRESS"


@dataclass(slots=True, eq=False)
class Task:
    """A frame's task: `event` is the last history event before it was asked for, `child` the execution a .sync waits for."""

    ticket: int
    request: TaskRequest
    event: int
    called: int = 0
    link: int = NO_LINK
    child: Run | None = None
    job: Job | None = None
    """What a .sync waits for in another service."""


@dataclass(frozen=True, slots=True)
class Redriven:
    """What is other than it was when an execution is redriven: the definition, the input of the states that failed (or none), the
    state to begin at.
    """

    definition: bool = False
    input: tuple[Any, ...] = ()
    at: str = ""


UNCHANGED = Redriven()


@dataclass(slots=True, eq=False)
class Run(Hosting):
    machine: Machine
    revision: Revision
    subject: int
    name: str
    arn: str
    kind: str
    input: int
    """The number of its text."""
    started_at: int
    cause: int = 0
    request: int = 0
    link: int = NO_LINK
    version_arn: str = ""
    alias_arn: str = ""
    trace: str = ""
    part: int = -1
    """Which distributed Map's processor it runs (of its revision's machine); -1: the machine itself."""
    frame: int = 0
    index: int = -1
    """A map run's child: the frame of the parent that waits for it, and which child it is."""
    items: int = 1
    item: Any = None
    of: MapRun | None = None
    """The map run it is a child of."""
    execution: Execution | None = None
    status: Status = Status.RUNNING
    stopped_at: int = -1
    output: int = 0
    error: str | None = None
    because: int = 0
    """Output and cause, once it is over: numbers of texts, 0 for none."""
    redrives: int = 0
    redriven_at: int = -1
    redrive_token: str = ""
    history: History = field(default_factory=History)
    timers: dict[int, int] = field(default_factory=dict)
    tasks: dict[int, Task] = field(default_factory=dict)
    tickets: int = 0
    mocked: dict[str, int] = field(default_factory=dict)
    """State → how many mocked answers it had."""
    map_runs: dict[int, MapRun] = field(default_factory=dict)
    """Frame → its newest map run."""
    waiting: Pending | None = None
    watchers: list[tuple[Run, int, int]] = field(default_factory=list)
    """Who waits for its end: (run, frame, ticket)."""
    open: dict[str, int] = field(default_factory=dict)
    """State → how often it is entered and not left."""
    halted: dict[str, int] = field(default_factory=dict)
    """The same, as it was when it ended."""
    places: list[str] = field(default_factory=lambda: [""])
    sequences: array[int] = field(default_factory=lambda: array("I", (0,)))
    """By event: the state it belongs to, and its record."""

    @property
    def running(self) -> bool:
        return self.status is Status.RUNNING

    @property
    def express(self) -> bool:
        return self.kind == EXPRESS

    @property
    def live(self) -> Execution:
        """The execution, bound to its machine."""
        execution = self.execution
        if execution is None:
            raise RuntimeError(f"{self.arn} has not begun, or is over for good")
        if getattr(execution, "host", None) is not self:
            compiled = self.revision.machine
            execution.bind(compiled if self.part < 0 else compiled.part(self.part), self)
        return execution

    def facts(self) -> Facts:
        """What the context object says of it."""
        world = self.machine.world
        return Facts(
            id=self.arn,
            name=self.name,
            machine_id=self.machine.arn,
            machine_name=self.machine.name,
            input=json.loads(world.environment.bodies.text(self.input)),
            role_arn=self.revision.role_arn,
            started_at=self.started_at,
            epoch_us=world.environment.epoch_us,
            redrive_count=self.redrives,
            redriven_at=self.redriven_at,
            alias_arn=self.alias_arn,
            version_arn=self.version_arn,
        )

    def begin(self, wait_us: int = 0) -> None:
        """Start as soon as whoever asked for it has its answer."""
        self.machine.account.running += self.counts
        calendar = self.machine.world.environment.calendar
        calendar.schedule(calendar.now_at + wait_us, self.start)

    @property
    def counts(self) -> int:
        """Whether it is one of the account's open executions."""
        return int(not self.express and self.of is None)

    def start(self) -> None:
        """The first states, unless it was stopped before."""
        if self.running and self.execution is None:
            self.sequences[0] = self.cause
            compiled = self.revision.machine
            part = compiled if self.part < 0 else compiled.part(self.part)
            self.execution = Execution(part, self.facts(), self, item=self.item)
            announcing.tell(self, self.cause)
            self.execution.start()

    def stop(self, error: str | None, cause: str | None) -> None:
        """StopExecution; one that has not begun yet begins, and ends at once."""
        self.start()
        if self.running:
            self.live.abort(error, cause)

    def answer_waiting(self) -> None:
        """Whoever started it synchronously has the answer."""
        pending, self.waiting = self.waiting, None
        if pending is not None:
            self.machine.world.answer(pending, Answer(sync_answer(self)))

    def redrive(self, changed: Redriven = UNCHANGED) -> None:
        """On from the states that failed, as another subject that comes of the failed one; by the revision it has now."""
        environment = self.machine.world.environment
        subjects = environment.subjects
        self.redrives += 1
        self.redriven_at = environment.now_at
        self.status, self.stopped_at, self.error, self.because = Status.RUNNING, -1, None, 0
        self.subject = subjects.new(EXECUTION, self.subject, subjects.identity[self.subject], self.input)
        self.machine.account.running += self.counts
        announcing.tell(self, self.sequences[-1])
        if changed.at:
            self.halted = {}
        machine = self.revision.machine if changed.definition else None
        input_ = changed.input[0] if changed.input else MISSING
        self.live.redrive(self.facts(), machine, input_, changed.at)
