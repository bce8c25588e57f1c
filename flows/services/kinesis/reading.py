"""Iterators and GetRecords. An iterator says where to go on in a shard; it is good for five minutes, and carries all it means."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING

from flows.services.dates import instant_of, iso
from flows.services.kinesis import refusals
from flows.services.kinesis.lookups import made
from flows.services.kinesis.quotas import QUOTAS
from flows.services.kinesis.shard import KinesisShard
from flows.services.kinesis.stream import KinesisStream
from flows.services.ports import Caller, Json, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

BY_NUMBER = {"AT_SEQUENCE_NUMBER": 0, "AFTER_SEQUENCE_NUMBER": 1}


def get_shard_iterator(world: World, _caller: Caller, stream: KinesisStream, params: Json) -> Json | Refusal:
    refused, shard = made(stream), stream.shard(params["ShardId"])
    if refused is not None:
        return refused
    if shard is None:
        return refusals.no_such_shard(params["ShardId"], stream.name, stream.account)
    position = _position(world, stream, shard, params)
    if isinstance(position, Refusal):
        return position
    return {"ShardIterator": _iterator(world, stream, shard, position)}


def _position(world: World, stream: KinesisStream, shard: KinesisShard, params: Json) -> int | Refusal:
    """Where an iterator of that type begins."""
    kind, number = params["ShardIteratorType"], params.get("StartingSequenceNumber")
    if kind == "TRIM_HORIZON":
        return shard.log.first
    if kind == "LATEST":
        return shard.log.end
    if kind == "AT_TIMESTAMP":
        wall_us = instant_of(params.get("Timestamp"))
        if wall_us is None:
            return refusals.invalid("Must specify timestamp parameter for iterator of type AT_TIMESTAMP.")
        if wall_us > world.environment.wall_us(world.environment.now_at):
            return refusals.invalid(
                "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis."
            )
        return shard.log.at_or_after(wall_us - world.environment.wall_us(0))
    if not number:
        return refusals.invalid(f"Must specify startingSequenceNumber parameter for iterator of type {kind}.")
    position = shard.position_of(int(number))
    known = int(shard.first_number) <= int(number) <= int(shard.last_number)
    if not known:
        return refusals.invalid(
            f"StartingSequenceNumber {number} used in GetShardIterator on shard {shard.id} in stream {stream.name} under "
            f"account {stream.account} is invalid because it did not come from this stream."
        )
    at_one = position < shard.log.end and int(shard.sequence_number(position)) == int(number)
    return position + (BY_NUMBER[kind] if at_one else 0)


def _iterator(world: World, stream: KinesisStream, shard: KinesisShard, position: int) -> str:
    said = json.dumps([stream.name, shard.number, position, world.environment.now_at])
    return "AAAAAAAAAA" + base64.b64encode(said.encode()).decode()


def _read(world: World, text: str) -> tuple[KinesisStream, KinesisShard, int, int] | Refusal:
    """What an iterator means."""
    invalid = refusals.invalid("Invalid ShardIterator.")
    try:
        name, number, position, at = json.loads(base64.b64decode(text.removeprefix("AAAAAAAAAA"), validate=True))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        return invalid
    if not isinstance(name, str) or not all(type(each) is int and each >= 0 for each in (number, position, at)):
        return invalid
    node = world.topology.named(name, "stream")
    stream = None if node is None else world.nouns[node.index]
    if not isinstance(stream, KinesisStream):
        return refusals.no_such_stream(name, world.topology.account)
    if number >= len(stream.shards) or at > world.environment.now_at or not text.startswith("AAAAAAAAAA"):
        return invalid
    return stream, stream.shards[number], position, at


def get_records(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = _read(world, params["ShardIterator"])
    if isinstance(found, Refusal):
        return found
    stream, shard, position, at = found
    environment, log = world.environment, shard.log
    now = environment.now_at
    if now - at > QUOTAS.iterator_us:
        return refusals.expired_iterator(iso(environment, at), iso(environment), QUOTAS.iterator_us // 1000)
    if not shard.may_be_read(now):
        return refusals.rate_exceeded(shard.id, stream.name, stream.account)
    position = max(position, log.first)
    rows: list[Json] = []
    size, most = 0, params.get("Limit") or QUOTAS.read_records
    while position < log.end and len(rows) < most:
        size += log.size(position)
        if rows and size > QUOTAS.read_bytes:
            break
        rows.append(stream.record_json(shard, position))
        position += 1
    shard.was_read(size)
    behind_us = now - log.arrived_at(position) if position < log.end else 0
    answer: Json = {"Records": rows, "MillisBehindLatest": behind_us // 1000}
    if shard.is_closed and position >= log.end:
        children = [each for each in stream.shards if shard.id in each.parents]
        answer["ChildShards"] = [
            {
                "ShardId": child.id,
                "ParentShards": list(child.parents),
                "HashKeyRange": {"StartingHashKey": str(child.first_hash), "EndingHashKey": str(child.last_hash)},
            }
            for child in children
        ]
    else:
        answer["NextShardIterator"] = _iterator(world, stream, shard, position)
    return answer
