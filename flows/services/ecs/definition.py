"""A task definition: the code of containers, and the tasks that run it. What its containers do happens here."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from flows.services.ecs import refusals
from flows.services.ecs.config import PollConfig, TaskBehaviour, TaskDefinitionConfig
from flows.services.ecs.overrides import read_overrides
from flows.services.ecs.polling import Polls
from flows.services.ecs.quotas import QUOTAS
from flows.services.ecs.task import Asked, Task
from flows.services.faults import LINK
from flows.services.ports import Delivery, Refusal

if TYPE_CHECKING:
    from flows.services.ecs.service import ContainerService
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

POLL = "ecs-poll"


class Definition:
    def __init__(self, world: World, node: CompiledNode, config: TaskDefinitionConfig) -> None:
        self.world, self.environment = world, world.environment
        self.node, self.id, self.name, self.arn = node.index, node.id, node.name, node.arn
        self.config = config
        self.behaviour: TaskBehaviour = config.behaviour
        streams = self.environment.streams
        self.durations = streams.stream(f"{node.id}/duration")
        self.chances = streams.stream(f"{node.id}/failure")
        self.starts = streams.stream(f"{node.id}/start")
        self.tasks: dict[str, Task] = {}
        """By id: those that run, and those that stopped within the hour."""
        self._gone: deque[tuple[int, str]] = deque()
        self._polls: dict[int, Polls] = {}

    # ── tasks ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, asked: Asked, service: ContainerService | None = None) -> Task:
        """One more task."""
        task = Task(self, asked, service)
        self.tasks[task.id] = task
        self.world.jobs[task.arn] = task
        task.begin()
        return task

    def stopped(self, task: Task) -> None:
        """A stopped task can be asked for during an hour; those that stopped before are forgotten now."""
        now = self.environment.now_at
        self.world.jobs.pop(task.arn, None)
        self._gone.append((now, task.id))
        while self._gone[0][0] + QUOTAS.kept_us < now:
            del self.tasks[self._gone.popleft()[1]]

    def deliver(self, delivery: Delivery) -> int | Refusal:
        """A task with the text as its input (`Recipient`)."""
        source = self.world.topology.nodes[delivery.source].name if delivery.source >= 0 else ""
        text = self.environment.bodies.text(delivery.body)
        if len(text) > QUOTAS.overrides:
            return refusals.overrides_too_long(QUOTAS.overrides)
        environment, command = read_overrides(text, self.config.container)
        asked = Asked(
            self.cluster_name(),
            source,
            f"family:{self.name}",
            environment,
            command,
            delivery.link,
            delivery.request,
            delivery.parent,
            delivery.cause,
        )
        return self.start(asked).subject

    def cluster_name(self) -> str:
        """The cluster for tasks of which nobody says it: the topology's first."""
        living = self.world.topology.living("ecs", "cluster")
        return living[0].name if living else "default"

    # ── queues ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def polls(self, queue: int) -> Polls | None:
        """Who waits at that queue for this definition's containers."""
        known = self._polls.get(queue)
        if known is None:
            world = self.world
            source = world.nouns[queue]
            if source is None or not hasattr(source, "consumed_by"):
                return None
            link = world.link_between(queue, self.node, POLL)
            if link < 0:
                link = world.join(POLL, queue, self.node, PollConfig(queue, self.node)).index
            known = self._polls[queue] = Polls(self, source, link)
            world.links[link] = known
            world.faults.watch((LINK, link), known.outage)
        return known
