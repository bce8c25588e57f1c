"""A GraphQL API's links: its data sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.topology.catalogue import Catalogue, End, Resource
from flows.topology.links.draft import Draft, get

SOURCES = (
    (("LambdaConfig", "LambdaFunctionArn"), "function"),
    (("DynamoDBConfig", "TableName"), "table"),
    (("EventBridgeConfig", "EventBusArn"), "bus"),
    (("RelationalDatabaseConfig", "RdsHttpEndpointConfig", "DbClusterIdentifier"), "database"),
)


def api_of(given: Any, catalogue: Catalogue) -> End:
    """The API that a part of it names: by id, which after an import is its name, or by ARN."""
    api_id = get(given, "ApiId")
    return catalogue.end(api_id.removesuffix(".ApiId") if isinstance(api_id, str) else api_id, "graphql-api")


def from_data_source(source: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    given = source.properties
    for path, kind in SOURCES:
        target = get(given, *path)
        if target:
            end = catalogue.end(target, kind)
            yield Draft(source.id, "appsync-datasource", api_of(given, catalogue), end, via=source.id)


def part_of_api(_part: Resource, _catalogue: Catalogue) -> Iterator[Draft]:
    """A schema, a resolver, a function of a pipeline: part of the API, and no link."""
    return iter(())
