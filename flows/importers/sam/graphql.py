"""SAM's GraphQL API written out: its schema, data sources, functions and resolvers, as AppSync's own resources.

A resolver of SAM is a pipeline; one without code of its own hands on what its last function gave.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.importers.resolver import section
from flows.importers.sam.expansion import Expansion, Raw, listed

HANDS_ON = "export function request(ctx) { return {}; }\nexport function response(ctx) { return ctx.prev.result; }"
NONE = "None"


def graphql_api(raw: Raw, given: dict[str, Any], expansion: Expansion) -> None:
    api = {"ApiId": expansion.name(raw)}
    raw.properties.setdefault("Name", raw.id)
    raw.properties["AuthenticationType"] = str(section(given, "Auth").get("Type") or "API_KEY")
    schema = _text(given, "SchemaInline", "SchemaUri", "Definition", "DefinitionS3Location")
    expansion.add(f"{raw.id}Schema", "AWS::AppSync::GraphQLSchema", {**api, **schema}, raw)
    sources = dict(_sources(section(given, "DataSources")))
    for name, properties in sources.items():
        expansion.add(f"{raw.id}{name}", "AWS::AppSync::DataSource", {**api, "Name": name, **properties}, raw)
    for name, function in section(given, "Functions").items():
        if isinstance(function, dict):
            source = _source(function.get("DataSource"), sources)
            if source == NONE and source not in sources:
                nothing = {**api, "Name": NONE, "Type": "NONE"}
                expansion.add(f"{raw.id}NoneDataSource", "AWS::AppSync::DataSource", nothing, raw)
            properties = {**api, "Name": function.get("Name") or name, "DataSourceName": source, **_code(function)}
            expansion.add(f"{raw.id}{name}", "AWS::AppSync::FunctionConfiguration", properties, raw)
    for type_, fields in section(given, "Resolvers").items():
        for name, resolver in fields.items() if isinstance(fields, dict) else ():
            if isinstance(resolver, dict):
                _resolver(raw, str(type_), str(name), resolver, expansion)


def _resolver(raw: Raw, type_: str, name: str, resolver: dict[str, Any], expansion: Expansion) -> None:
    pipeline = [f"{raw.id}{each}" for each in listed(resolver.get("Pipeline")) if isinstance(each, str)]
    properties = {
        "ApiId": expansion.name(raw),
        "TypeName": type_,
        "FieldName": resolver.get("FieldName") or name,
        "Kind": "PIPELINE",
        "PipelineConfig": {"Functions": pipeline},
        **(_code(resolver) or {"Code": HANDS_ON}),
    }
    expansion.add(f"{raw.id}{type_}{name}", "AWS::AppSync::Resolver", properties, raw)


def _sources(given: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, table in section(given, "DynamoDb").items():
        if isinstance(table, dict):
            yield name, {"Type": "AMAZON_DYNAMODB", "DynamoDBConfig": {"TableName": table.get("TableName")}}
    for name, function in section(given, "Lambda").items():
        if isinstance(function, dict):
            yield name, {"Type": "AWS_LAMBDA", "LambdaConfig": {"LambdaFunctionArn": function.get("FunctionArn")}}


def _source(value: object, sources: dict[str, Any]) -> str:
    return value if isinstance(value, str) and value in sources else NONE


def _code(given: dict[str, Any]) -> dict[str, Any]:
    return _text(given, "InlineCode", "CodeUri", "Code", "CodeS3Location")


def _text(given: dict[str, Any], inline: str, uri: str, text: str, location: str) -> dict[str, Any]:
    if isinstance(given.get(inline), str):
        return {text: given[inline]}
    return {location: given[uri]} if given.get(uri) is not None else {}
