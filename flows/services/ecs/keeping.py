"""Services, clusters and task definitions: what can be asked about them, and what can be changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.services.ecs import records, refusals
from flows.services.ecs.cluster import Cluster, cluster_of, definition_of, services_of
from flows.services.ecs.definition import Definition
from flows.services.ecs.describing import cluster_json, definition_json, service_json
from flows.services.ecs.quotas import QUOTAS
from flows.services.ecs.running import name_of
from flows.services.ecs.service import ContainerService
from flows.services.ports import Caller, Json, Refusal
from flows.topology.task_behaviour import frozen, normalise_task_behaviour, parse_task_behaviour

if TYPE_CHECKING:
    from flows.services.world import World


def service_of(world: World, params: Json) -> ContainerService | Refusal:
    """The service of a cluster by its name or ARN."""
    cluster = cluster_of(world, params.get("cluster"))
    wanted = str(params.get("service") or "").rpartition("/")[2]
    if cluster is None:
        return refusals.no_such_cluster()
    named = [service for service in services_of(world) if service.name == wanted]
    here = [service for service in named if service.cluster == name_of(cluster) or "cluster" not in params]
    return here[0] if here else refusals.no_such_service()


def update_service(world: World, caller: Caller, params: Json) -> Json | Refusal:
    service = service_of(world, params)
    if isinstance(service, Refusal):
        return service
    if not service.is_active:
        return refusals.service_not_active()
    desired = params.get("desiredCount", service.desired)
    if isinstance(desired, bool) or not isinstance(desired, int) or not 0 <= desired <= QUOTAS.desired:
        return refusals.invalid(f"desiredCount must be between 0 and {QUOTAS.desired}.")
    told = params.get("taskDefinition")
    definition = service.definition if told is None else definition_of(world, told)
    if definition is None:
        return refusals.no_such_definition()
    if definition is not service.definition or params.get("forceNewDeployment") is True:
        changed = definition is not service.definition
        service.definition = definition
        service.link = world.link_between(service.node, definition.node, "ecs-service-task")
        reason = "another task definition" if changed else "forced by UpdateService"
        service.deploy(reason, caller.request, caller.cause)
    service.scale(desired, "UpdateService", caller.request, caller.cause)
    return {"service": service_json(service)}


def delete_service(world: World, caller: Caller, params: Json) -> Json | Refusal:
    service = service_of(world, params)
    if isinstance(service, Refusal):
        return service
    if service.desired and params.get("force") is not True:
        return refusals.invalid("The service cannot be stopped while it is scaled above 0.")
    service.end(caller)
    return {"service": service_json(service)}


def describe_services(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    named = params.get("services") or []
    if not named:
        return refusals.invalid("Services cannot be empty.")
    found = [(name, service_of(world, {**params, "service": name})) for name in named]
    return {
        "services": [service_json(each) for _, each in found if isinstance(each, ContainerService)],
        "failures": [{"arn": str(name), "reason": "MISSING"} for name, each in found if isinstance(each, Refusal)],
    }


def list_services(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    cluster = cluster_of(world, params.get("cluster"))
    if cluster is None:
        return refusals.no_such_cluster()
    return {"serviceArns": [each.arn for each in services_of(world) if each.cluster == name_of(cluster)]}


def describe_clusters(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    named = params.get("clusters") or ["default"]
    found = [(name, cluster_of(world, name)) for name in named]
    return {
        "clusters": [cluster_json(world, name_of(each)) for _, each in found if each is not None],
        "failures": [{"arn": str(name), "reason": "MISSING"} for name, each in found if each is None],
    }


def list_clusters(world: World, _caller: Caller, _params: Json) -> Json | Refusal:
    return {"clusterArns": [noun.arn for noun in world.nouns_of("ecs") if isinstance(noun, Cluster)]}


def describe_task_definition(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    definition = definition_of(world, params.get("taskDefinition"))
    if definition is None:
        return refusals.cannot_describe(params.get("taskDefinition"))
    return {"taskDefinition": definition_json(definition)}


def list_task_definitions(world: World, _caller: Caller, _params: Json) -> Json | Refusal:
    return {"taskDefinitionArns": [noun.arn for noun in world.nouns_of("ecs") if isinstance(noun, Definition)]}


def update_container_code(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """{taskDefinition, Behaviour}: how the containers that start from now on behave. What they poll, if anything, stays a queue of
    the topology, by name, ARN or logical id.
    """
    definition = definition_of(world, params.get("taskDefinition"))
    if definition is None:
        return refusals.no_such_definition()
    given = normalise_task_behaviour(params.get("Behaviour"))
    model, problems = parse_task_behaviour(given)
    if problems:
        return refusals.invalid("; ".join(f"{each.path}: {each.message}" for each in problems)[:1000])
    queue = None
    if model.consumes is not None:
        told = model.consumes.queue
        node = world.topology.by_id.get(told) or world.addressed(told, "queue")
        if node is None or node.kind != "queue":
            return refusals.invalid(f"{told} is no queue of this topology.")
        queue = node.index
    definition.behaviour = frozen(model, queue)
    environment = world.environment
    body = environment.bodies.number(json.dumps(given, sort_keys=True))
    environment.recorder.write(records.CODE_CHANGED, definition.node, 0, caller.request, caller.cause, 0, (body,))
    return {"taskDefinitionArn": world.topology.nodes[definition.node].arn, "Behaviour": given}
