"""ECS's links: what a service is made of, which queue the containers of a task definition poll, what their code calls."""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.catalogue import Catalogue, Resource
from flows.topology.links.draft import Draft, get, own
from flows.topology.links.lambda_ import calls_of


def from_container_service(service: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    for name, kind, what in (
        ("TaskDefinition", "container-task", "ecs-service-task"),
        ("Cluster", "cluster", "ecs-service-cluster"),
    ):
        if service.properties.get(name):
            yield Draft(f"{service.id}.{name}", what, own(service), catalogue.end(service.properties[name], kind))


def from_task_definition(definition: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    told = get(definition.playground.behaviour, "consumes", "queue")
    if isinstance(told, str) and told:
        queue = catalogue.by_id(told) or catalogue.end(told, "queue")
        size = get(definition.playground.behaviour, "consumes", "batch")
        label = f"up to {size} at a time" if isinstance(size, int) and size > 1 else "polls"
        yield Draft(f"{definition.id}.consumes", "ecs-poll", queue, own(definition), label=label)
    yield from calls_of(definition, catalogue)


def of_scaling(_companion: Resource, _catalogue: Catalogue) -> Iterator[Draft]:
    """A scalable target, its policies and alarms: part of the service, and no link."""
    return iter(())
