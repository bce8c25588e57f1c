"""How ECS describes tasks, services, clusters and task definitions: the members as AWS spells them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flows.services.dates import iso
from flows.services.ecs.config import FARGATE
from flows.services.ports import Json

if TYPE_CHECKING:
    from flows.engine.environment import Environment
    from flows.services.ecs.definition import Definition
    from flows.services.ecs.service import ContainerService
    from flows.services.ecs.task import Task
    from flows.services.world import World

Stamp = Callable[["Environment", int], Any]


def milliseconds(environment: Environment, at: int) -> int:
    return environment.wall_us(at) // 1000


def date(environment: Environment, at: int) -> str:
    return iso(environment, at)


def task_json(task: Task, stamp: Stamp) -> Json:
    """A task; an instant that has not come is left out."""
    topology, definition = task.world.topology, task.definition
    instants = {
        "createdAt": task.created_at,
        "startedAt": task.started_at,
        "stoppingAt": task.stopping_at,
        "stoppedAt": task.stopped_at,
    }
    said = {"stopCode": task.stop_code, "stoppedReason": task.reason, "startedBy": task.asked.started_by}
    return {
        "clusterArn": f"arn:aws:ecs:{topology.region}:{topology.account}:cluster/{task.asked.cluster}",
        "containers": [_container(task, task.container, task.exit_code)]
        + [_container(task, name, None if task.exit_code is None else 0) for name in definition.config.others],
        "desiredStatus": task.wanted,
        "group": task.asked.group,
        "lastStatus": task.status,
        "launchType": task.asked.launch_type or definition.config.launch_type or FARGATE,
        "overrides": {"containerOverrides": _overrides(task)},
        "taskArn": task.arn,
        "taskDefinitionArn": definition.arn,
        "version": task.version,
        **{name: value for name, value in said.items() if value},
        **{name: stamp(task.environment, at) for name, at in instants.items() if at >= 0},
    }


def _container(task: Task, name: str, exit_code: int | None) -> Json:
    found: Json = {"containerArn": f"{task.arn}/{name}".replace(":task/", ":container/"), "lastStatus": task.status}
    found |= {"name": name, "taskArn": task.arn}
    return found if exit_code is None else {**found, "exitCode": exit_code}


def _overrides(task: Task) -> list[Json]:
    given: Json = {}
    if task.asked.environment:
        given["environment"] = [{"name": name, "value": value} for name, value in task.asked.environment]
    if task.asked.command:
        given["command"] = list(task.asked.command)
    return [{"name": task.container, **given}] if given else []


def service_json(service: ContainerService) -> Json:
    running, pending = service.counts()
    environment, topology = service.environment, service.world.topology
    definition = "" if service.definition is None else service.definition.arn
    config = service.config
    return {
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": f"arn:aws:ecs:{topology.region}:{topology.account}:cluster/{service.cluster}",
        "status": service.status,
        "desiredCount": service.desired,
        "runningCount": running,
        "pendingCount": pending,
        "taskDefinition": definition,
        "createdAt": date(environment, service.created_at),
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": {"enable": config.breaker, "rollback": False},
            "maximumPercent": config.maximum_percent,
            "minimumHealthyPercent": config.minimum_percent,
        },
        "deployments": [
            {
                "id": service.deployment_id,
                "status": "PRIMARY",
                "taskDefinition": definition,
                "desiredCount": service.desired,
                "pendingCount": pending,
                "runningCount": running,
                "failedTasks": service.failures,
                "createdAt": date(environment, service.deployed_at),
                "rolloutState": service.rollout,
                "rolloutStateReason": service.rollout_reason,
            }
        ],
    }


def definition_json(definition: Definition) -> Json:
    config = definition.config
    variables = [{"name": name, "value": value} for name, value in config.environment]
    first = {
        "name": config.container,
        "essential": True,
        "environment": variables,
        "stopTimeout": config.stop_timeout_us // 1_000_000,
    }
    return {
        "taskDefinitionArn": definition.arn,
        "family": definition.name,
        "revision": 1,
        "status": "ACTIVE",
        "containerDefinitions": [first, *({"name": name, "essential": False} for name in config.others)],
        "requiresCompatibilities": [config.launch_type],
    }


def cluster_json(world: World, name: str) -> Json:
    from flows.services.ecs.cluster import services_of, tasks_of
    from flows.services.ecs.task import RUNNING

    topology = world.topology
    wanted = [task for task in tasks_of(world) if task.asked.cluster == name and task.wanted == RUNNING]
    running = sum(task.status == RUNNING for task in wanted)
    services = [service for service in services_of(world) if service.cluster == name and service.status == "ACTIVE"]
    return {
        "clusterArn": f"arn:aws:ecs:{topology.region}:{topology.account}:cluster/{name}",
        "clusterName": name,
        "status": "ACTIVE",
        "runningTasksCount": running,
        "pendingTasksCount": len(wanted) - running,
        "activeServicesCount": len(services),
    }
