"""From a failure to Retry, to Catch, or to the end of the execution.

Theory of operation. `fail` is the only place that decides. States.Runtime ends the execution at once, from wherever it is,
with no other event. Otherwise the frame's state is asked: a Retrier with attempts left puts the frame to sleep; then the
state's own failed event (MapStateFailed, ParallelStateFailed) is written and a Catcher may take the failure; else it is the
failure of the line, and the parent's state has the same choices with the same error, after the lines beside have been cut.

Events, in order (recorded, and measured by others on AWS):
- a failed task that ends its line: TaskStateAborted beside the chain;
- lines cut: for an iteration MapIterationAborted, then …StateAborted of the state it was in, all pointing at the failing
  line's last event, before MapIterationFailed and MapStateFailed, which point there too;
- a Catcher whose own expressions fail: EvaluationFailed from before the failed event, then the failed event once more.
  Lines that are cut are kept until Retry or Catch replaces them: if nobody takes the failure, a redrive finds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.asl.expressions import ExpressionError
from flows.asl.failures import QUERY_EVALUATION_ERROR, Failure, StateFailedError, takes
from flows.asl.frames import Frame, MapRunWork, Phase
from flows.asl.ports import WHOLE, Status
from flows.asl.redriving import drop_below, end_run, halt_frame

if TYPE_CHECKING:
    from flows.asl.execution import Execution
    from flows.asl.handling import Catcher
    from flows.asl.states.state import State

SECOND_US = 1_000_000
ABORTED = {
    "Task": "TaskStateAborted",
    "Wait": "WaitStateAborted",
    "Map": "MapStateAborted",
    "Parallel": "ParallelStateAborted",
}
"""State type → the event that says that its line was cut; other states take no time and are never cut."""


def fail(x: Execution, frame: Frame, failure: Failure) -> bool:
    """The frame's state failed. True: the frame can go on at once."""
    state = x.machine.states[frame.state]
    if failure.final:
        frame.failure = failure
        end(x, failure, frame.last)
        return False
    if isinstance(frame.work, MapRunWork) and not frame.work.over:
        frame.last = x.note("MapRunFailed", frame.last, (failure.error, failure.cause))
        end_run(x, frame, frame.work, Status.FAILED)
    if _retries(x, frame, state, failure):
        return False
    stood = frame.last
    if state.failed_type:
        frame.last = x.note(state.failed_type, frame.last)
    for index, catcher in enumerate(state.catchers):
        if takes(catcher.names, failure):
            if x.seen is not None:
                x.seen["errorDetails"] = {"catchIndex": index}
            return _caught(x, frame, state, catcher, failure, stood)
    return _up(x, frame, state, failure)


def _retries(x: Execution, frame: Frame, state: State, failure: Failure) -> bool:
    for index, retrier in enumerate(state.retriers):
        if not takes(retrier.names, failure):
            continue
        frame.retries = counts = [0] * len(state.retriers) if frame.retries is None else frame.retries
        if x.seen is not None:
            x.seen["errorDetails"] = {"retryIndex": index}
        if counts[index] >= retrier.max_attempts:
            return False
        delay_us = retrier.delay_us(counts[index])
        if retrier.jitter:
            delay_us = delay_us * x.host.random_u32(x) >> 32
        if x.seen is not None:
            x.seen["errorDetails"]["retryBackoffIntervalSeconds"] = delay_us // SECOND_US
        counts[index] += 1
        frame.attempt += 1
        drop_below(x, frame)
        if delay_us == 0:
            frame.phase = Phase.AGAIN
            x.ready.append(frame.id)
            return True
        frame.phase = Phase.BACKING_OFF
        x.host.wait(x, frame.id, x.host.now_at() + delay_us)
        return True
    return False


def _caught(x: Execution, frame: Frame, state: State, catcher: Catcher, failure: Failure, stood: int) -> bool:
    try:
        output, assigned = catcher.caught(x.scope(frame), frame.input, failure.output())
    except ExpressionError as error:
        return _catcher_failed(x, frame, state, error, stood)
    refused = x.refusal(frame, state, output, assigned)
    if refused is not None:
        return _catcher_failed(x, frame, state, refused, stood)
    drop_below(x, frame)
    return x.depart(frame, state, output, assigned, catcher.next)


def _catcher_failed(
    x: Execution, frame: Frame, state: State, error: ExpressionError | StateFailedError, stood: int
) -> bool:
    failure = Failure(error.error, x.cause_of(frame, state, error))
    if error.error == QUERY_EVALUATION_ERROR:
        frame.last = x.note("EvaluationFailed", stood, (error.error, failure.cause, error.location or None, state.name))
    if failure.final:
        frame.failure = failure
        end(x, failure, frame.last)
        return False
    if state.failed_type:
        frame.last = x.note(state.failed_type, frame.last)
    return _up(x, frame, state, failure)


def _up(x: Execution, frame: Frame, state: State, failure: Failure) -> bool:
    """Nobody in the frame's state takes the failure: it is its line's."""
    frame.failure = failure
    if frame.parent == WHOLE:
        end(x, failure, frame.last)
        return False
    halt_frame(x, frame)
    if state.type == "Task":
        x.note("TaskStateAborted", frame.last)
    parent = x.frames[frame.parent]
    if x.machine.states[parent.state].child_failed(x, parent, frame):
        x.resume(parent, fail(x, parent, _passed_up(frame.failure)))
    return False


def _passed_up(failure: Failure) -> Failure:
    """The error keeps its name; that a task failed of a missed heartbeat is known to its own state only."""
    return Failure(failure.error, failure.cause)


def end(x: Execution, failure: Failure, previous: int) -> None:
    """Nobody took the failure: the execution has failed."""
    x.note("ExecutionFailed", previous, (failure.error, failure.cause))
    x.error, x.cause = failure.error, failure.cause
    x.finish(Status.FAILED)


def cut(x: Execution, frame: Frame, previous: int, iteration: tuple[str, int] | None = None) -> None:
    """Give up a line because another failed."""
    if frame.phase is Phase.HALTED:
        return
    state = x.machine.states[frame.state]
    if iteration is not None:
        x.note("MapIterationAborted", previous, iteration)
    if frame.phase is not Phase.ENTERING and state.type in ABORTED:
        for child in state.children(frame):
            cut(x, x.frames[child], previous)
        x.note(ABORTED[state.type], previous)
    halt_frame(x, frame)
