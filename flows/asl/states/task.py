"""Task: asks the outside for work, and watches how long it takes.

Theory of operation. The Resource's ARN says which of three families a task is of; the table `EVENTS` names the history
events each writes. The state evaluates its fields, writes Scheduled and Started, hands a `TaskRequest` to the host and
rests. The host's answers come back through `submitted`, `succeeded`, `failed` and `beat`; what the clock says comes back
through `woken`.

Time: TimeoutSeconds counts from the scheduling, HeartbeatSeconds from the start and from each heartbeat; both are told as
States.Timeout without a cause, a missed heartbeat can be caught under either name (measured by others on AWS). One timer
serves both: it is set to the earlier. A task that is waited for has a token, .sync ones too (recorded: its token ends it).
Events tell a timeout only where the definition does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flows.asl import failures
from flows.asl.dataflow import flow_of, template
from flows.asl.failures import Failure, an_object
from flows.asl.frames import Frame, Phase, TaskWork
from flows.asl.numbers import Number, seconds, within
from flows.asl.ports import Json, TaskRequest
from flows.asl.quotas import TASK_SECONDS
from flows.asl.states.state import State

if TYPE_CHECKING:
    from flows.asl.execution import Execution

SECOND_US = 1_000_000
LAMBDA, ACTIVITY, SERVICE = "lambda", "activity", "service"
PATTERNS = ("sync:2", "sync", "waitForTaskToken")

EVENTS: dict[str, dict[str, str]] = {
    LAMBDA: {
        "scheduled": "LambdaFunctionScheduled",
        "started": "LambdaFunctionStarted",
        "succeeded": "LambdaFunctionSucceeded",
        "failed": "LambdaFunctionFailed",
        "timed out": "LambdaFunctionTimedOut",
    },
    ACTIVITY: {
        "scheduled": "ActivityScheduled",
        "started": "ActivityStarted",
        "succeeded": "ActivitySucceeded",
        "failed": "ActivityFailed",
        "timed out": "ActivityTimedOut",
    },
    SERVICE: {
        "scheduled": "TaskScheduled",
        "started": "TaskStarted",
        "submitted": "TaskSubmitted",
        "succeeded": "TaskSucceeded",
        "failed": "TaskFailed",
        "timed out": "TaskTimedOut",
    },
}
"""Family → what happened → the history event's type."""


def read_resource(resource: str) -> tuple[str, str, str, str]:
    """(family, service, action, pattern) of a Resource."""
    parts = resource.split(":")
    if parts[2:3] == ["lambda"]:
        return LAMBDA, "", "", ""
    if parts[2:3] == ["states"] and parts[5:6] == ["activity"]:
        return ACTIVITY, "", "", ""
    name = parts[5:] if len(parts) > 6 else parts[-2:]
    words = 2 if name[0] == "aws-sdk" else 1
    service, action = ":".join(name[:words]), ":".join(name[words:])
    pattern = next((each for each in PATTERNS if action.endswith(f".{each}")), "")
    return SERVICE, service, action, pattern


class Task(State):
    """Resource, Parameters or Arguments, Credentials, TimeoutSeconds(Path), HeartbeatSeconds(Path)."""

    __slots__ = ("_credentials", "_heartbeat", "_timeout", "action", "family", "pattern", "resource", "service")

    def __init__(
        self, number_: int, name: str, definition: Mapping[str, Json], language: str, names: Mapping[str, int]
    ) -> None:
        super().__init__(number_, name, definition, language, names, flow_of(definition, language))
        self.resource: str = definition["Resource"]
        self.family, self.service, self.action, self.pattern = read_resource(self.resource)
        self._credentials = template(definition, "Credentials", language)
        self._timeout = seconds(definition, "TimeoutSeconds", language)
        self._heartbeat = seconds(definition, "HeartbeatSeconds", language)

    def run(self, x: Execution, frame: Frame) -> bool:
        if self.pattern or self.family == ACTIVITY:
            frame.token = x.host.token(x, frame.id)
        parameters = self.handed_on(x, self.flow.effective(x.scope(frame), frame.input, x.seen))
        timeout = self._seconds(x, frame, "TimeoutSeconds", self._timeout)
        heartbeat = self._seconds(x, frame, "HeartbeatSeconds", self._heartbeat)
        credentials = None if self._credentials is None else self._credentials.evaluate(x.scope(frame))
        self._tell(x, frame, parameters, timeout, heartbeat, credentials)
        now_at = x.host.now_at()
        frame.work = work = TaskWork(
            timeout_at=-1 if timeout is None else now_at + timeout * SECOND_US,
            heartbeat_us=0 if heartbeat is None else heartbeat * SECOND_US,
        )
        if self.family != ACTIVITY and heartbeat is not None:
            work.heartbeat_at = now_at + work.heartbeat_us
        frame.phase = Phase.TASK
        self._arm(x, frame, work)
        x.host.task(
            x,
            frame.id,
            TaskRequest(
                self.name,
                self.resource,
                self.family,
                self.service,
                self.action,
                self.pattern,
                parameters,
                frame.token,
                0 if timeout is None else timeout * SECOND_US,
                work.heartbeat_us,
                credentials,
                frame.attempt,
            ),
        )
        return False

    def _seconds(self, x: Execution, frame: Frame, field: str, read: Number | None) -> int | None:
        if read is None:
            return None
        return int(within(read(x.scope(frame)), 1, TASK_SECONDS, f"{field} must be between 1 and {TASK_SECONDS}."))

    def _tell(
        self,
        x: Execution,
        frame: Frame,
        parameters: Json,
        timeout: int | None,
        heartbeat: int | None,
        credentials: Json,
    ) -> None:
        said = {"roleArn": an_object(credentials, "Credentials").get("RoleArn")} if credentials else None
        if self.family == LAMBDA:
            self.note(x, frame, "LambdaFunctionScheduled", (self.resource, parameters, timeout, said))
            self.note(x, frame, "LambdaFunctionStarted")
        elif self.family == ACTIVITY:
            self.note(x, frame, "ActivityScheduled", (self.resource, parameters, timeout, heartbeat))
        else:
            details = (self.service, self.action, x.region, parameters, timeout, heartbeat, said)
            self.note(x, frame, "TaskScheduled", details)
            self.note(x, frame, "TaskStarted", (self.service, self.action))

    def _arm(self, x: Execution, frame: Frame, work: TaskWork) -> None:
        ends = [at for at in (work.timeout_at, work.heartbeat_at) if at >= 0]
        if ends:
            x.host.wait(x, frame.id, max(min(ends), x.host.now_at()))

    # ── what the host answers ───────────────────────────────────────────────────────────────────────────────────────

    def started(self, x: Execution, frame: Frame, worker: str | None) -> None:
        """A worker took the activity's task."""
        self.note(x, frame, "ActivityStarted", (worker,))
        self.beat(x, frame)

    def submitted(self, x: Execution, frame: Frame, output: Json) -> None:
        """The call itself has answered; the task goes on."""
        self.note(x, frame, "TaskSubmitted", (self.service, self.action, output))

    def beat(self, x: Execution, frame: Frame) -> None:
        """A heartbeat: the next one is due a whole HeartbeatSeconds from now."""
        work = frame.work
        if isinstance(work, TaskWork) and work.heartbeat_us:
            work.heartbeat_at = x.host.now_at() + work.heartbeat_us
            self._arm(x, frame, work)

    def succeeded(self, x: Execution, frame: Frame, output: Json) -> bool:
        """The result goes through ResultSelector and the rest."""
        if x.is_too_large(self, output):
            what = self.service if self.family == SERVICE else self.resource
            return self.failed(x, frame, failures.DATA_LIMIT_EXCEEDED, failures.too_large(what))
        self._over(x, frame, "succeeded", (output,))
        if x.seen is not None:
            x.seen["result"] = output
        return x.guarded(frame, self.leave, output)

    def failed(self, x: Execution, frame: Frame, error: str | None, cause: str | None) -> bool:
        """TaskFailed, then Retry, Catch or the end."""
        self._over(x, frame, "failed", (error, cause))
        return x.fail(frame, Failure(error, cause, of_task=True))

    def timed_out(
        self, x: Execution, frame: Frame, error: str | None, cause: str | None, *, heartbeat: bool = False
    ) -> bool:
        """TaskTimedOut, then Retry, Catch or the end."""
        self._over(x, frame, "timed out", (error, cause))
        return x.fail(frame, Failure(error, cause, heartbeat=heartbeat, of_task=True))

    def woken(self, x: Execution, frame: Frame) -> bool:
        """The earlier of the two ends has come."""
        work = frame.work
        assert isinstance(work, TaskWork)
        whole = 0 <= work.timeout_at <= x.host.now_at()
        x.host.cancel(x, frame.id)
        return self.timed_out(x, frame, failures.TIMEOUT, None, heartbeat=not whole)

    def _over(self, x: Execution, frame: Frame, what: str, details: tuple[Any, ...]) -> None:
        work = frame.work
        if isinstance(work, TaskWork) and (work.timeout_at >= 0 or work.heartbeat_at >= 0):
            x.host.unwait(x, frame.id)
        frame.work = None
        if self.family == SERVICE:
            details = (self.service, self.action, *details)
        self.note(x, frame, EVENTS[self.family][what], details)
