"""ECS's operations: the only door in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from flows.services.ecs import keeping, running
from flows.services.ports import Answer, Caller, Json, Operation, Refusal, operations

if TYPE_CHECKING:
    from flows.services.world import World

Plain: TypeAlias = "Callable[[World, Caller, Json], Json | Refusal]"


def row(name: str, run: Plain, *, mutates: bool = True, aws: bool = True) -> Operation:
    """A row of the table: an output or a refusal is made an answer."""

    def operation(world: World, caller: Caller, params: Json) -> Answer:
        found = run(world, caller, params)
        return Answer(refusal=found) if isinstance(found, Refusal) else Answer(found)

    return Operation(name, operation, mutates=mutates, aws=aws)


OPERATIONS = operations(
    row("RunTask", running.run_task),
    row("StopTask", running.stop_task),
    row("DescribeTasks", running.describe_tasks, mutates=False),
    row("ListTasks", running.list_tasks, mutates=False),
    row("UpdateService", keeping.update_service),
    row("DeleteService", keeping.delete_service),
    row("DescribeServices", keeping.describe_services, mutates=False),
    row("ListServices", keeping.list_services, mutates=False),
    row("DescribeClusters", keeping.describe_clusters, mutates=False),
    row("ListClusters", keeping.list_clusters, mutates=False),
    row("DescribeTaskDefinition", keeping.describe_task_definition, mutates=False),
    row("ListTaskDefinitions", keeping.list_task_definitions, mutates=False),
    row("UpdateContainerCode", keeping.update_container_code, aws=False),
)
