"""A GraphQL API's links: its data sources."""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.catalogue import Catalogue, Resource
from flows.topology.links.draft import Draft, get

SOURCES = (
    (("LambdaConfig", "LambdaFunctionArn"), "function"),
    (("DynamoDBConfig", "TableName"), "table"),
    (("EventBridgeConfig", "EventBusArn"), "bus"),
    (("RelationalDatabaseConfig", "RdsHttpEndpointConfig", "DbClusterIdentifier"), "database"),
)


def from_data_source(source: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    given = source.properties
    api_id = given.get("ApiId")
    api = catalogue.end(api_id.removesuffix(".ApiId") if isinstance(api_id, str) else api_id, "graphql-api")
    for path, kind in SOURCES:
        target = get(given, *path)
        if target:
            yield Draft(source.id, "appsync-datasource", api, catalogue.end(target, kind), via=source.id)
