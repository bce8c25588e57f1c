"""Tags of state machines and activities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Caller, Json, Refusal
from flows.services.stepfunctions import arns, refusals
from flows.services.stepfunctions.account import account_of
from flows.services.stepfunctions.lookups import machine_of, row
from flows.services.stepfunctions.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.world import World


def tags_of(params: Json) -> dict[str, str] | Refusal:
    """The tags a request gives."""
    given = params.get("tags") or []
    if not isinstance(given, list) or not all(
        isinstance(tag, dict) and isinstance(tag.get("key"), str) for tag in given
    ):
        return refusals.invalid("tags must be a list of {key, value}.")
    if len(given) > QUOTAS.tags:
        return refusals.too_many_tags(len(given))
    return {tag["key"]: str(tag.get("value", "")) for tag in given}


def _resource(world: World, text: object) -> str | Refusal:
    """The ARN of something that has tags."""
    arn = arns.parse(text, arns.MACHINE, arns.ACTIVITY)
    if isinstance(arn, Refusal):
        return arn
    if arn.type == arns.ACTIVITY:
        return str(text) if str(text) in account_of(world).activities else refusals.no_such_resource(text)
    return refusals.no_such_resource(text) if isinstance(machine_of(world, text), Refusal) else str(text)


def tag_resource(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    arn, given = _resource(world, params["resourceArn"]), tags_of(params)
    if isinstance(arn, Refusal):
        return arn
    if isinstance(given, Refusal):
        return given
    tags = {**account_of(world).tags.get(arn, {}), **given}
    if len(tags) > QUOTAS.tags:
        return refusals.too_many_tags(len(tags))
    account_of(world).tags[arn] = tags
    return {}


def untag_resource(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    arn = _resource(world, params["resourceArn"])
    if isinstance(arn, Refusal):
        return arn
    keys = params["tagKeys"]
    tags = account_of(world).tags
    tags[arn] = {key: value for key, value in tags.get(arn, {}).items() if key not in keys}
    return {}


def list_tags(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    arn = _resource(world, params["resourceArn"])
    if isinstance(arn, Refusal):
        return arn
    tags = account_of(world).tags.get(arn, {})
    return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}


ROWS = (
    row("TagResource", tag_resource, "resourceArn", "tags"),
    row("UntagResource", untag_resource, "resourceArn", "tagKeys"),
    row("ListTagsForResource", list_tags, "resourceArn", mutates=False),
)
