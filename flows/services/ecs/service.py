"""A service: it keeps so many tasks running, replaces those that end, and changes them one after another in a deployment.

Theory of operation. Everything that may matter (a task runs, a task leaves, another desired count, another deployment) asks for
`reconcile`, which happens in a notice of its own at the same instant and compares what there is with what there should be. Tasks of
older deployments make room: never fewer than the minimum healthy percent run, never more than the maximum percent are there.

Tasks that never get to RUNNING hold the service back: it waits, twice as long after each round of them, up to a quarter of an hour; with a
circuit breaker the deployment fails after half the desired count of them (rounded up; 3 at least, 200 at most). A task that ran and exited is replaced
at once, however often: that is what a crash loop looks like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ecs import announcing, records
from flows.services.ecs.config import ContainerServiceConfig
from flows.services.ecs.quotas import QUOTAS
from flows.services.ecs.scaling import Scaler
from flows.services.ecs.task import FAILED_TO_START, RUNNING, SCHEDULER, Asked, Task

if TYPE_CHECKING:
    from flows.services.ecs.definition import Definition
    from flows.services.ports import Caller
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

LINK = "ecs-service-task"
ACTIVE, INACTIVE = "ACTIVE", "INACTIVE"
IN_PROGRESS, COMPLETED, BROKEN = "IN_PROGRESS", "COMPLETED", "FAILED"
SCALING, REPLACED = "Scaling activity initiated by ({})", "Deployment {} replaces this task"


class ContainerService:
    def __init__(self, world: World, node: CompiledNode, config: ContainerServiceConfig) -> None:
        self.world, self.environment = world, world.environment
        self.node, self.id, self.name = node.index, node.id, node.name
        self.config = config
        self.desired = config.desired
        self.status = ACTIVE
        self.definition: Definition | None = None
        self.cluster = "default"
        self.link = -1
        self.tasks: list[Task] = []
        """Those that are not STOPPED."""
        self.deployment = 0
        self.rollout, self.rollout_reason = IN_PROGRESS, ""
        self.deployed_at = 0
        self.failures = self.rounds = 0
        """Tasks in a row that did not start, and how often the service was held back for them."""
        self.not_before = self.held_at = 0
        self.steady = False
        self.created_at = self.environment.now_at
        self.scaler: Scaler | None = None
        self.last = 0
        self._asked = False

    def connect(self) -> None:
        """Its definition and its cluster are there: it begins."""
        world, config = self.world, self.config
        if config.cluster is not None:
            self.cluster = world.topology.nodes[config.cluster].name
        self.definition = None if config.definition is None else world.nouns[config.definition]
        if self.definition is None:
            return
        self.link = world.link_between(self.node, self.definition.node, LINK)
        if config.scaling is not None:
            self.scaler = Scaler(self, config.scaling)
        self.deploy("the service was made", 0, 0)

    @property
    def arn(self) -> str:
        topology = self.world.topology
        return f"arn:aws:ecs:{topology.region}:{topology.account}:service/{self.cluster}/{self.name}"

    @property
    def is_active(self) -> bool:
        return self.status == ACTIVE

    @property
    def deployment_id(self) -> str:
        return f"ecs-svc/{self.deployment:019d}"

    def counts(self) -> tuple[int, int]:
        """(running, pending)"""
        wanted = [task for task in self.tasks if task.wanted == RUNNING]
        running = sum(task.status == RUNNING for task in wanted)
        return running, len(wanted) - running

    # ── what is asked of it ─────────────────────────────────────────────────────────────────────────────────────────

    def deploy(self, reason: str, request: int, cause: int) -> None:
        """New tasks take the place of all there are."""
        self.deployment += 1
        self.rollout, self.rollout_reason, self.deployed_at = IN_PROGRESS, reason, self.environment.now_at
        self.failures = self.rounds = self.not_before = 0
        self.last = self._write(records.DEPLOYMENT_BEGAN, (self.deployment_id, reason), request, cause)
        announcing.tell_deployment(self, "SERVICE_DEPLOYMENT_IN_PROGRESS", reason)
        self._unsettled()

    def scale(self, desired: int, reason: str, request: int = 0, cause: int = 0) -> None:
        if desired == self.desired:
            return
        self.last = self._write(records.SCALED, (self.desired, desired, reason), request, cause)
        self.desired = desired
        self._unsettled()

    def end(self, caller: Caller) -> None:
        """DeleteService: every task stops, none is started any more."""
        detail = (self.desired, 0, "the service is deleted")
        self.last = self._write(records.SCALED, detail, caller.request, caller.cause)
        self.desired, self.status = 0, INACTIVE
        self._unsettled()

    def _unsettled(self) -> None:
        self.steady = False
        self.ask()

    def ask(self) -> None:
        if not self._asked:
            self._asked = True
            calendar = self.environment.calendar
            calendar.schedule(calendar.now_at, self.reconcile)

    # ── what its tasks say ──────────────────────────────────────────────────────────────────────────────────────────

    def task_runs(self, task: Task) -> None:
        self.failures = self.rounds = self.not_before = 0
        self.last = task.last
        self.ask()

    def task_left(self, task: Task) -> None:
        """It is ending: another one takes its place, soon if it has never run."""
        self.last = task.last
        if task.stop_code == FAILED_TO_START:
            self._held_back(task)
        self._unsettled()

    def task_gone(self, task: Task) -> None:
        """It is STOPPED."""
        self.tasks.remove(task)
        self.ask()

    def _held_back(self, task: Task) -> None:
        """Tasks that were begun together fail together: they are one round."""
        self.failures += 1
        threshold = min(max(-(-self.desired // 2), QUOTAS.breaker_least), QUOTAS.breaker_most)
        if self.config.breaker and self.failures >= threshold and self.rollout == IN_PROGRESS:
            self._rolled_out(BROKEN, "tasks failed to start")
            return
        if self.rounds and task.created_at <= self.held_at:
            return
        self.rounds, self.held_at = self.rounds + 1, self.environment.now_at
        wait = min(QUOTAS.first_wait_us << min(self.rounds - 1, 20), QUOTAS.longest_wait_us)
        self.not_before = self.held_at + wait
        self.last = self._write(records.HELD_BACK, (wait, self.failures), 0, self.last)
        self.environment.calendar.schedule(self.not_before, self.ask)

    # ── what there is, and what there should be ─────────────────────────────────────────────────────────────────────

    def reconcile(self) -> None:
        self._asked = False
        wanted = [task for task in self.tasks if task.wanted == RUNNING]
        new = [task for task in wanted if task.asked.deployment == self.deployment_id]
        old = [task for task in wanted if task.asked.deployment != self.deployment_id]
        self._stop(_surplus(new, len(new) - self.desired), SCALING.format(f"deployment {self.deployment_id}"))
        most = max(self.desired * self.config.maximum_percent // 100, self.desired if not old else 1)
        missing = min(self.desired - len(new), most - len(wanted))
        if missing > 0 and self._may_start():
            for _ in range(missing):
                self._start()
        if old:
            least = -(-self.desired * self.config.minimum_percent // 100)
            running = sum(task.status == RUNNING for task in wanted)
            waiting = [task for task in old if task.status != RUNNING]
            spare = max(running - least, 0)
            leaving = [*waiting, *[task for task in old if task.status == RUNNING][:spare]]
            self._stop(leaving, REPLACED.format(self.deployment_id))
        elif self.is_active and len(new) == self.desired and all(task.status == RUNNING for task in new):
            self._settled()

    def _may_start(self) -> bool:
        now = self.environment.now_at
        return self.is_active and self.rollout != BROKEN and now >= self.not_before

    def _settled(self) -> None:
        if self.rollout == IN_PROGRESS:
            self._rolled_out(COMPLETED, "every task of it runs")
        if not self.steady:
            self.steady = True
            self.last = self._write(records.STEADY, (self.desired,), 0, self.last)
            announcing.tell_service(self, "SERVICE_STEADY_STATE", "INFO")

    def _rolled_out(self, state: str, reason: str) -> None:
        self.rollout, self.rollout_reason = state, reason
        self.last = self._write(records.DEPLOYMENT_ENDED, (self.deployment_id, state, reason), 0, self.last)
        announcing.tell_deployment(self, f"SERVICE_DEPLOYMENT_{state}", reason)

    def _start(self) -> None:
        assert self.definition is not None
        asked = Asked(
            self.cluster,
            self.deployment_id,
            f"service:{self.name}",
            link=self.link,
            cause=self.last,
            deployment=self.deployment_id,
        )
        self.tasks.append(self.definition.start(asked, self))

    def _stop(self, tasks: list[Task], reason: str) -> None:
        for task in tasks:
            task.stop(reason, SCHEDULER, self.last)

    def _write(self, kind: int, detail: tuple[int | str, ...], request: int, cause: int) -> int:
        return self.environment.recorder.write(kind, self.node, 0, request, cause, 0, detail)


def _surplus(tasks: list[Task], count: int) -> list[Task]:
    """Those that a smaller service stops: first who does not run yet, then the newest."""
    if count <= 0:
        return []
    order = sorted(tasks, key=lambda task: (task.status == RUNNING, -task.subject))
    return order[:count]
