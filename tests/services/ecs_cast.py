"""The cast of the tests about containers: a task definition `worker`, a service `workers` of it, a queue `orders` with its `orders-dlq`."""

from __future__ import annotations

from typing import Any

from flows.topology.compiled import CompiledTopology
from tests.builders import ACCOUNT, REGION, Run, a_queue, a_topology

CLUSTER = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/shop"
WORKER = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/worker:1"
START_MS = 30_000
POISON = {"body": {"path": "$.poison", "equals": True}, "error": {"type": "Bad", "message": "no"}, "how": "item"}


def a_cluster() -> dict[str, Any]:
    return {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": "shop"}}


def a_definition(behaviour: dict[str, Any] | None = None, **container: Any) -> dict[str, Any]:
    """Half a minute to start, a second to work, unless the behaviour says otherwise."""
    constant = {"kind": "constant", "ms": START_MS}
    given = {"init": constant, "duration": {"kind": "constant", "ms": 1000}, **(behaviour or {})}
    properties = {
        "Family": "worker",
        "RequiresCompatibilities": ["FARGATE"],
        "ContainerDefinitions": [{"Name": "app", "Image": "worker:latest", **container}],
    }
    return {"Type": "AWS::ECS::TaskDefinition", "Properties": properties, "playground": {"behaviour": given}}


def a_service(**properties: Any) -> dict[str, Any]:
    given = {"ServiceName": "workers", "Cluster": CLUSTER, "TaskDefinition": WORKER, "DesiredCount": 1, **properties}
    return {"Type": "AWS::ECS::Service", "Properties": given}


def consuming(**behaviour: Any) -> dict[str, Any]:
    """A behaviour that polls `orders`."""
    consumes = behaviour.pop("consumes", {})
    return {"consumes": {"queue": "Orders", **consumes}, **behaviour}


def shop(
    behaviour: dict[str, Any] | None = None,
    service: dict[str, Any] | None = None,
    queue: dict[str, Any] | None = None,
    container: dict[str, Any] | None = None,
    **more: Any,
) -> CompiledTopology:
    """A cluster and a task definition; a service where its properties are given (`{}` for the usual ones)."""
    resources: dict[str, Any] = {
        "Shop": a_cluster(),
        "Worker": a_definition(behaviour, **(container or {})),
        "Orders": a_queue("orders", "orders-dlq", **{"VisibilityTimeout": 60, **(queue or {})}),
        "OrdersDlq": a_queue("orders-dlq"),
        **more,
    }
    if service is not None:
        resources["Workers"] = a_service(**service)
    return a_topology(**resources)


def run_task(run: Run, **params: Any) -> dict[str, Any]:
    """RunTask's one task."""
    answer = run.ok("ecs:RunTask", cluster="shop", taskDefinition="worker", **params)
    (task,) = answer["tasks"]
    found: dict[str, Any] = task
    return found


def described(run: Run, task: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = run.ok("ecs:DescribeTasks", cluster="shop", tasks=[task["taskArn"]])["tasks"][0]
    return found


def the_service(run: Run) -> dict[str, Any]:
    found: dict[str, Any] = run.ok("ecs:DescribeServices", cluster="shop", services=["workers"])["services"][0]
    return found
