"""Memberships and connectors: context that a picture may show, and never needs."""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.catalogue import Catalogue, Resource
from flows.topology.links.draft import Draft, get, members, own


def from_database_instance(instance: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    cluster = instance.properties.get("DBClusterIdentifier")
    if cluster:
        yield Draft(
            f"{instance.id}.DBClusterIdentifier",
            "db-member",
            own(instance),
            catalogue.end(cluster, "database"),
            style="suggested",
        )


def from_ledger_stream(stream: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    target = get(stream.properties, "KinesisConfiguration", "StreamArn")
    if target:
        yield Draft(f"{stream.id}.KinesisConfiguration", "qldb-stream", own(stream), catalogue.end(target, "stream"))


def from_connector(connector: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    source, targets = get(connector.properties, "Source"), members(connector.properties.get("Destination"))
    for index, target in enumerate(targets):
        ends = [
            catalogue.by_id(get(end, "Id")) or catalogue.end(get(end, "Arn") or get(end, "Name"))
            for end in (source, target)
        ]
        yield Draft(f"{connector.id}.{index}", "connector", ends[0], ends[1], via=connector.id, style="suggested")
