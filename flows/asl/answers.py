"""What the host answers, and which frame it is for.

Each answer is taken only by a frame that waits for it: a timer that fires late, or a task that answers after its branch is
gone, changes nothing. Every answer ends by going on, beside frames that are parked until their next turn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from flows.asl import failing
from flows.asl.failures import RUNTIME, TIMEOUT, Failure, HistoryFullError, history_cause
from flows.asl.frames import Frame, MapRunWork, Phase
from flows.asl.ports import WHOLE, ChildResult, Json, Status

if TYPE_CHECKING:
    from flows.asl.execution import Execution


class Answering:
    """The `ports.Answers` side of an execution."""

    def woken(self, frame: int) -> None:
        """The frame's timer has come."""
        if frame == WHOLE:
            self._timed_out()
            return
        self._answer(frame, (Phase.BACKING_OFF, Phase.WAITING, Phase.TASK), "woken")

    def task_started(self, frame: int, worker: str | None = None) -> None:
        """A worker took the activity's task."""
        self._answer(frame, (Phase.TASK,), "started", worker)

    def task_submitted(self, frame: int, output: Json) -> None:
        """The call of a .sync or .waitForTaskToken task has answered."""
        self._answer(frame, (Phase.TASK,), "submitted", output)

    def task_succeeded(self, frame: int, output: Json) -> None:
        """The task's result."""
        self._answer(frame, (Phase.TASK,), "succeeded", output)

    def task_failed(self, frame: int, error: str | None, cause: str | None) -> None:
        """The task's error."""
        self._answer(frame, (Phase.TASK,), "failed", error, cause)

    def task_timed_out(self, frame: int, error: str | None, cause: str | None) -> None:
        """The task's own service gave up on time."""
        self._answer(frame, (Phase.TASK,), "timed_out", error, cause)

    def heartbeat(self, frame: int) -> None:
        """SendTaskHeartbeat."""
        self._answer(frame, (Phase.TASK,), "beat")

    def items_read(self, frame: int, data: bytes | list[Json]) -> None:
        """What an ItemReader names."""
        self._answer(frame, (Phase.READING,), "items_read", data)

    def items_failed(self, frame: int, error: str, cause: str | None) -> None:
        """It could not be fetched."""
        self._answer(frame, (Phase.READING,), "items_failed", error, cause)

    def child_ended(self, frame: int, result: ChildResult) -> None:
        """A child execution has ended."""
        x = cast("Execution", self)
        waiting = x.frames.get(frame)
        if waiting is None or not isinstance(waiting.work, MapRunWork) or result.map_run not in {"", waiting.work.arn}:
            return
        self._answer(frame, (Phase.CHILDREN,), "run_child_ended", result)

    def results_written(self, frame: int, output: Json) -> None:
        """A ResultWriter's files are stored."""
        self._answer(frame, (Phase.WRITING,), "results_written", output)

    def results_failed(self, frame: int, error: str, cause: str | None) -> None:
        """They could not be stored."""
        self._answer(frame, (Phase.WRITING,), "results_failed", error, cause)

    def abort(self, error: str | None, cause: str | None) -> None:
        """StopExecution."""
        x = cast("Execution", self)
        if x.status is Status.RUNNING:
            x.error, x.cause = error, cause
            x.note("ExecutionAborted", 0, (error, cause))
            x.finish(Status.ABORTED)

    def _timed_out(self) -> None:
        x = cast("Execution", self)
        if x.status is Status.RUNNING:
            x.note("ExecutionTimedOut", 0, (TIMEOUT, None))
            x.finish(Status.TIMED_OUT)

    def _answer(self, number: int, phases: tuple[Phase, ...], method: str, *arguments: Any) -> None:
        x = cast("Execution", self)
        frame = x.frames.get(number)
        if frame is None or frame.phase not in phases or x.status is not Status.RUNNING:
            return
        x.now_at = x.host.now_at()
        try:
            goes_on = self._take(x, frame, method, arguments)
        except HistoryFullError:
            failing.end(x, Failure(RUNTIME, history_cause(x.limit)), x.events)
            return
        if goes_on:
            x.ready.append(number)
        if x.ready:
            x.go_on()

    def _take(self, x: Execution, frame: Frame, method: str, arguments: tuple[Any, ...]) -> bool:
        if frame.phase is Phase.BACKING_OFF:
            frame.phase = Phase.AGAIN
            return True
        state = x.machine.states[frame.state]
        act: Callable[..., bool | None] = getattr(state, method)
        if method == "woken":
            return x.guarded(frame, lambda x, frame, _: bool(act(x, frame)), None)
        return bool(act(x, frame, *arguments))
