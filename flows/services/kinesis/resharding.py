"""SplitShard and MergeShards: a parent is closed, and its children take its hash keys. What lies in the parent stays there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.kinesis import records, refusals
from flows.services.kinesis.lookups import active
from flows.services.kinesis.stream import KinesisStream
from flows.services.ports import Caller, Json, Refusal

if TYPE_CHECKING:
    from flows.services.world import World


def split_shard(_world: World, caller: Caller, stream: KinesisStream, params: Json) -> Json | Refusal:
    refused, name = active(stream), params["ShardToSplit"]
    shard = stream.shard(name)
    if refused is not None:
        return refused
    if shard is None:
        return refusals.no_such_shard(name, stream.name, stream.account)
    if shard.is_closed:
        return refusals.invalid(f"Shard {name} in stream {stream.name} under account {stream.account} has been closed.")
    at = int(params["NewStartingHashKey"])
    if not shard.first_hash < at <= shard.last_hash:
        return refusals.invalid(
            f"NewStartingHashKey {at} used in SplitShard() on shard {name} in stream {stream.name} under account "
            f"{stream.account} is not both greater than one plus the shard's StartingHashKey {shard.first_hash} and less than "
            f"the shard's EndingHashKey {shard.last_hash}."
        )
    shard.closed_at = stream.environment.now_at
    left = stream.add_shard(shard.first_hash, at - 1, (shard.id,))
    right = stream.add_shard(at, shard.last_hash, (shard.id,))
    _tell(stream, caller, records.SPLIT, (shard.id, left.id, right.id))
    return {}


def merge_shards(_world: World, caller: Caller, stream: KinesisStream, params: Json) -> Json | Refusal:
    refused, names = active(stream), (params["ShardToMerge"], params["AdjacentShardToMerge"])
    if refused is not None:
        return refused
    found = [stream.shard(name) for name in names]
    first, second = found
    if first is None or second is None:
        return refusals.no_such_shard(names[0] if first is None else names[1], stream.name, stream.account)
    low, high = sorted((first, second), key=lambda shard: shard.first_hash)
    if first.is_closed or second.is_closed or low.last_hash + 1 != high.first_hash:
        return refusals.invalid(
            f"Shards {names[0]} and {names[1]} in stream {stream.name} under account {stream.account} are not an adjacent "
            "pair of shards eligible for merging"
        )
    first.closed_at = second.closed_at = stream.environment.now_at
    child = stream.add_shard(low.first_hash, high.last_hash, (first.id, second.id))
    _tell(stream, caller, records.MERGED, (first.id, second.id, child.id))
    return {}


def _tell(stream: KinesisStream, caller: Caller, kind: int, detail: tuple[str, str, str]) -> None:
    stream.environment.recorder.write(kind, stream.node, 0, caller.request, caller.cause, 0, detail)
    stream.resharded()
