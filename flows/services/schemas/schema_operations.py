"""Schemas and their versions: made, changed, deleted. A schema that is given another content has another version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Caller, Json, Refusal
from flows.services.schemas import records, refusals
from flows.services.schemas.documents import BadDocument, checked
from flows.services.schemas.lookups import (
    SCHEMA_NAME,
    listed_registry,
    row,
    tags_of,
    version_json,
    wanted_registry,
    wanted_schema,
    wanted_version,
)
from flows.services.schemas.registry import Schema, arn_of

if TYPE_CHECKING:
    from flows.services.world import World


def create_schema(world: World, caller: Caller, params: Json) -> Json | Refusal:
    registry, tags = listed_registry(world, caller, params), tags_of(params)
    if isinstance(registry, Refusal):
        return registry
    if isinstance(tags, Refusal):
        return tags
    name = str(params["SchemaName"])
    if not SCHEMA_NAME.fullmatch(name):
        return refusals.bad_request(f"Schema name {name} is not valid.")
    if name in registry.schemas:
        return refusals.bad_request(f"Schema with name {name} already exists.")
    try:
        checked(str(params["Content"]), str(params["Type"]))
    except BadDocument as wrong:
        return refusals.bad_request(str(wrong))
    arn = arn_of(caller.region, caller.account, "schema", f"{registry.name}/{name}")
    schema = registry.schemas[name] = Schema(arn, name, str(params["Type"]), str(params.get("Description") or ""))
    schema.tags = tags
    return _added(world, caller, schema, str(params["Content"]))


def update_schema(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """Another content is another version."""
    schema = wanted_schema(world, caller, params)
    if isinstance(schema, Refusal):
        return schema
    schema.description = str(params.get("Description") or schema.description)
    content, type_ = str(params.get("Content") or ""), str(params.get("Type") or schema.type)
    if not content:
        return version_json(world, schema, schema.newest)
    try:
        checked(content, type_)
    except BadDocument as wrong:
        return refusals.bad_request(str(wrong))
    schema.type = type_
    return _added(world, caller, schema, content)


def delete_schema(world: World, caller: Caller, params: Json) -> Json | Refusal:
    schema, registry = wanted_schema(world, caller, params), wanted_registry(world, caller, params)
    if isinstance(schema, Refusal):
        return schema
    assert not isinstance(registry, Refusal)
    del registry.schemas[schema.name]
    _write(world, caller, records.DELETED, (schema.name, ""))
    return {}


def delete_schema_version(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """The last version cannot go without its schema."""
    schema = wanted_schema(world, caller, params)
    if isinstance(schema, Refusal):
        return schema
    version = wanted_version(schema, params["SchemaVersion"])
    if isinstance(version, Refusal):
        return version
    if len(schema.versions) == 1:
        return refusals.bad_request("The only version of a schema cannot be deleted.")
    del schema.versions[version.number]
    _write(world, caller, records.DELETED, (schema.name, f"version {version.number}"))
    return {}


def _added(world: World, caller: Caller, schema: Schema, content: str) -> Json:
    version = schema.add(content, schema.type, world.environment.now_at)
    _write(world, caller, records.MADE, (schema.name, str(version.number)))
    return version_json(world, schema, version)


def _write(world: World, caller: Caller, kind: int, detail: tuple[str, ...]) -> None:
    world.environment.recorder.write(kind, caller.node, 0, caller.request, caller.cause, 0, detail)


ROWS = (
    row("CreateSchema", create_schema),
    row("UpdateSchema", update_schema),
    row("DeleteSchema", delete_schema),
    row("DeleteSchemaVersion", delete_schema_version),
)
