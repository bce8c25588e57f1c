"""PutRecord and PutRecords. Of many records some may be refused: the answer says so, record by record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services import blobs
from flows.services.kinesis import refusals
from flows.services.kinesis.lookups import made
from flows.services.kinesis.quotas import QUOTAS
from flows.services.kinesis.shard import HASHES
from flows.services.kinesis.stream import KinesisStream
from flows.services.ports import NO_LINK, Caller, Json, Refusal
from flows.services.texts import size_of

if TYPE_CHECKING:
    from flows.services.world import World


def put_record(world: World, caller: Caller, stream: KinesisStream, params: Json) -> Json | Refusal:
    refused = made(stream) or _wrong(params)
    if refused is not None:
        return refused
    link = caller.link if caller.link != NO_LINK else world.link_between(caller.node, stream.node)
    return _put(stream, params, (link, caller.request, caller.cause, caller.parent))


def put_records(world: World, caller: Caller, stream: KinesisStream, params: Json) -> Json | Refusal:
    rows = params["Records"]
    refused = made(stream) or next((wrong for row in rows if (wrong := _wrong(row)) is not None), None)
    if refused is not None:
        return refused
    if sum(len(blobs.read(row["Data"])) + len(row["PartitionKey"]) for row in rows) > QUOTAS.batch_bytes:
        return refusals.invalid("Records size exceeds 5 MB limit")
    link = caller.link if caller.link != NO_LINK else world.link_between(caller.node, stream.node)
    came = (link, caller.request, caller.cause, caller.parent)
    answers: list[Json] = []
    failed = 0
    for row in rows:
        answer = _put(stream, row, came)
        if isinstance(answer, Refusal):
            failed += 1
            answers.append({"ErrorCode": answer.code, "ErrorMessage": answer.message})
        else:
            answers.append(answer)
    return {"FailedRecordCount": failed, "Records": answers}


def _put(stream: KinesisStream, row: Json, came: tuple[int, int, int, int]) -> Json | Refusal:
    explicit = row.get("ExplicitHashKey")
    found = stream.put(row["PartitionKey"], blobs.read(row["Data"]), came, None if explicit is None else int(explicit))
    if isinstance(found, Refusal):
        return found
    shard, position = found
    return {"ShardId": shard.id, "SequenceNumber": shard.sequence_number(position)}


def _wrong(row: Json) -> Refusal | None:
    explicit, key, content = row.get("ExplicitHashKey"), row.get("PartitionKey"), row.get("Data")
    if key is None or content is None:
        name = "partitionKey" if key is None else "data"
        return refusals.validation(f"Value null at '{name}' failed to satisfy constraint: Member must not be null")
    if size_of(key) < 0 or not isinstance(content, str) or size_of(content) < 0:
        return Refusal("SerializationException", "This is no text that can be sent.")
    if explicit is not None and int(explicit) >= HASHES:
        return refusals.invalid(
            f"Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was {explicit}"
        )
    if len(blobs.read(content)) > QUOTAS.record_bytes:
        return refusals.validation(
            "Value at 'data' failed to satisfy constraint: Member must have length less than or equal to "
            f"{QUOTAS.record_bytes}"
        )
    return None
