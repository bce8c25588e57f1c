"""What a running state machine asks of whoever runs it: the Host, and what the two tell each other.

Theory of operation. `flows.asl` knows the language and nothing else: no clock, no calendar, no services. An `Execution`
(execution.py) runs until every line of states waits for something, having asked its `Host` for it: a timer, a task, items
to map over, child executions. The host answers later, at an instant of its own, by calling one of the methods of `Answers`
below. Everything said in either direction is plain data (JSON values, integers, the frozen classes here), so that an
execution in the middle of anything can be pickled.

Rules both sides keep:

1. JSON values are immutable once handed over, in both directions. They travel by reference, nothing is ever copied.
2. A *frame* is an integer that names one line of states (the machine's own, a branch, an iteration). `WHOLE` names the
   execution itself (its `TimeoutSeconds`). A frame has at most one timer and at most one task; setting a timer replaces it.
3. A host never answers from inside a call: it schedules the answer in its calendar, at the present instant at the earliest.
   (Answers to a frame that has ended since are ignored.)
4. Events get their numbers here: 1, 2, 3 … per execution. The host stores them; it need not understand them.
5. An execution takes a bounded number of steps at a time. When it could go on it asks for `again`, so that an endless loop
   lets others work and, where the host lets the steps cost time, lets time pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.asl.execution import Execution

Json: TypeAlias = Any
"""A JSON value: dict, list, str, int, float, bool, None."""

WHOLE = 0
"""The frame that is the execution itself."""


class Status(StrEnum):
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    ABORTED = "ABORTED"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an execution when it starts; the context object is made from it."""

    id: str
    """Its ARN."""
    name: str
    machine_id: str
    """The state machine's ARN."""
    machine_name: str
    input: Json = None
    role_arn: str | None = ""
    started_at: int = 0
    epoch_us: int = 0
    """Instant 0 in microseconds since 1970-01-01T00:00:00Z: timestamps are written and Wait's are read with it."""
    redrive_count: int = 0
    """-1 where the context object tells none (TestState)."""
    redriven_at: int = -1
    alias_arn: str = ""
    version_arn: str = ""


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """A Task state wants work done. TaskScheduled and TaskStarted (or their Lambda twins) are written already; for an
    activity only ActivityScheduled is, and `Execution.task_started` writes the rest when a worker takes it.
    """

    state: str
    resource: str
    """The Resource field as it stands in the definition (after JSONata, where it may be an expression)."""
    family: str
    """"lambda" (a function's ARN), "activity" (an activity's ARN) or "service" (arn:aws:states:::…)."""
    service: str
    """TaskScheduled's resourceType: "lambda", "sqs", "states", "aws-sdk:s3" …; "" unless family is "service"."""
    action: str
    """TaskScheduled's resource: "invoke", "sendMessage.waitForTaskToken", "startExecution.sync:2" …"""
    pattern: str
    """"" (request and response), "sync", "sync:2" or "waitForTaskToken"."""
    parameters: Json
    """The effective Parameters or Arguments (or input): for family "lambda" and "activity" the payload itself."""
    token: str = ""
    timeout_us: int = 0
    """How long the task may take (0: not limited by the state). The execution watches it itself, heartbeats too."""
    heartbeat_us: int = 0
    credentials: Json = None
    attempt: int = 0
    """How often the state was retried before this."""


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """A distributed Map wants the items of its ItemReader. `resource` is "arn:aws:states:::s3:getObject" or
    "…:listObjectsV2"; the host answers `items_read(frame, data)` with the object's bytes or the list of objects (dicts with
    Etag, Key, LastModified, Size, StorageClass), or `items_failed`. What the bytes say (JSON, CSV, JSON Lines, a manifest) is
    read here.
    """

    state: str
    resource: str
    parameters: Json
    member: str = ""
    """While an inventory's manifest is followed: which of its data files (a key in the same bucket as the request names)."""


@dataclass(frozen=True, slots=True)
class MapRunRequest:
    """A distributed Map begins. The answer of `Host.map_run` is the map run's ARN."""

    state: str
    label: str
    total: int
    """Items (before batching)."""
    max_concurrency: int
    tolerated_count: int
    tolerated_percentage: float
    kind: str
    """"STANDARD" or "EXPRESS": what the child executions are."""


@dataclass(frozen=True, slots=True)
class ChildRequest:
    """A child execution of a map run: the host makes Facts and an `Execution` of `machine.part(part)` with this input, and
    answers `child_ended(frame, index, …)` when it has ended.
    """

    state: str
    part: int
    index: int
    input: Json
    items: int
    """Items in it: more than one when batched."""
    kind: str
    map_run: str
    item: Json = None
    """{"Index": …, "Value": …} for the child's context object, or None when batched."""
    redriven: bool = False
    """The child ran before and failed; its parent is redriven: redrive a Standard child, start an Express one anew."""


@dataclass(frozen=True, slots=True)
class ChildResult:
    """How a child execution went, as the ResultWriter's files and the Map state's result tell it."""

    index: int
    arn: str
    name: str
    status: Status
    input: Json
    output: Json = None
    error: str | None = None
    cause: str | None = None
    started_at: int = 0
    ended_at: int = 0
    map_run: str = ""
    """`ChildRequest.map_run`: an answer of another map run of the same frame (before a retry) is not taken."""


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """A distributed Map with a ResultWriter has finished: write its result files ("arn:aws:states:::s3:putObject" with the
    parameters' Bucket and Prefix) and answer `results_written(frame, output)` ({"MapRunArn", "ResultWriterDetails": {"Bucket",
    "Key"}}) or `results_failed`. `files` are (name in `folder`, bytes), the manifest last.
    """

    state: str
    resource: str
    parameters: Json
    map_run: str
    files: Sequence[tuple[str, bytes]]
    folder: str = ""
    """Where they belong: the parameters' Prefix and the map run's id, without a slash at the end."""


@dataclass(frozen=True, slots=True)
class Event:
    """A history event. `details` are the values of `history.DETAILS[type]`'s fields in their order (None: not said)."""

    id: int
    type: str
    previous: int
    details: tuple[Any, ...]


class Host(Protocol):
    """Who runs an execution (`flows/services/stepfunctions`; tests have a small one)."""

    def now_at(self) -> int:
        """The present virtual instant."""

    def event(self, execution: Execution, id_: int, type_: str, previous: int, details: tuple[Any, ...]) -> None:
        """A history event happened now. The fields of `details` are named by `history.DETAILS`; `history.as_json` makes
        AWS's JSON of them. This is the hot path: keep the tuple, write columns, make no dictionary.
        """

    def again(self, execution: Execution, steps: int) -> None:
        """The execution took `steps` transitions and could go on: call `execution.advance()` later."""

    def wait(self, execution: Execution, frame: int, until_at: int) -> None:
        """Call `execution.woken(frame)` at that instant (later than now). Replaces the frame's earlier timer."""

    def unwait(self, execution: Execution, frame: int) -> None:
        """Forget the frame's timer."""

    def token(self, execution: Execution, frame: int) -> str:
        """A new task token for the task the frame is about to ask for."""

    def task(self, execution: Execution, frame: int, request: TaskRequest) -> None:
        """Do it, then answer `task_succeeded` or `task_failed`; before that perhaps `task_started` (activities),
        `task_submitted` (.sync and .waitForTaskToken: the call itself has answered) and `heartbeat`s.
        """

    def cancel(self, execution: Execution, frame: int) -> None:
        """The frame's task, reading or writing is no longer wanted (timed out, or its branch is gone): forget it, and stop what
        AWS would stop. Its timer is taken back by `unwait`, its children by `stop_children`.
        """

    def read_items(self, execution: Execution, frame: int, request: ReadRequest) -> None:
        """Fetch what an ItemReader names, then answer `items_read` or `items_failed`."""

    def map_run(self, execution: Execution, frame: int, request: MapRunRequest) -> str:
        """A map run begins; answers its ARN. (`MapRunStarted` is written by the execution.)"""

    def map_run_ended(self, execution: Execution, frame: int, arn: str, status: Status) -> None:
        """The map run is over."""

    def child(self, execution: Execution, frame: int, request: ChildRequest) -> None:
        """Start a child execution, and answer `child_ended(frame, ChildResult)`."""

    def stop_children(self, execution: Execution, frame: int) -> None:
        """Abort the child executions of the frame's map run that still run; no answers are wanted."""

    def write_results(self, execution: Execution, frame: int, request: WriteRequest) -> None:
        """Store a ResultWriter's files, then answer `results_written` or `results_failed`."""

    def random_u32(self, execution: Execution) -> int:
        """32 random bits from the seed's stream: jitter, States.UUID, States.MathRandom, $random()."""

    def ended(self, execution: Execution) -> None:
        """`execution.status`, `output`, `error` and `cause` are final."""


class Answers(Protocol):
    """What the host may call on an `Execution`. Each goes on with the execution as far as it can, in bounded steps."""

    def start(self) -> None:
        """Begin: ExecutionStarted, then the first state."""

    def advance(self) -> None:
        """The answer to `again`."""

    def woken(self, frame: int) -> None:
        """The frame's timer has come."""

    def task_started(self, frame: int, worker: str | None = None) -> None:
        """A worker took the activity's task: ActivityStarted; its timeout and heartbeat begin to count."""

    def task_submitted(self, frame: int, output: Json) -> None:
        """The call of a .sync or .waitForTaskToken task has answered: TaskSubmitted."""

    def task_succeeded(self, frame: int, output: Json) -> None: ...

    def task_failed(self, frame: int, error: str | None, cause: str | None) -> None: ...

    def task_timed_out(self, frame: int, error: str | None, cause: str | None) -> None:
        """The task's own service gave up on time (a nested execution TIMED_OUT): TaskTimedOut instead of TaskFailed."""

    def heartbeat(self, frame: int) -> None:
        """SendTaskHeartbeat."""

    def items_read(self, frame: int, data: bytes | list[Json]) -> None: ...

    def items_failed(self, frame: int, error: str, cause: str | None) -> None: ...

    def child_ended(self, frame: int, result: ChildResult) -> None: ...

    def results_written(self, frame: int, output: Json) -> None: ...

    def results_failed(self, frame: int, error: str, cause: str | None) -> None: ...

    def abort(self, error: str | None, cause: str | None) -> None:
        """StopExecution: ExecutionAborted."""

    def redrive(self, facts: Facts) -> None:
        """RedriveExecution: ExecutionRedriven, then on from the states that failed. `facts.redrive_count` is one more."""
