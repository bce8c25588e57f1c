"""Questions about schemas: described, listed, searched, exported; inferred from events; versions compared; sample events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.services.ports import Caller, Json, Refusal
from flows.services.schemas import refusals
from flows.services.schemas.difference import differences
from flows.services.schemas.documents import DRAFT4, OPENAPI, BadDocument, as_draft4, event_document, parsed
from flows.services.schemas.lookups import (
    dated,
    listed_registry,
    page,
    row,
    version_json,
    wanted_schema,
    wanted_version,
)
from flows.services.schemas.registry import Schema, Version
from flows.services.schemas.sample import chance, sample
from flows.services.schemas.shape import merged, shape_of

if TYPE_CHECKING:
    from flows.services.world import World


def describe_schema(world: World, caller: Caller, params: Json) -> Json | Refusal:
    found = _wanted(world, caller, params)
    if isinstance(found, Refusal):
        return found
    return {"Content": found[1].content, **version_json(world, *found)}


def export_schema(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """A schema as JSON Schema Draft 4."""
    found = _wanted(world, caller, params)
    if isinstance(found, Refusal):
        return found
    schema, version = found
    if str(params["Type"]) != DRAFT4:
        return refusals.bad_request(f"A schema is exported as {DRAFT4} only.")
    document = parsed(version.content)
    return {
        "Content": json.dumps(as_draft4(document) if version.type == OPENAPI else document, separators=(",", ":")),
        "SchemaArn": schema.arn,
        "SchemaName": schema.name,
        "SchemaVersion": str(version.number),
        "Type": DRAFT4,
    }


def list_schemas(world: World, caller: Caller, params: Json) -> Json | Refusal:
    registry = listed_registry(world, caller, params)
    if isinstance(registry, Refusal):
        return registry
    prefix = str(params.get("SchemaNamePrefix") or "")
    found = [registry.schemas[name] for name in sorted(registry.schemas) if name.startswith(prefix)]
    return page("Schemas", [_summary(world, schema) for schema in found], params)


def list_schema_versions(world: World, caller: Caller, params: Json) -> Json | Refusal:
    schema = wanted_schema(world, caller, params)
    if isinstance(schema, Refusal):
        return schema
    rows = [
        {"SchemaArn": schema.arn, "SchemaName": schema.name, "SchemaVersion": str(number), "Type": version.type}
        for number, version in sorted(schema.versions.items(), reverse=True)
    ]
    return page("SchemaVersions", rows, params)


def search_schemas(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """Every schema whose name or newest content has all the keywords, whatever their case."""
    registry = listed_registry(world, caller, params)
    if isinstance(registry, Refusal):
        return registry
    words = str(params["Keywords"]).lower().split()
    rows = [
        {
            "RegistryName": registry.name,
            "SchemaArn": schema.arn,
            "SchemaName": schema.name,
            "SchemaVersions": [
                {"CreatedDate": dated(world, version.made_at), "SchemaVersion": str(number), "Type": version.type}
                for number, version in sorted(schema.versions.items(), reverse=True)
            ],
        }
        for _, schema in sorted(registry.schemas.items())
        if all(word in f"{schema.name} {schema.newest.content}".lower() for word in words)
    ]
    return page("Schemas", rows, params)


def get_discovered_schema(_world: World, _caller: Caller, params: Json) -> Json | Refusal:
    """The schema of some events, which is kept nowhere."""
    shape, source, detail_type = None, "", ""
    for text in params["Events"]:
        try:
            event = parsed(str(text))
        except BadDocument:
            return refusals.bad_request("An event is not a JSON object.")
        source, detail_type = str(event.get("source") or "unknown"), str(event.get("detail-type") or "Event")
        found = shape_of(event.get("detail", event))
        shape = found if shape is None else merged(shape, found)
    assert shape is not None
    document = event_document(source, detail_type, shape, str(params["Type"]))
    return {"Content": json.dumps(document, separators=(",", ":"))}


def get_schema_difference(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """What is different between two versions; the older is the one before, unless it is named."""
    found = _wanted(world, caller, params)
    if isinstance(found, Refusal):
        return found
    schema, after = found
    said = params.get("FromVersion")
    earlier = [number for number in schema.versions if number < after.number]
    before = wanted_version(schema, said) if said else schema.versions[max(earlier)] if earlier else after
    if isinstance(before, Refusal):
        return before
    return {
        "FromVersion": str(before.number),
        "SchemaVersion": str(after.number),
        "Differences": differences(parsed(before.content), parsed(after.content)),
    }


def get_sample_event(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """An event of a schema; another `Number` is another event."""
    found = _wanted(world, caller, params)
    if isinstance(found, Refusal):
        return found
    schema, version = found
    environment = world.environment
    stream = chance(environment.seed, schema.arn, version.number, params.get("Number") or 0)
    now_us = environment.wall_us(environment.now_at)
    return {"Event": sample(parsed(version.content), now_us, stream, caller.account, caller.region)}


def _wanted(world: World, caller: Caller, params: Json) -> tuple[Schema, Version] | Refusal:
    schema = wanted_schema(world, caller, params)
    if isinstance(schema, Refusal):
        return schema
    version = wanted_version(schema, params.get("SchemaVersion"))
    return version if isinstance(version, Refusal) else (schema, version)


def _summary(world: World, schema: Schema) -> Json:
    return {
        "LastModified": dated(world, schema.changed_at),
        "SchemaArn": schema.arn,
        "SchemaName": schema.name,
        "Tags": dict(schema.tags),
        "VersionCount": len(schema.versions),
    }


ROWS = (
    row("DescribeSchema", describe_schema, mutates=False),
    row("ExportSchema", export_schema, mutates=False),
    row("ListSchemas", list_schemas, mutates=False),
    row("ListSchemaVersions", list_schema_versions, mutates=False),
    row("SearchSchemas", search_schemas, mutates=False),
    row("GetDiscoveredSchema", get_discovered_schema, mutates=False),
    row("GetSchemaDifference", get_schema_difference, mutates=False, aws=False),
    row("GetSampleEvent", get_sample_event, mutates=False, aws=False),
)
