"""Streams made, told about, changed and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.kinesis import records, refusals
from flows.services.kinesis.config import StreamNodeConfig
from flows.services.kinesis.lookups import active
from flows.services.kinesis.quotas import QUOTAS, SECOND_US
from flows.services.kinesis.shard import KinesisShard
from flows.services.kinesis.stream import KinesisStream
from flows.services.ports import Caller, Json, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

TYPE = "AWS::Kinesis::Stream"
HOUR_US = 3_600 * SECOND_US
ON_DEMAND, PROVISIONED = "ON_DEMAND", "PROVISIONED"


def create_stream(world: World, caller: Caller, params: Json) -> Json | Refusal:
    name, count = params["StreamName"], params.get("ShardCount")
    on_demand = (params.get("StreamModeDetails") or {}).get("StreamMode") == ON_DEMAND
    if world.topology.named(name, "stream") is not None:
        return refusals.stream_exists(name, world.topology.account)
    if not on_demand and count is None:
        return refusals.invalid("ShardCount must be provided for a stream in PROVISIONED mode.")
    if on_demand and count is not None:
        return refusals.invalid("ShardCount must not be provided for a stream in ON_DEMAND mode.")
    if count is not None and count > QUOTAS.listed_shards:
        return refusals.too_many(
            f"This request would exceed the shard limit for the account {world.topology.account} in {world.topology.region}."
        )
    config = StreamNodeConfig(name, count or QUOTAS.on_demand_shards, on_demand=on_demand, created=True)
    node = world.create(TYPE, name, config, caller=caller)
    stream: KinesisStream = world.nouns[node.index]
    stream.tags.update(params.get("Tags") or {})
    return {}


def delete_stream(world: World, caller: Caller, stream: KinesisStream, params: Json) -> Json | Refusal:
    if stream.consumers and not params.get("EnforceConsumerDeletion"):
        return refusals.consumers_left(stream.name, stream.account)
    world.remove(stream.node, caller)
    return {}


def describe_stream(world: World, _caller: Caller, stream: KinesisStream, params: Json) -> Json | Refusal:
    most = params.get("Limit") or QUOTAS.listed
    after = params.get("ExclusiveStartShardId") or ""
    shards = [shard for shard in stream.shards if shard.id > after]
    told = _told(world, stream)
    told |= {"Shards": [shard_json(shard) for shard in shards[:most]], "HasMoreShards": len(shards) > most}
    return {"StreamDescription": told}


def describe_stream_summary(world: World, _caller: Caller, stream: KinesisStream, _params: Json) -> Json | Refusal:
    counts = {"OpenShardCount": len(stream.open_shards()), "ConsumerCount": len(stream.consumers)}
    return {"StreamDescriptionSummary": {**_told(world, stream), **counts}}


def list_streams(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    after = params.get("NextToken") or params.get("ExclusiveStartStreamName") or ""
    most = params.get("Limit") or QUOTAS.listed
    streams = sorted((each for each in _streams(world) if each.name > after), key=lambda each: each.name)
    rows = streams[:most]
    answer: Json = {
        "StreamNames": [stream.name for stream in rows],
        "HasMoreStreams": len(streams) > most,
        "StreamSummaries": [_summary(world, stream) for stream in rows],
    }
    return {**answer, "NextToken": rows[-1].name} if len(streams) > most else answer


def list_shards(stream: KinesisStream, params: Json) -> Json | Refusal:
    kind = (params.get("ShardFilter") or {}).get("Type", "")
    after = params.get("NextToken", "").partition("/")[2] or params.get("ExclusiveStartShardId") or ""
    shards = stream.open_shards() if kind == "AT_LATEST" else stream.shards
    found = [shard for shard in shards if shard.id > after]
    most = params.get("MaxResults") or QUOTAS.listed_shards
    answer: Json = {"Shards": [shard_json(shard) for shard in found[:most]]}
    return {**answer, "NextToken": f"{stream.name}/{found[most - 1].id}"} if len(found) > most else answer


def increase_retention(_world: World, caller: Caller, stream: KinesisStream, params: Json) -> Json | Refusal:
    return _keep_for(caller, stream, params["RetentionPeriodHours"], longer=True)


def decrease_retention(_world: World, caller: Caller, stream: KinesisStream, params: Json) -> Json | Refusal:
    return _keep_for(caller, stream, params["RetentionPeriodHours"], longer=False)


def _keep_for(caller: Caller, stream: KinesisStream, hours: int, *, longer: bool) -> Json | Refusal:
    refused, now_h = active(stream), stream.retention_us // HOUR_US
    if refused is not None:
        return refused
    if not QUOTAS.shortest_retention_h <= hours <= QUOTAS.longest_retention_h:
        return refusals.invalid(
            f"Minimum allowed retention period is {QUOTAS.shortest_retention_h} hours, maximum "
            f"{QUOTAS.longest_retention_h} hours. Requested retention period ({hours} hours) is out of bounds."
        )
    if (hours < now_h) if longer else (hours > now_h):
        other = "longer" if longer else "shorter"
        return refusals.invalid(
            f"Requested retention period ({hours} hours) for stream {stream.name} must be {other} than the present one "
            f"({now_h} hours)."
        )
    stream.keep_for(hours * HOUR_US)
    stream.changing("UPDATING")
    changed(stream, caller, "RetentionPeriodHours", str(hours))
    return {}


def update_stream_mode(world: World, caller: Caller, params: Json) -> Json | Refusal:
    node = world.topology.by_arn.get(params["StreamARN"])
    stream = None if node is None else world.nouns[node.index]
    if not isinstance(stream, KinesisStream):
        return refusals.no_such_stream(params["StreamARN"].rpartition("/")[2], world.topology.account)
    refused, mode = active(stream), params["StreamModeDetails"]["StreamMode"]
    if refused is not None:
        return refused
    stream.on_demand = mode == ON_DEMAND
    stream.changing("UPDATING")
    changed(stream, caller, "StreamMode", mode)
    return {}


def describe_limits(world: World, _caller: Caller, _params: Json) -> Json | Refusal:
    streams = _streams(world)
    return {
        "ShardLimit": QUOTAS.listed_shards,
        "OpenShardCount": sum(len(stream.open_shards()) for stream in streams if not stream.on_demand),
        "OnDemandStreamCount": sum(stream.on_demand for stream in streams),
        "OnDemandStreamCountLimit": 50,
    }


def changed(stream: KinesisStream, caller: Caller, setting: str, value: str) -> None:
    write = stream.environment.recorder.write
    write(records.CHANGED, stream.node, 0, caller.request, caller.cause, 0, (setting, value))


def shard_json(shard: KinesisShard) -> Json:
    answer: Json = {"ShardId": shard.id}
    for name, parent in zip(("ParentShardId", "AdjacentParentShardId"), shard.parents, strict=False):
        answer[name] = parent
    answer["HashKeyRange"] = {"StartingHashKey": str(shard.first_hash), "EndingHashKey": str(shard.last_hash)}
    answer["SequenceNumberRange"] = {"StartingSequenceNumber": shard.first_number}
    if shard.is_closed:
        answer["SequenceNumberRange"]["EndingSequenceNumber"] = shard.last_number
    return answer


def _streams(world: World) -> list[KinesisStream]:
    return [stream for stream in world.nouns_of("kinesis") if isinstance(stream, KinesisStream)]


def _summary(world: World, stream: KinesisStream) -> Json:
    return {
        "StreamName": stream.name,
        "StreamARN": stream.stream_arn,
        "StreamStatus": stream.status,
        "StreamModeDetails": {"StreamMode": ON_DEMAND if stream.on_demand else PROVISIONED},
        "StreamCreationTimestamp": world.environment.wall_us(stream.made_at) // SECOND_US,
    }


def _told(world: World, stream: KinesisStream) -> Json:
    return {
        **_summary(world, stream),
        "RetentionPeriodHours": stream.retention_us // HOUR_US,
        "EnhancedMonitoring": [{"ShardLevelMetrics": []}],
        "EncryptionType": "NONE",
    }
