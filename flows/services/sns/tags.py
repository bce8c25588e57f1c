"""Tags of topics and platform applications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Caller, Json, Refusal
from flows.services.sns import arns, refusals
from flows.services.sns.account import account_of, topic_at
from flows.services.sns.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.world import World


def read(value: object) -> dict[str, str] | Refusal:
    """Tags as a request has them: a list of keys and values, each key once."""
    rows = value or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) and isinstance(row.get("Key"), str) for row in rows):
        return refusals.invalid("Tags")
    tags = {row["Key"]: str(row.get("Value") or "") for row in rows}
    if len(tags) < len(rows):
        return refusals.invalid("Duplicated keys are not allowed.")
    return tags if len(tags) <= QUOTAS.tags else refusals.too_many_tags()


def tag_resource(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    held, tags = _held(world, params), read(params.get("Tags"))
    if isinstance(held, Refusal):
        return held
    if isinstance(tags, Refusal):
        return tags
    if len(held | tags) > QUOTAS.tags:
        return refusals.too_many_tags()
    held.update(tags)
    return {}


def untag_resource(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    held = _held(world, params)
    if isinstance(held, Refusal):
        return held
    for key in params.get("TagKeys") or ():
        held.pop(str(key), None)
    return {}


def list_tags_for_resource(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    held = _held(world, params)
    if isinstance(held, Refusal):
        return held
    return {"Tags": [{"Key": key, "Value": value} for key, value in held.items()]}


def _held(world: World, params: Json) -> dict[str, str] | Refusal:
    """The tags of the resource that is named."""
    arn = arns.wanted(params, "ResourceArn")
    if isinstance(arn, Refusal):
        return arn
    topic, application = topic_at(world, arn.text), account_of(world).applications.get(arn.text)
    if topic is not None:
        return topic.tags
    return refusals.no_such_resource() if application is None else application.tags
