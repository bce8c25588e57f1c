"""What a check reads: the catalogue, and the properties of each resource as values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flows.topology.catalogue import Catalogue, Resource
from flows.topology.document import LinkPlayground
from flows.topology.links.draft import Draft
from flows.topology.problems import pointer
from flows.topology.properties import FunctionProperties, MappingProperties, QueueProperties
from flows.topology.property_base import Properties


@dataclass(frozen=True, slots=True)
class View:
    """The document as the checks read it; `values` holds the resources whose properties are in order."""

    catalogue: Catalogue
    values: dict[str, Properties]
    planned: dict[str, LinkPlayground]
    links: list[Draft]

    def queues(self) -> Iterator[tuple[Resource, QueueProperties]]:
        for id_, values in self.values.items():
            if isinstance(values, QueueProperties):
                yield self.catalogue.resources[id_], values

    def mappings(self) -> Iterator[tuple[Resource, MappingProperties]]:
        for id_, values in self.values.items():
            if isinstance(values, MappingProperties):
                yield self.catalogue.resources[id_], values

    def function(self, resource: Resource | None) -> FunctionProperties | None:
        values = self.values.get(resource.id) if resource is not None else None
        return values if isinstance(values, FunctionProperties) else None

    def queue(self, resource: Resource | None) -> QueueProperties | None:
        values = self.values.get(resource.id) if resource is not None else None
        return values if isinstance(values, QueueProperties) else None


def path_of(resource: Resource, *parts: object) -> str:
    return pointer("resources", resource.id, "Properties", *parts)
