"""Halting an execution where it stands, and going on from there.

Theory of operation. An execution that ends without success keeps its frames. Halting takes back everything that was asked
of the host; a halted frame remembers its state, its input and what its children have answered. A redrive (Developer Guide,
"Redriving executions") begins with ExecutionRedriven; then every line that had not finished tries its state again, without
entering it anew and with fresh Retry counters: branches and iterations that finished keep their results, a map run starts
only the children that have not succeeded. The machine's timeout starts anew.

AWS redrives with the same definition and input. The playground also lets people go on with a corrected definition (states
are found again by their names), with other input for the states that failed, or anew from a state of the machine's own: then
everything else it was at is forgotten, and the state is entered once more. Who asks for that says so to people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.asl.definition import InvalidDefinitionError
from flows.asl.expressions import MISSING
from flows.asl.frames import BranchesWork, Frame, MapRunWork, MapWork, Phase, TaskWork
from flows.asl.ports import WHOLE, Facts, Json, Status

if TYPE_CHECKING:
    from flows.asl.definition import Machine
    from flows.asl.execution import Execution


def halt(x: Execution) -> None:
    """The execution has ended: take back all that is asked of the host."""
    for frame in x.frames.values():
        halt_frame(x, frame)


def halt_frame(x: Execution, frame: Frame) -> None:
    """The line goes no further for now."""
    phase = frame.phase
    if phase in (Phase.HALTED, Phase.ENTERING):
        return
    if phase in (Phase.WAITING, Phase.BACKING_OFF) or (phase is Phase.TASK and _is_timed(frame)):
        x.host.unwait(x, frame.id)
    if phase in (Phase.TASK, Phase.READING, Phase.WRITING):
        x.host.cancel(x, frame.id)
    if isinstance(frame.work, MapRunWork) and not frame.work.over:
        end_run(x, frame, frame.work, Status.ABORTED if x.status is Status.RUNNING else x.status)
    for child in x.machine.states[frame.state].children(frame):
        halt_frame(x, x.frames[child])
    frame.phase = Phase.HALTED


def end_run(x: Execution, frame: Frame, work: MapRunWork, status: Status) -> None:
    """The map run is over, its children that run are stopped."""
    if work.running:
        x.host.stop_children(x, frame.id)
    work.running, work.over = 0, True
    x.host.map_run_ended(x, frame.id, work.arn, status)


def drop(x: Execution, frame: Frame) -> None:
    """Forget a line and all below it."""
    drop_below(x, frame)
    x.frames.pop(frame.id, None)


def drop_below(x: Execution, frame: Frame) -> None:
    """Forget what the frame's state had begun."""
    state = x.machine.states[frame.state]
    for child in state.children(frame):
        below = x.frames[child]
        halt_frame(x, below)
        drop(x, below)
    frame.work = None


def _is_timed(frame: Frame) -> bool:
    return isinstance(frame.work, TaskWork) and (frame.work.timeout_at >= 0 or frame.work.heartbeat_at >= 0)


def redrive(x: Execution, facts: Facts, machine: Machine | None, input_: Json, at: str) -> None:
    """Make the execution run again from where its lines halted, or from the state `at` with that input."""
    if at:
        _stand_at(x, at, input_)
    if machine is not None:
        _move(x, machine)
    x.facts = facts
    x.status, x.error, x.cause, x.ended_at = Status.RUNNING, None, None, -1
    redriven = x.note("ExecutionRedriven", x.events, (facts.redrive_count,))
    for frame in list(x.frames.values()):
        if frame.phase is Phase.ENTERING:
            frame.last = redriven if at else frame.last
            x.ready.append(frame.id)
        elif frame.phase is Phase.HALTED:
            _revive(x, frame, redriven, input_)


def _stand_at(x: Execution, name: str, input_: Json) -> None:
    """The machine's own line is about to enter that state; all below it is forgotten."""
    line = next(frame for frame in x.frames.values() if frame.parent == WHOLE)
    drop_below(x, line)
    line.state, line.input, line.phase = x.machine.names[name], input_, Phase.ENTERING
    line.retries, line.attempt, line.failure = None, 0, None


def _revive(x: Execution, frame: Frame, redriven: int, input_: Json) -> None:
    state = x.machine.states[frame.state]
    frame.retries, frame.attempt, frame.failure = None, 0, None
    work = frame.work
    if isinstance(work, BranchesWork | MapWork) and state.children(frame):
        frame.phase = Phase.CHILDREN
        if isinstance(work, MapWork):
            work.failed = 0
            x.ready.append(frame.id)
        return
    frame.last = redriven
    if input_ is not MISSING:
        frame.input = input_
    if isinstance(work, MapRunWork) and input_ is MISSING:
        x.resume(frame, state.redrive(x, frame))
        return
    frame.work = None
    frame.phase = Phase.AGAIN
    x.ready.append(frame.id)


def _move(x: Execution, machine: Machine) -> None:
    """Stand at the states of the same names in another machine; what a state had begun is kept where it is the same kind."""
    there: dict[int, int] = {}
    anew: list[Frame] = []
    for frame in x.frames.values():
        if frame.parent != WHOLE and (frame.parent not in there or x.frames[frame.parent] in anew):
            continue
        state = x.machine.states[frame.state]
        if state.name not in machine.names:
            raise InvalidDefinitionError(
                f"The execution stands in the state '{state.name}', which the definition lacks."
            )
        there[frame.id] = machine.names[state.name]
        if not state.is_like(machine.state(state.name)):
            anew.append(frame)
    for frame in anew:
        drop_below(x, frame)
    for frame in x.frames.values():
        frame.state = there[frame.id]
    x.bind(machine.part(x.part), x.host)
