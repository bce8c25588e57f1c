"""Finding the database that a request is about: a cluster by name or ARN, an instance, or the cluster behind an instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.rds.database import Database

if TYPE_CHECKING:
    from flows.services.world import World

ROOM, KIND = "rds", "database"


def database_of(world: World, value: object) -> Database | None:
    """The one that answers: of an instance of a cluster the cluster."""
    found = named(world, value)
    if found is not None and found.config.cluster >= 0:
        cluster = world.nouns[found.config.cluster]
        return cluster if isinstance(cluster, Database) else found
    return found


def named(world: World, value: object) -> Database | None:
    """The node of that name or ARN itself."""
    node = world.addressed(value, KIND)
    noun = None if node is None else world.nouns[node.index]
    return noun if isinstance(noun, Database) else None


def databases(world: World, *, clusters: bool) -> list[Database]:
    topology = world.topology
    return [
        noun
        for noun in world.nouns_of(ROOM)
        if isinstance(noun, Database) and topology.nodes[noun.node].type.endswith("DBCluster") == clusters
    ]
