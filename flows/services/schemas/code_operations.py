"""Code bindings of a schema's version: ordered, described, downloaded as a zip archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Caller, Json, Refusal
from flows.services.schemas import records, refusals
from flows.services.schemas.bindings import LANGUAGES, archive, files_of
from flows.services.schemas.documents import parsed
from flows.services.schemas.lookups import dated, row, wanted_schema, wanted_version
from flows.services.schemas.registry import Schema, Version

if TYPE_CHECKING:
    from flows.services.world import World

COMPLETE = "CREATE_COMPLETE"


def put_code_binding(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """The code is there at once; AWS takes some seconds."""
    found = _wanted(world, caller, params)
    if isinstance(found, Refusal):
        return found
    schema, version = found
    language = str(params["Language"])
    version.bindings.setdefault(language, world.environment.now_at)
    detail = (schema.name, str(version.number), language)
    write = world.environment.recorder.write
    write(records.BINDING_MADE, caller.node, 0, caller.request, caller.cause, 0, detail)
    return _described(world, version, language)


def describe_code_binding(world: World, caller: Caller, params: Json) -> Json | Refusal:
    found = _made(world, caller, params)
    return found if isinstance(found, Refusal) else _described(world, found[1], str(params["Language"]))


def get_code_binding_source(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """`Body` is the archive in base64; `Files` (ours) the same, readable."""
    found = _made(world, caller, params)
    if isinstance(found, Refusal):
        return found
    schema, version = found
    files = files_of(parsed(version.content), schema.name, str(params["Language"]))
    return {"Body": archive(files), "Files": files}


def _wanted(world: World, caller: Caller, params: Json) -> tuple[Schema, Version] | Refusal:
    language = str(params["Language"])
    if language not in LANGUAGES:
        return refusals.bad_request(f"There are no code bindings for {language}; there are for {', '.join(LANGUAGES)}.")
    schema = wanted_schema(world, caller, params)
    if isinstance(schema, Refusal):
        return schema
    version = wanted_version(schema, params.get("SchemaVersion"))
    return version if isinstance(version, Refusal) else (schema, version)


def _made(world: World, caller: Caller, params: Json) -> tuple[Schema, Version] | Refusal:
    found = _wanted(world, caller, params)
    if not isinstance(found, Refusal) and str(params["Language"]) not in found[1].bindings:
        return refusals.no_binding(params["Language"])
    return found


def _described(world: World, version: Version, language: str) -> Json:
    made = dated(world, version.bindings[language])
    return {"CreationDate": made, "LastModified": made, "SchemaVersion": str(version.number), "Status": COMPLETE}


ROWS = (
    row("PutCodeBinding", put_code_binding),
    row("DescribeCodeBinding", describe_code_binding, mutates=False),
    row("GetCodeBindingSource", get_code_binding_source, mutates=False),
)
