"""Finding what a request is about, and the pages of a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from flows.services.constraints import violations
from flows.services.dates import iso
from flows.services.ports import Answer, Caller, Json, Operation, Refusal
from flows.services.schemas import refusals
from flows.services.schemas.quotas import QUOTAS
from flows.services.schemas.registry import Registry, Schema, Version, registry_of
from flows.services.texts import is_writable

if TYPE_CHECKING:
    from flows.services.world import World

Verb: TypeAlias = "Callable[[World, Caller, Json], Json | Refusal]"
REGISTRY_NAME = re.compile(r"[0-9A-Za-z_.@-]{1,64}")
SCHEMA_NAME = re.compile(r"[0-9A-Za-z_.@-]{1,385}")


class Answering:
    """A verb as an operation: bounds are checked first, and what it answers is made an answer."""

    def __init__(self, name: str, verb: Verb) -> None:
        self.name, self.verb = name, verb

    def __call__(self, world: World, caller: Caller, params: Json) -> Answer:
        params = {name: value for name, value in params.items() if value is not None}
        wrong = violations("schemas", self.name, params) if is_writable(params) else refusals.NOT_UTF8
        got = self.verb(world, caller, params) if wrong is None else refusals.bad_request(wrong.message)
        return Answer(refusal=got) if isinstance(got, Refusal) else Answer(got)


def row(name: str, verb: Verb, *, mutates: bool = True, aws: bool = True) -> Operation:
    return Operation(name, Answering(name, verb), mutates=mutates, aws=aws)


def wanted_registry(world: World, caller: Caller, params: Json) -> Registry | Refusal:
    name = str(params.get("RegistryName"))
    return registry_of(world, caller, name) or refusals.no_registry(name)


def listed_registry(world: World, caller: Caller, params: Json) -> Registry | Refusal:
    """The registry, for operations of which AWS documents no NotFoundException."""
    found = wanted_registry(world, caller, params)
    return refusals.bad_request(found.message) if isinstance(found, Refusal) else found


def wanted_schema(world: World, caller: Caller, params: Json) -> Schema | Refusal:
    registry = wanted_registry(world, caller, params)
    if isinstance(registry, Refusal):
        return registry
    name = str(params.get("SchemaName"))
    return registry.schemas.get(name) or refusals.no_schema(name)


def wanted_version(schema: Schema, said: Any) -> Version | Refusal:
    """The version that was asked for; the newest, if none was."""
    if said is None:
        return schema.newest
    text = str(said)
    number = int(text) if text.isascii() and text.isdecimal() else 0
    return schema.versions.get(number) or refusals.no_version(said)


def page(name: str, rows: list[Json], params: Json) -> Json | Refusal:
    """The rows after `NextToken`, which is how many were shown."""
    token, most = str(params.get("NextToken") or "0"), params.get("Limit") or QUOTAS.page
    if not (token.isascii() and token.isdecimal()):
        return refusals.BAD_TOKEN
    if not isinstance(most, int) or most < 1:
        return refusals.bad_request("Limit must be a positive number.")
    shown = int(token)
    answer: Json = {name: rows[shown : shown + most]}
    if shown + most < len(rows):
        answer["NextToken"] = str(shown + most)
    return answer


def tags_of(params: Json) -> dict[str, str] | Refusal:
    """Tags as a request has them."""
    given: Mapping[str, Any] = params.get("Tags") or params.get("tags") or {}
    tags = {str(name): str(value) for name, value in given.items()}
    return tags if len(tags) <= QUOTAS.tags else refusals.TOO_MANY_TAGS


def dated(world: World, at: int) -> str:
    return iso(world.environment, at)


def version_json(world: World, schema: Schema, version: Version) -> Json:
    return {
        "Description": schema.description,
        "LastModified": dated(world, schema.changed_at),
        "SchemaArn": schema.arn,
        "SchemaName": schema.name,
        "SchemaVersion": str(version.number),
        "Tags": dict(schema.tags),
        "Type": version.type,
        "VersionCreatedDate": dated(world, version.made_at),
    }
