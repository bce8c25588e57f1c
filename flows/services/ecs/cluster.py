"""A cluster: a name for tasks and services. On Fargate nothing else belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ecs import refusals
from flows.services.ecs.definition import Definition
from flows.services.ecs.overrides import read_overrides
from flows.services.ecs.quotas import QUOTAS
from flows.services.ecs.task import Asked, Task
from flows.services.ports import Delivery, Refusal

if TYPE_CHECKING:
    from flows.services.ecs.service import ContainerService
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

ROOM, DEFAULT = "ecs", "default"
NO_TASK = Refusal("InvalidParameterException", "The target does not say which task definition to run.")
NOT_FOUND = Refusal("ClientException", "TaskDefinition not found.", 404)


class Cluster:
    def __init__(self, world: World, node: CompiledNode) -> None:
        self.world = world
        self.node, self.name, self.arn = node.index, node.name, node.arn

    def deliver(self, delivery: Delivery) -> int | Refusal:
        """A rule's, a schedule's or a pipe's target: `system["EcsParameters"]` names the task definition (`Recipient`)."""
        parameters = delivery.system.get("EcsParameters")
        named = parameters.get("TaskDefinitionArn") if isinstance(parameters, dict) else None
        if not isinstance(parameters, dict) or not named:
            return NO_TASK
        definition = definition_of(self.world, named)
        if definition is None:
            return NOT_FOUND
        text, source = self.world.environment.bodies.text(delivery.body), self.world.topology.nodes[delivery.source]
        if len(text) > QUOTAS.overrides:
            return refusals.overrides_too_long(QUOTAS.overrides)
        environment, command = read_overrides(text, definition.config.container)
        count = parameters.get("TaskCount") or 1
        subjects = [
            definition.start(
                Asked(
                    self.name,
                    f"{source.kind}/{source.name}" if delivery.source >= 0 else "",
                    str(parameters.get("Group") or f"family:{definition.name}"),
                    environment,
                    command,
                    delivery.link,
                    delivery.request,
                    delivery.parent,
                    delivery.cause,
                    str(parameters.get("LaunchType") or ""),
                )
            ).subject
            for _ in range(count if isinstance(count, int) and 0 < count <= 10 else 1)
        ]
        return subjects[0]


def definition_of(world: World, value: object) -> Definition | None:
    """The task definition that a family, a family with its revision or an ARN names. There is one revision of each."""
    if not isinstance(value, str):
        return None
    node = world.addressed(value, "container-task")
    if node is None:
        family = value.rpartition("task-definition/")[2].partition(":")[0]
        node = world.addressed(family, "container-task")
    noun = None if node is None else world.nouns[node.index]
    return noun if isinstance(noun, Definition) else None


def cluster_of(world: World, value: object) -> Cluster | str | None:
    """The cluster that a name or an ARN stands for; "default" is there in every account."""
    if value in (None, ""):
        value = DEFAULT
    node = world.addressed(value, "cluster")
    noun = None if node is None else world.nouns[node.index]
    if isinstance(noun, Cluster):
        return noun
    return DEFAULT if isinstance(value, str) and value.rpartition("cluster/")[2] == DEFAULT else None


def services_of(world: World) -> list[ContainerService]:
    from flows.services.ecs.service import ContainerService

    return [noun for noun in world.nouns_of(ROOM) if isinstance(noun, ContainerService)]


def tasks_of(world: World) -> list[Task]:
    """Every task that can be asked for, oldest first."""
    found = [task for noun in world.nouns_of(ROOM) if isinstance(noun, Definition) for task in noun.tasks.values()]
    return sorted(found, key=lambda task: task.subject)
