"""AppSync: an API with everything that belongs to it, from checked properties to frozen configuration.

A data source, a function and a resolver are resources of their own in CloudFormation; here they belong to their API, as its schema
does. They name each other by name, by id or by reference, which after an import is the logical id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flows.topology.graphql_schema import SchemaError, schema_of
from flows.topology.links.appsync import SOURCES, api_of
from flows.topology.links.draft import get, members
from flows.topology.resources.graphql import (
    NONE,
    PIPELINE,
    UNIT,
    DataSourceConfig,
    GraphqlConfig,
    ResolverConfig,
    SourceConfig,
    StepConfig,
)

if TYPE_CHECKING:
    from flows.topology.catalogue import Catalogue, Resource
    from flows.topology.compiled import CompiledNode
    from flows.topology.configure import Numbering
    from flows.topology.links.draft import Draft

API = "AWS::AppSync::GraphQLApi"
SCHEMA, SOURCE, FUNCTION, RESOLVER = (
    "AWS::AppSync::GraphQLSchema",
    "AWS::AppSync::DataSource",
    "AWS::AppSync::FunctionConfiguration",
    "AWS::AppSync::Resolver",
)
NO_SCHEMA = "It has no schema."
REFUSED = "AWS would refuse its schema: {why}"


def parts_of(api: Resource, catalogue: Catalogue, type_: str) -> Iterator[Resource]:
    """The resources of a type that belong to the API."""
    return (part for part in catalogue.of_type(type_) if api_of(part.properties, catalogue).id == api.id)


def schema_text(api: Resource, catalogue: Catalogue) -> str:
    for part in parts_of(api, catalogue, SCHEMA):
        text = part.properties.get("Definition")
        if isinstance(text, str) and text.strip():
            return text
    return ""


def why_refused(text: str) -> str:
    """Why an API with that schema cannot run, or nothing."""
    if not text:
        return NO_SCHEMA
    try:
        schema_of(text)
    except SchemaError as refused:
        return REFUSED.format(why=str(refused)[:300])
    return ""


def configure_graphql_api(api: Resource, numbering: Numbering) -> GraphqlConfig:
    catalogue = numbering.catalogue
    sources = {part.id: part for part in parts_of(api, catalogue, SOURCE)}
    functions = list(parts_of(api, catalogue, FUNCTION))
    resolvers = []
    for part in parts_of(api, catalogue, RESOLVER):
        given = part.properties
        pipeline = given.get("Kind") == PIPELINE or get(given, "PipelineConfig") is not None
        own = _step(given, sources)
        named = [_named(each, functions) for each in members(get(given, "PipelineConfig", "Functions"))]
        steps = tuple(_step(each.properties, sources) for each in named if each is not None)
        resolvers.append(
            ResolverConfig(
                str(given.get("TypeName")),
                str(given.get("FieldName")),
                PIPELINE if pipeline else UNIT,
                steps if pipeline else (own,),
                own if pipeline else StepConfig(),
                _whole(given.get("MaxBatchSize")),
            )
        )
    name = api.properties.get("Name")
    return GraphqlConfig(
        name if isinstance(name, str) and name else api.name,
        schema_text(api, catalogue),
        tuple(_source(part, numbering) for part in sources.values()),
        tuple(resolvers),
        str(api.properties.get("AuthenticationType") or "API_KEY"),
        _whole(api.properties.get("QueryDepthLimit")),
        _whole(api.properties.get("ResolverCountLimit")),
    )


def _source(part: Resource, numbering: Numbering) -> SourceConfig:
    given = part.properties
    target: int | None = -1
    arn = ""
    for path, kind in SOURCES:
        value = get(given, *path)
        if value:
            target, arn = numbering.of(value, kind), numbering.arn(value, kind)
    database = get(given, "RelationalDatabaseConfig", "RdsHttpEndpointConfig")
    return SourceConfig(
        source_name(part),
        str(given.get("Type") or NONE),
        -1 if target is None else target,
        arn,
        str(get(given, "HttpConfig", "Endpoint") or ""),
        str(get(database, "AwsSecretStoreArn") or ""),
        str(get(database, "DatabaseName") or ""),
    )


def source_name(part: Resource) -> str:
    name = part.properties.get("Name")
    return name if isinstance(name, str) and name else part.id


def _step(given: Any, sources: dict[str, Resource]) -> StepConfig:
    return StepConfig(
        _source_of(given.get("DataSourceName"), sources),
        _text(given.get("RequestMappingTemplate")),
        _text(given.get("ResponseMappingTemplate")),
        _text(given.get("Code")),
        str(given.get("Name") or given.get("FieldName") or ""),
    )


def _source_of(value: object, sources: dict[str, Resource]) -> str:
    """A data source is named by its name, or by a reference, which is its logical id."""
    if not isinstance(value, str):
        return ""
    part = sources.get(value.removesuffix(".Name"))
    return value if part is None else source_name(part)


def _named(value: object, functions: list[Resource]) -> Resource | None:
    wanted = value.removesuffix(".FunctionId") if isinstance(value, str) else ""
    return next((each for each in functions if wanted in (each.id, each.properties.get("Name"))), None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _whole(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 6:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def data_source(
    draft: Draft, source: CompiledNode, _target: CompiledNode, catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    return DataSourceConfig(source.index, source_name(catalogue.resources[draft.via]))
