"""RunTask, StopTask, and what can be asked about tasks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.services.ecs import refusals
from flows.services.ecs.cluster import Cluster, cluster_of, definition_of, tasks_of
from flows.services.ecs.describing import date, task_json
from flows.services.ecs.overrides import overridden
from flows.services.ecs.quotas import QUOTAS
from flows.services.ecs.task import RUNNING, STOPPED, USER, Asked, Task
from flows.services.ports import NO_LINK, Caller, Json, Refusal
from flows.services.texts import is_writable

if TYPE_CHECKING:
    from flows.services.world import World


def name_of(cluster: Cluster | str) -> str:
    return cluster if isinstance(cluster, str) else cluster.name


def run_task(world: World, caller: Caller, params: Json) -> Json | Refusal:
    cluster = cluster_of(world, params.get("cluster"))
    if cluster is None:
        return refusals.no_such_cluster()
    if not params.get("taskDefinition"):
        return refusals.empty("TaskDefinition")
    definition = definition_of(world, params.get("taskDefinition"))
    if definition is None:
        return refusals.no_such_definition()
    count = params.get("count", 1)
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= QUOTAS.run_task:
        return refusals.invalid(f"Count must be between 1 and {QUOTAS.run_task}.")
    if not is_writable(params):
        return refusals.invalid("The request holds text that cannot be written down.")
    if len(json.dumps(params.get("overrides"))) > QUOTAS.overrides:
        return refusals.overrides_too_long(QUOTAS.overrides)
    environment, command = overridden(params.get("overrides"), definition.config.container)
    link = caller.link if caller.link != NO_LINK else world.link_between(caller.node, definition.node)
    asked = Asked(
        name_of(cluster),
        str(params.get("startedBy") or "")[:128] or _who(world, caller),
        str(params.get("group") or f"family:{definition.name}"),
        environment,
        command,
        link,
        caller.request,
        caller.parent,
        caller.cause,
        str(params.get("launchType") or ""),
    )
    tasks = [definition.start(asked) for _ in range(count)]
    return {"tasks": [task_json(task, date) for task in tasks], "failures": []}


def _who(world: World, caller: Caller) -> str:
    node = world.topology.nodes[caller.node]
    return "AWS Step Functions" if node.kind == "machine" else caller.principal


def stop_task(world: World, caller: Caller, params: Json) -> Json | Refusal:
    task = _task(world, params.get("task"))
    if task is None:
        return refusals.no_such_task()
    task.stop(str(params.get("reason") or "Task stopped by user"), USER, caller.cause)
    return {"task": task_json(task, date)}


def describe_tasks(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    named = params.get("tasks") or []
    if not named:
        return refusals.invalid("Tasks cannot be empty.")
    if len(named) > QUOTAS.described:
        return refusals.invalid(f"Tasks can have at most {QUOTAS.described} items.")
    found = [(name, _task(world, name)) for name in named]
    return {
        "tasks": [task_json(task, date) for _, task in found if task is not None],
        "failures": [{"arn": str(name), "reason": "MISSING"} for name, task in found if task is None],
    }


def list_tasks(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    """Those of a cluster that should run, or those that should be stopped."""
    cluster = cluster_of(world, params.get("cluster"))
    if cluster is None:
        return refusals.no_such_cluster()
    wanted = params.get("desiredStatus") or RUNNING
    if wanted not in (RUNNING, "PENDING", STOPPED):
        return refusals.invalid("Invalid desiredStatus.")
    service, family = params.get("serviceName"), params.get("family")
    rows = [
        task
        for task in tasks_of(world)
        if task.asked.cluster == name_of(cluster)
        and task.wanted == wanted
        and (not service or task.asked.group == f"service:{str(service).rpartition('/')[2]}")
        and (not family or task.definition.name == family)
    ]
    return _page("taskArns", [task.arn for task in rows], params)


def _page(name: str, arns: list[str], params: Json) -> Json | Refusal:
    most, token = params.get("maxResults") or QUOTAS.listed, params.get("nextToken") or "0"
    if isinstance(most, bool) or not isinstance(most, int) or not 1 <= most <= QUOTAS.listed:
        return refusals.invalid(f"maxResults must be between 1 and {QUOTAS.listed}.")
    if not isinstance(token, str) or not token.isascii() or not token.isdecimal() or len(token) > 9:
        return refusals.invalid("Invalid token.")
    first = int(token)
    rest = {"nextToken": str(first + most)} if len(arns) > first + most else {}
    return {name: arns[first : first + most], **rest}


def _task(world: World, value: object) -> Task | None:
    id_ = str(value).rpartition("/")[2]
    return next((task for task in tasks_of(world) if task.id == id_), None)
