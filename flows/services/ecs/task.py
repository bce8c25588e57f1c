"""A task: from RunTask to STOPPED.

Theory of operation. AWS's states are kept apart in two words: what the task *is* (`status`: PROVISIONING, PENDING, RUNNING,
DEPROVISIONING, STOPPED) and what it *should be* (`wanted`: RUNNING until somebody stops it or its containers have ended). It starts
by itself, in the time that the behaviour says; what its container then does is the container's own business (`container.py`).
It ends in one of three ways: the container exits, somebody stops it (SIGTERM, and SIGKILL after the stop timeout), or it never
starts. Whoever waits for the end is told when it is STOPPED.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.engine.identifiers import message_id
from flows.engine.subjects import SubjectKind
from flows.services.ecs import announcing, records
from flows.services.ecs.container import program
from flows.services.ecs.quotas import QUOTAS
from flows.services.ports import JobEnd, Json

if TYPE_CHECKING:
    from flows.services.ecs.definition import Definition
    from flows.services.ecs.service import ContainerService

TASK = int(SubjectKind.TASK)
PROVISIONING, PENDING, RUNNING, DEPROVISIONING, STOPPED = (
    "PROVISIONING",
    "PENDING",
    "RUNNING",
    "DEPROVISIONING",
    "STOPPED",
)
ESSENTIAL, FAILED_TO_START, USER, SCHEDULER = (
    "EssentialContainerExited",
    "TaskFailedToStart",
    "UserInitiated",
    "ServiceSchedulerInitiated",
)
ESSENTIAL_EXITED = "Essential container in task exited"
KILLED = 137
NEVER = -1


@dataclass(frozen=True, slots=True)
class Asked:
    """What a task was asked for with: by whom, in which cluster, with which overrides, over which link."""

    cluster: str
    started_by: str = ""
    group: str = ""
    environment: tuple[tuple[str, str], ...] = ()
    command: tuple[str, ...] = ()
    link: int = -1
    request: int = 0
    parent: int = 0
    cause: int = 0
    launch_type: str = ""
    deployment: str = ""


class Task:
    def __init__(self, definition: Definition, asked: Asked, service: ContainerService | None = None) -> None:
        self.definition, self.asked, self.service = definition, asked, service
        self.world = definition.world
        self.environment = definition.environment
        self.behaviour = definition.behaviour
        self.container = definition.config.container
        self.stop_timeout_us = definition.config.stop_timeout_us
        self.subject = self.environment.subjects.new(TASK, asked.parent)
        self.id = message_id(self.environment.seed, self.subject).replace("-", "")
        self.status, self.wanted = PROVISIONING, RUNNING
        self.created_at = self.environment.now_at
        self.started_at = self.stopping_at = self.stopped_at = NEVER
        self.exit_code: int | None = None
        self.stop_code = self.reason = ""
        self.error = ""
        self.last = asked.cause
        self.version = 0
        self.program = program(self)
        self._timer = self._killer = 0
        self._watchers: list[tuple[Callable[..., object], tuple[Any, ...]]] = []

    @property
    def arn(self) -> str:
        topology = self.world.topology
        return f"arn:aws:ecs:{topology.region}:{topology.account}:task/{self.asked.cluster}/{self.id}"

    @property
    def variables(self) -> dict[str, str]:
        """The container's environment: the definition's, and what it was run with."""
        return dict(self.definition.config.environment) | dict(self.asked.environment)

    # ── starting ────────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self) -> None:
        """Asked for: it gets its network interface first."""
        detail = (self.asked.link, self.asked.started_by or "somebody")
        self._write(records.PROVISIONING, detail)
        init = self.behaviour.work.init
        length = 0 if init is None else self.definition.starts.sample(init.quantiles)
        if self.world.faults.live:
            length += self.world.faults.latency_us(self.definition.node)
        first = length // QUOTAS.provisioning_share
        self._timer = self._calendar.schedule(self._calendar.now_at + first, self.pull, length - first)
        announcing.tell(self)

    def pull(self, rest_us: int) -> None:
        """The interface is there; now the image."""
        self.status = PENDING
        self._write(records.PENDING, (self.environment.now_at - self.created_at,))
        self._timer = self._calendar.schedule(self._calendar.now_at + rest_us, self.run)
        announcing.tell(self)

    def run(self) -> None:
        """Its containers start, unless a fault says that their image cannot be had."""
        self._timer = 0
        struck = self.world.faults.strike(self.definition.node) if self.world.faults.live else None
        if struck is not None:
            self.last = struck.cause
            self._not_started(f"CannotPullContainerError: {struck.refusal.message}")
            return
        self.status, self.started_at = RUNNING, self.environment.now_at
        self._write(records.RUNNING, (self.started_at - self.created_at,))
        announcing.tell(self)
        if self.service is not None:
            self.service.task_runs(self)
        if self.status == RUNNING and self.exit_code is None:
            self.program.begin(self.last)

    def _not_started(self, reason: str) -> None:
        self.stop_code, self.reason = FAILED_TO_START, reason
        self._deprovision()

    # ── ending ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def exited(self, code: int, reason: str, cause: int, error: str = "") -> None:
        """The essential container has ended, so the task ends."""
        if self.exit_code is not None:
            return
        self.exit_code, self.error = code, error
        self._calendar.cancel(self._killer)
        self.last = cause
        self._write(records.EXITED, (code, reason))
        if not self.stop_code:
            self.stop_code, self.reason = ESSENTIAL, ESSENTIAL_EXITED
        self._deprovision()

    def stop(self, reason: str, code: str, cause: int) -> None:
        """Somebody wants it to stop; a second time changes nothing."""
        if self.wanted == STOPPED:
            return
        self.stop_code, self.reason, self.last = code, reason, cause
        self.wanted, self.stopping_at = STOPPED, self.environment.now_at
        if self.status != RUNNING:
            self._calendar.cancel(self._timer)
            self._deprovision()
            return
        kill_at = self._calendar.now_at + self.stop_timeout_us
        self._write(records.STOPPING, (code, reason, self.stop_timeout_us))
        self._killer = self._calendar.schedule(kill_at, self.kill)
        announcing.tell(self)
        self.program.terminate(self.last)

    def kill(self) -> None:
        """SIGKILL."""
        reason = f"SIGKILL after the stop timeout of {self.stop_timeout_us // 1_000_000} s"
        self.program.kill(reason, self.last)
        self.exited(KILLED, reason, self.last)

    def _deprovision(self) -> None:
        self.wanted, self.status = STOPPED, DEPROVISIONING
        if self.stopping_at == NEVER:
            self.stopping_at = self.environment.now_at
        self._calendar.schedule(self._calendar.now_at + QUOTAS.deprovisioning_us, self.over)
        announcing.tell(self)
        if self.service is not None:
            self.service.task_left(self)

    def over(self) -> None:
        """STOPPED: whoever waits for it is told."""
        self.status, self.stopped_at = STOPPED, self.environment.now_at
        kind, code = self._end_kind(), -1 if self.exit_code is None else self.exit_code
        if kind == records.FAILED_TO_START:
            self._write(kind, (self.stop_code, self.reason))
        else:
            ran = 0 if self.started_at == NEVER else self.stopping_at - self.started_at
            self._write(kind, (code, self.stop_code, self.error or self.reason, ran))
        announcing.tell(self)
        self.definition.stopped(self)
        if self.service is not None:
            self.service.task_gone(self)
        from flows.services.ecs.describing import milliseconds, task_json

        end = JobEnd(self.exit_code == 0, task_json(self, milliseconds), self.last)
        for method, args in self._watchers:
            self._calendar.schedule(self._calendar.now_at, method, *args, end)
        self._watchers = []

    def _end_kind(self) -> int:
        if self.stop_code == FAILED_TO_START:
            return records.FAILED_TO_START
        if self.stop_code != ESSENTIAL:
            return records.STOPPED
        return records.SUCCEEDED if self.exit_code == 0 else records.FAILED

    # ── a job, for whoever waits (`ports.Job`) ──────────────────────────────────────────────────────────────────────

    def when_over(self, method: Callable[..., object], *args: Any) -> None:
        self._watchers.append((method, args))

    def give_up(self, reason: str) -> None:
        """Nobody waits for it any more: it is stopped."""
        self._watchers = []
        self.stop(reason, USER, self.last)

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _calendar(self) -> Any:
        return self.environment.calendar

    def _write(self, kind: int, detail: tuple[Any, ...]) -> None:
        self.version += 1
        write = self.environment.recorder.write
        self.last = write(kind, self.definition.node, self.subject, self.asked.request, self.last, 0, detail)

    def payload(self) -> Json:
        """What the container was given, as its behaviour's rules read it."""
        return {"environment": self.variables, "command": list(self.asked.command)}
