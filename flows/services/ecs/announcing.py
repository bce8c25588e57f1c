"""What ECS tells the default event bus: every change of a task's state, and what services go through.

Source: "Amazon ECS events" (developer guide): "ECS Task State Change", "ECS Service Action", "ECS Deployment State Change".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.announcing import announce, is_heard
from flows.services.dates import iso
from flows.services.ecs.quotas import QUOTAS
from flows.services.ports import Announcement, Json

if TYPE_CHECKING:
    from flows.services.ecs.service import ContainerService
    from flows.services.ecs.task import Task

SOURCE = "aws.ecs"
TASK, ACTION, DEPLOYMENT = "ECS Task State Change", "ECS Service Action", "ECS Deployment State Change"


def tell(task: Task) -> None:
    """The task's state has changed."""
    world = task.world
    region, account = world.topology.region, world.topology.account
    if not is_heard(world, region, account):
        return
    from flows.services.ecs.describing import date, task_json

    detail = {**task_json(task, date), "updatedAt": iso(task.environment)}
    said = Announcement(
        SOURCE, TASK, detail, (task.arn,), request=task.asked.request, cause=task.last, parent=task.subject
    )
    announce(world, region, account, said, QUOTAS.shortest_us)


def tell_service(service: ContainerService, name: str, kind: str) -> None:
    topology = service.world.topology
    cluster = f"arn:aws:ecs:{topology.region}:{topology.account}:cluster/{service.cluster}"
    _say(service, ACTION, {"eventType": kind, "eventName": name, "clusterArn": cluster})


def tell_deployment(service: ContainerService, name: str, reason: str) -> None:
    kind = "ERROR" if name.endswith("FAILED") else "INFO"
    detail = {"eventType": kind, "eventName": name, "deploymentId": service.deployment_id, "reason": reason}
    _say(service, DEPLOYMENT, {**detail, "updatedAt": iso(service.environment)})


def _say(service: ContainerService, detail_type: str, detail: Json) -> None:
    world = service.world
    region, account = world.topology.region, world.topology.account
    if is_heard(world, region, account):
        detail = {**detail, "createdAt": iso(service.environment)}
        announce(world, region, account, Announcement(SOURCE, detail_type, detail, (service.arn,), cause=service.last))
