"""Registered consumers (enhanced fan-out): each has a shard's throughput to itself. A mapping reads through one by its ARN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.kinesis import records, refusals
from flows.services.kinesis.quotas import QUOTAS, SECOND_US
from flows.services.kinesis.stream import KinesisStream
from flows.services.ports import Caller, Json, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

BETWEEN = "/consumer/"


def register_consumer(world: World, caller: Caller, params: Json) -> Json | Refusal:
    stream = _by_arn(world, params["StreamARN"])
    if isinstance(stream, Refusal):
        return stream
    name = params["ConsumerName"]
    if name in stream.consumers:
        return refusals.consumer_exists(name)
    if len(stream.consumers) >= QUOTAS.consumers:
        return refusals.too_many(f"Stream {stream.name} has {QUOTAS.consumers} registered consumers already.")
    stream.consumers[name] = world.environment.now_at
    _tell(stream, caller, name, "registered")
    return {"Consumer": {**_consumer(stream, name), "ConsumerStatus": "CREATING"}}


def deregister_consumer(world: World, caller: Caller, params: Json) -> Json | Refusal:
    found = _named(world, params)
    if isinstance(found, Refusal):
        return found
    stream, name = found
    del stream.consumers[name]
    _tell(stream, caller, name, "deregistered")
    return {}


def describe_consumer(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = _named(world, params)
    if isinstance(found, Refusal):
        return found
    stream, name = found
    return {"ConsumerDescription": {**_consumer(stream, name), "StreamARN": stream.stream_arn}}


def list_consumers(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    stream = _by_arn(world, params["StreamARN"])
    if isinstance(stream, Refusal):
        return stream
    return {"Consumers": [_consumer(stream, name) for name in stream.consumers]}


def _by_arn(world: World, arn: str) -> KinesisStream | Refusal:
    node = world.topology.by_arn.get(arn)
    noun = None if node is None else world.nouns[node.index]
    if isinstance(noun, KinesisStream):
        return noun
    return refusals.no_such_stream(arn.rpartition("/")[2], world.topology.account)


def _named(world: World, params: Json) -> tuple[KinesisStream, str] | Refusal:
    """The consumer, by its own ARN or by its stream's ARN and its name."""
    arn, name = params.get("StreamARN"), params.get("ConsumerName")
    own = params.get("ConsumerARN")
    if own:
        arn, _, rest = own.partition(BETWEEN)
        name = rest.partition(":")[0]
    if not arn or not name:
        return refusals.invalid("Either ConsumerARN, or StreamARN and ConsumerName have to be given.")
    stream = _by_arn(world, arn)
    if isinstance(stream, Refusal):
        return stream
    return (stream, name) if name in stream.consumers else refusals.no_such_consumer(name)


def _consumer(stream: KinesisStream, name: str) -> Json:
    at = stream.environment.wall_us(stream.consumers[name]) // SECOND_US
    return {
        "ConsumerName": name,
        "ConsumerARN": f"{stream.stream_arn}{BETWEEN}{name}:{at}",
        "ConsumerStatus": "ACTIVE",
        "ConsumerCreationTimestamp": at,
    }


def _tell(stream: KinesisStream, caller: Caller, name: str, state: str) -> None:
    write = stream.environment.recorder.write
    write(records.CONSUMER, stream.node, 0, caller.request, caller.cause, 0, (name, state))
