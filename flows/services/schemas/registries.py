"""Registries and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Caller, Json, Refusal
from flows.services.schemas import records, refusals
from flows.services.schemas.lookups import REGISTRY_NAME, page, row, tags_of, wanted_registry
from flows.services.schemas.quotas import DISCOVERED, EVENTS, QUOTAS
from flows.services.schemas.registry import Registry, account_of, arn_of, registry_of

if TYPE_CHECKING:
    from flows.services.world import World


def create_registry(world: World, caller: Caller, params: Json) -> Json | Refusal:
    name, tags = str(params["RegistryName"]), tags_of(params)
    if not REGISTRY_NAME.fullmatch(name):
        return refusals.bad_request(f"Registry name {name} is not valid.")
    if isinstance(tags, Refusal):
        return tags
    if name.startswith(EVENTS):
        return refusals.reserved(name)
    if registry_of(world, caller, name) is not None:
        return refusals.exists("Registry", name)
    arn = arn_of(caller.region, caller.account, "registry", name)
    registry = Registry(arn, name, str(params.get("Description") or ""), tags)
    account_of(world).registries[arn] = registry
    _write(world, caller, records.REGISTRY_MADE, name)
    return _described(registry)


def update_registry(world: World, caller: Caller, params: Json) -> Json | Refusal:
    registry = wanted_registry(world, caller, params)
    if isinstance(registry, Refusal):
        return registry
    registry.description = str(params.get("Description") or registry.description)
    return _described(registry)


def delete_registry(world: World, caller: Caller, params: Json) -> Json | Refusal:
    registry = wanted_registry(world, caller, params)
    if isinstance(registry, Refusal):
        return registry
    if registry.name == DISCOVERED:
        return refusals.reserved(registry.name)
    if registry.schemas:
        return refusals.not_empty(registry.name)
    del account_of(world).registries[registry.arn]
    _write(world, caller, records.REGISTRY_DELETED, registry.name)
    return {}


def describe_registry(world: World, caller: Caller, params: Json) -> Json | Refusal:
    registry = wanted_registry(world, caller, params)
    return registry if isinstance(registry, Refusal) else _described(registry)


def list_registries(world: World, caller: Caller, params: Json) -> Json | Refusal:
    registry_of(world, caller, DISCOVERED)
    mine = arn_of(caller.region, caller.account, "registry", params.get("RegistryNamePrefix") or "")
    found = [each for each in account_of(world).registries.values() if each.arn.startswith(mine)]
    found.sort(key=lambda registry: registry.name)
    rows = [{"RegistryArn": each.arn, "RegistryName": each.name, "Tags": dict(each.tags)} for each in found]
    return page("Registries", rows, params)


# ── tags ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def tag_resource(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    held, tags = _tagged(world, str(params["ResourceArn"])), tags_of(params)
    if isinstance(held, Refusal):
        return held
    if isinstance(tags, Refusal):
        return tags
    if len(held | tags) > QUOTAS.tags:
        return refusals.TOO_MANY_TAGS
    held.update(tags)
    return {}


def untag_resource(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    held = _tagged(world, str(params["ResourceArn"]))
    if isinstance(held, Refusal):
        return held
    for key in params["TagKeys"]:
        held.pop(str(key), None)
    return {}


def list_tags_for_resource(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    held = _tagged(world, str(params["ResourceArn"]))
    return held if isinstance(held, Refusal) else {"Tags": dict(held)}


def _tagged(world: World, arn: str) -> dict[str, str] | Refusal:
    """The tags of a registry, a schema or a discoverer."""
    account = account_of(world)
    if arn in account.registries:
        return account.registries[arn].tags
    found = next((each.tags for each in account.discoverers.values() if each.arn == arn), None)
    if found is not None:
        return found
    schemas = (schema for registry in account.registries.values() for schema in registry.schemas.values())
    found = next((schema.tags for schema in schemas if schema.arn == arn), None)
    return refusals.no_resource(arn) if found is None else found


def _described(registry: Registry) -> Json:
    return {
        "Description": registry.description,
        "RegistryArn": registry.arn,
        "RegistryName": registry.name,
        "Tags": dict(registry.tags),
    }


def _write(world: World, caller: Caller, kind: int, name: str) -> None:
    world.environment.recorder.write(kind, caller.node, 0, caller.request, caller.cause, 0, (name,))


ROWS = (
    row("CreateRegistry", create_registry),
    row("UpdateRegistry", update_registry),
    row("DeleteRegistry", delete_registry),
    row("DescribeRegistry", describe_registry, mutates=False),
    row("ListRegistries", list_registries, mutates=False),
    row("TagResource", tag_resource),
    row("UntagResource", untag_resource),
    row("ListTagsForResource", list_tags_for_resource, mutates=False),
)
