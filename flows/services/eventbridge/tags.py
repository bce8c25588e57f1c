"""Tags of buses and rules. The default bus may have tags before a node stands for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.eventbridge import refusals
from flows.services.eventbridge.account import account_of, bus_at, bus_name, is_default, needed_bus
from flows.services.eventbridge.quotas import QUOTAS
from flows.services.ports import Caller, Json, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

BUS, RULE = ":event-bus/", ":rule/"


def read(value: object) -> dict[str, str] | Refusal:
    """Tags as a request has them: a list of keys and values."""
    rows = value if isinstance(value, list) else []
    tags = {str(row.get("Key")): str(row.get("Value") or "") for row in rows}
    if len(tags) < len(rows):
        return refusals.invalid("Duplicate tag keys found.")
    return tags if len(tags) <= QUOTAS.tags else refusals.too_many()


def rows(tags: dict[str, str]) -> list[Json]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tag_resource(world: World, caller: Caller, params: Json) -> Json | Refusal:
    tags = read(params.get("Tags"))
    if isinstance(tags, Refusal):
        return tags
    held = _held(world, caller, str(params.get("ResourceARN")), create=True)
    if isinstance(held, Refusal):
        return held
    if len(held | tags) > QUOTAS.tags:
        return refusals.too_many()
    held.update(tags)
    return {}


def untag_resource(world: World, caller: Caller, params: Json) -> Json | Refusal:
    held = _held(world, caller, str(params.get("ResourceARN")))
    if isinstance(held, Refusal):
        return held
    for key in params.get("TagKeys") or ():
        held.pop(str(key), None)
    return {}


def list_tags_for_resource(world: World, caller: Caller, params: Json) -> Json | Refusal:
    held = _held(world, caller, str(params.get("ResourceARN")))
    return held if isinstance(held, Refusal) else {"Tags": rows(held)}


def _held(world: World, caller: Caller, arn: str, *, create: bool = False) -> dict[str, str] | Refusal:
    """The tags of the resource with that ARN."""
    if BUS in arn:
        bus = needed_bus(world, arn, caller) if create else bus_at(world, arn)
        if bus is not None:
            return bus.tags
        return {} if is_default(arn) else refusals.no_bus(bus_name(arn))
    if RULE in arn:
        owner, _, name = arn.partition(RULE)
        bus_part, _, rule_name = name.rpartition("/")
        rule = account_of(world).rules.get(f"{owner}{BUS}{bus_part or 'default'}", {}).get(rule_name)
        if rule is not None:
            return rule.tags
        return refusals.no_rule(rule_name, bus_part or "default")
    return refusals.invalid(f"Parameter(s) ResourceARN is not valid: {arn}")
