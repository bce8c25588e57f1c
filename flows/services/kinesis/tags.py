"""Tags of streams, by the two sets of operations that AWS has for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.kinesis import refusals
from flows.services.kinesis.stream import KinesisStream
from flows.services.ports import Caller, Json, Refusal

if TYPE_CHECKING:
    from flows.services.world import World


def add_tags(_world: World, _caller: Caller, stream: KinesisStream, params: Json) -> Json | Refusal:
    stream.tags.update(params["Tags"])
    return {}


def remove_tags(_world: World, _caller: Caller, stream: KinesisStream, params: Json) -> Json | Refusal:
    for key in params["TagKeys"]:
        stream.tags.pop(key, None)
    return {}


def list_tags(_world: World, _caller: Caller, stream: KinesisStream, _params: Json) -> Json | Refusal:
    return {"Tags": _rows(stream), "HasMoreTags": False}


def tag_resource(world: World, caller: Caller, params: Json) -> Json | Refusal:
    stream = _resource(world, params)
    return stream if isinstance(stream, Refusal) else add_tags(world, caller, stream, params)


def untag_resource(world: World, caller: Caller, params: Json) -> Json | Refusal:
    stream = _resource(world, params)
    return stream if isinstance(stream, Refusal) else remove_tags(world, caller, stream, params)


def list_tags_for_resource(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    stream = _resource(world, params)
    return stream if isinstance(stream, Refusal) else {"Tags": _rows(stream)}


def _rows(stream: KinesisStream) -> list[Json]:
    return [{"Key": key, "Value": stream.tags[key]} for key in sorted(stream.tags)]


def _resource(world: World, params: Json) -> KinesisStream | Refusal:
    arn = params["ResourceARN"]
    node = world.topology.by_arn.get(arn)
    noun = None if node is None else world.nouns[node.index]
    if isinstance(noun, KinesisStream):
        return noun
    return refusals.no_such_stream(arn.rpartition("/")[2], world.topology.account)
