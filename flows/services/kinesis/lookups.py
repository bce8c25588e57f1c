"""Finding what a request is about: a stream by name or ARN, and a request that AWS would not read refused before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from flows.services.constraints import violations
from flows.services.kinesis import refusals
from flows.services.kinesis.stream import CREATING, KinesisStream
from flows.services.ports import Answer, Caller, Json, Operation, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

SERVICE = "kinesis"
Plain: TypeAlias = "Callable[[World, Caller, Json], Json | Refusal]"
OnStream: TypeAlias = "Callable[[World, Caller, KinesisStream, Json], Json | Refusal]"
NEITHER = "Either StreamName or StreamARN has to be given."


def row(name: str, run: Plain, *, mutates: bool = True) -> Operation:
    """A row of the table: the request is checked first, an output or a refusal is made an answer."""

    def operation(world: World, caller: Caller, params: Json) -> Answer:
        refusal = violations(SERVICE, name, params)
        if refusal is not None:
            return Answer(refusal=refusal)
        found = run(world, caller, params)
        return Answer(refusal=found) if isinstance(found, Refusal) else Answer(found)

    return Operation(name, operation, mutates=mutates)


def on_stream(run: OnStream) -> Plain:
    """The operation of a stream, which is found first."""

    def operation(world: World, caller: Caller, params: Json) -> Json | Refusal:
        stream = stream_of(world, params)
        return stream if isinstance(stream, Refusal) else run(world, caller, stream, params)

    return operation


def stream_of(world: World, params: Json) -> KinesisStream | Refusal:
    """The stream that a request names."""
    name, arn = params.get("StreamName"), params.get("StreamARN")
    if not name and not arn:
        return refusals.invalid(NEITHER)
    node = world.topology.by_arn.get(str(arn)) if arn else world.topology.named(str(name), "stream")
    noun = None if node is None else world.nouns[node.index]
    if isinstance(noun, KinesisStream):
        return noun
    return refusals.no_such_stream(str(name or str(arn).rpartition("/")[2]), world.topology.account)


def active(stream: KinesisStream) -> Refusal | None:
    """Who changes a stream waits until it is no longer being changed."""
    if stream.status == "ACTIVE":
        return None
    return refusals.not_active(stream.name, stream.account, stream.status)


def made(stream: KinesisStream) -> Refusal | None:
    """A stream that is still being created has no records."""
    return refusals.no_such_stream(stream.name, stream.account) if stream.status == CREATING else None
