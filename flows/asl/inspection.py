"""One state on its own, with everything that happens to its data on the way: what TestState tells.

Theory of operation. The state is the very same compiled state, in an execution that ends when the state is left:
`Inspected` writes no history, and its host notes what is asked of it instead of doing it. Intermediate values are collected
by the names AWS gives them in `inspectionData`; which appear is as recorded: a Pass with a Result shows no afterInputPath,
a Parallel or Map given its result by a mock shows what comes after.

Who calls decides what outside work answers: nothing given for a Task, the inspection comes back with the `request` and no
status.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.asl.dataflow import Assigned
from flows.asl.definition import Machine
from flows.asl.execution import Execution
from flows.asl.expressions import MISSING
from flows.asl.failures import EXCEEDED_CAUSE, EXCEEDED_TOLERATED_FAILURES, Failure
from flows.asl.frames import Frame, Phase, TaskWork
from flows.asl.ports import WHOLE, Facts, Json, Status, TaskRequest
from flows.asl.states.mapping import MapState
from flows.asl.states.parallel import Parallel
from flows.asl.states.state import END, State
from flows.asl.states.task import Task
from flows.asl.states.wait import Wait
from flows.asl.surroundings import Surroundings

FRAME = 1
SUCCEEDED, FAILED, RETRIABLE, CAUGHT_ERROR = "SUCCEEDED", "FAILED", "RETRIABLE", "CAUGHT_ERROR"


@dataclass(slots=True)
class Inspection:
    """What became of the state."""

    status: str = ""
    """SUCCEEDED, FAILED, RETRIABLE or CAUGHT_ERROR; "" while a task has not been answered."""
    output: Json = MISSING
    error: str | None = None
    cause: str | None = None
    next_state: str | None = None
    data: dict[str, Json] = field(default_factory=dict)
    """inspectionData: input, afterInputPath …, errorDetails, variables."""
    request: TaskRequest | None = None


@dataclass(frozen=True, slots=True)
class Outside:
    """What the outside is said to have answered."""

    result: Json = MISSING
    error: tuple[str | None, str | None] | None = None
    reader_data: Json = MISSING
    iteration_failures: int | None = None


class Inspected(Execution):
    """An execution of one state."""

    def __init__(self, machine: Machine, facts: Facts, context: Json, frame: Frame) -> None:
        self.asked = Asked()
        super().__init__(machine, facts, self.asked)  # type: ignore[arg-type]
        self.seen = {"input": frame.input}
        self.frames[FRAME] = frame
        self.left: tuple[Json, int] | None = None
        self.failure: Failure | None = None
        if context is not None:
            surroundings = Surroundings(self)
            surroundings.pretend(context)
            self.scope = surroundings.scope

    def note(self, type_: str, previous: int, details: tuple[Any, ...] = ()) -> int:  # noqa: ARG002
        """No history is written."""
        return previous

    def depart(self, frame: Frame, state: State, output: Json, assigned: Assigned, following: int) -> bool:  # noqa: ARG002
        """The state is left, and that is all."""
        if assigned:
            frame.variables = frame.variables | assigned
        self.left = (output, following)
        return False

    def fail(self, frame: Frame, failure: Failure) -> bool:
        """Retry, Catch or the end, remembered."""
        self.failure = failure
        return super().fail(frame, failure)


class Asked:
    """A host that does nothing but remember the task it was asked for."""

    def __init__(self) -> None:
        self.request: TaskRequest | None = None

    def now_at(self) -> int:
        """No time passes."""
        return 0

    def task(self, _execution: Execution, _frame: int, request: TaskRequest) -> None:
        """Remember it."""
        self.request = request

    def token(self, _execution: Execution, _frame: int) -> str:
        """A token that nobody will redeem."""
        return "TestStateToken"

    def random_u32(self, _execution: Execution) -> int:
        """No chance."""
        return 0

    def _nothing(self, *_arguments: Any) -> None:
        """Asked and not done."""

    wait = unwait = cancel = ended = again = event = stop_children = _nothing


def inspect_state(
    machine: Machine,
    state: str,
    input_: Json,
    *,
    facts: Facts,
    context: Json = None,
    variables: Mapping[str, Json] | None = None,
    outside: Outside | None = None,
    retries: int = 0,
) -> Inspection:
    """Run one state by its name; `retries` is how often it was retried before."""
    compiled = machine.state(state)
    frame = Frame(
        FRAME, WHOLE, 0, compiled.number, input_, dict(variables or {}), 0, phase=Phase.AGAIN, attempt=retries
    )
    frame.entered = 1
    frame.retries = [retries] * len(compiled.retriers)
    x = Inspected(machine, facts, context, frame)
    _drive(x, compiled, frame, outside or Outside())
    return _told(x, frame)


def _drive(x: Inspected, state: State, frame: Frame, outside: Outside) -> None:
    if isinstance(state, MapState):
        x.guarded(frame, lambda _x, frame, _: _map(x, state, frame, outside), None)
    elif isinstance(state, Parallel):
        _answered(x, state, frame, outside)
    else:
        state.step(x, frame)
        if isinstance(state, Wait) and frame.phase is Phase.WAITING:
            x.guarded(frame, lambda x, frame, _: state.woken(x, frame), None)
        if isinstance(state, Task) and isinstance(frame.work, TaskWork):
            _task(x, state, frame, outside)


def _task(x: Inspected, state: Task, frame: Frame, outside: Outside) -> None:
    if outside.error is not None:
        state.failed(x, frame, *outside.error)
    elif outside.result is not MISSING:
        state.succeeded(x, frame, outside.result)


def _map(x: Inspected, state: MapState, frame: Frame, outside: Outside) -> bool:
    input_ = state.flow.effective(x.scope(frame), frame.input, x.seen)
    if outside.reader_data is MISSING:
        items = state.items(x, frame, input_)
    else:
        items = outside.reader_data if isinstance(outside.reader_data, list) else []
    state.concurrency(x, frame, input_)
    tolerated = state.tolerance(x, frame, input_)
    if state.selects:
        for index, value in enumerate(items):
            state.select(x, frame, input_, {"Index": index, "Value": value})
    failures = outside.iteration_failures
    if (
        state.tolerates
        and outside.error is None
        and failures is not None
        and state.exceeds(failures, len(items), tolerated)
    ):
        return x.fail(frame, Failure(EXCEEDED_TOLERATED_FAILURES, EXCEEDED_CAUSE))
    return _answered(x, state, frame, outside)


def _answered(x: Inspected, state: State, frame: Frame, outside: Outside) -> bool:
    if outside.error is not None:
        return x.fail(frame, Failure(*outside.error))
    if outside.result is MISSING:
        return False
    return x.guarded(frame, state.leave, outside.result)


def _told(x: Inspected, frame: Frame) -> Inspection:
    told = Inspection(data=x.seen or {}, request=x.asked.request)
    if frame.variables:
        told.data["variables"] = frame.variables
    if x.failure is not None:
        told.error, told.cause = x.failure.error, x.failure.cause
        told.status = RETRIABLE if x.status is Status.RUNNING else FAILED
    if x.left is not None:
        told.output, following = x.left
        told.status = SUCCEEDED if x.failure is None else CAUGHT_ERROR
        told.next_state = None if following == END else x.machine.states[following].name
    return told
