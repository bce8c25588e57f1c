"""Firehose's operations: the only door in. What is out of bounds is said before an operation reads it (`constraints.py`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from flows.services import blobs
from flows.services.constraints import violations
from flows.services.firehose import records, refusals
from flows.services.firehose.config import DeliveryLinkConfig
from flows.services.firehose.quotas import QUOTAS
from flows.services.firehose.stream import BACKUP, DESTINATION, SOURCE, DeliveryStream
from flows.services.firehose.transforming import LINK as TRANSFORM
from flows.services.firehose.transforming import record_id
from flows.services.ports import NO_LINK, Answer, Caller, Json, Operation, Refusal, operations
from flows.services.streaming.reading import stream_of
from flows.services.texts import size_of
from flows.topology.configure_delivery_stream import delivery_stream_of

if TYPE_CHECKING:
    from flows.services.firehose.config import DeliveryStreamConfig
    from flows.services.world import World

TYPE, KIND = "AWS::KinesisFirehose::DeliveryStream", "delivery-stream"
Plain: TypeAlias = "Callable[[World, Caller, Json], Json | Refusal]"
OnStream: TypeAlias = "Callable[[World, Caller, DeliveryStream, Json], Json | Refusal]"


def row(name: str, run: Plain, *, mutates: bool = True) -> Operation:
    """A row of the table: the request is checked first, an output or a refusal is made an answer."""

    def operation(world: World, caller: Caller, params: Json) -> Answer:
        found = violations("firehose", name, params) or run(world, caller, params)
        return Answer(refusal=found) if isinstance(found, Refusal) else Answer(found)

    return Operation(name, operation, mutates=mutates)


def on_stream(run: OnStream) -> Plain:
    def operation(world: World, caller: Caller, params: Json) -> Json | Refusal:
        name = params.get("DeliveryStreamName")
        node = world.topology.named(str(name), KIND)
        noun = None if node is None else world.nouns[node.index]
        if not isinstance(noun, DeliveryStream):
            return refusals.not_found(name, world.topology.account)
        return run(world, caller, noun, params)

    return operation


# ── putting ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def put_record(world: World, caller: Caller, stream: DeliveryStream, params: Json) -> Json | Refusal:
    refused = _closed(stream) or _wrong(params["Record"])
    return refused or {"RecordId": _put(world, caller, stream, params["Record"]), "Encrypted": False}


def put_record_batch(world: World, caller: Caller, stream: DeliveryStream, params: Json) -> Json | Refusal:
    rows = params["Records"]
    refused = _closed(stream) or next((wrong for each in rows if (wrong := _wrong(each)) is not None), None)
    if refused is not None:
        return refused
    if sum(len(blobs.read(each["Data"])) for each in rows) > QUOTAS.batch_bytes:
        return refusals.BATCH_TOO_LARGE
    answers = [{"RecordId": _put(world, caller, stream, each)} for each in rows]
    return {"FailedPutCount": 0, "Encrypted": False, "RequestResponses": answers}


def _closed(stream: DeliveryStream) -> Refusal | None:
    if stream.status != "ACTIVE":
        return refusals.not_found(stream.name, stream.world.topology.account)
    return refusals.not_direct(stream.name) if stream.config.source_arn else None


def _wrong(record: Json) -> Refusal | None:
    content = record.get("Data")
    if not isinstance(content, str) or size_of(content) < 0:
        return refusals.NOT_TEXT
    return refusals.TOO_LARGE if len(blobs.read(content)) > QUOTAS.record_bytes else None


def _put(world: World, caller: Caller, stream: DeliveryStream, record: Json) -> str:
    link = caller.link if caller.link != NO_LINK else world.link_between(caller.node, stream.node)
    subject = stream.take(blobs.read(record["Data"]), (link, caller.request, caller.cause, caller.parent))
    return record_id(world.environment.seed, subject)


# ── streams ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def create_delivery_stream(world: World, caller: Caller, params: Json) -> Json | Refusal:
    name = params["DeliveryStreamName"]
    if world.topology.named(name, KIND) is not None:
        return refusals.in_use(name, world.topology.account)
    config = delivery_stream_of(name, params, Finder(world), created=True)
    node = world.create(TYPE, name, config, properties=params, caller=caller)
    stream: DeliveryStream = world.nouns[node.index]
    stream.tags = {each["Key"]: each.get("Value") or "" for each in params.get("Tags") or ()}
    join(world, stream)
    return {"DeliveryStreamARN": node.arn}


class Finder:
    """The node that an ARN names (`Find`)."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, value: object, *kinds: str) -> int | None:
        node = self._world.addressed(value)
        return node.index if node is not None and node.kind in kinds else None


def join(world: World, stream: DeliveryStream) -> None:
    """The links of a stream that was made by an operation, or changed."""
    config: DeliveryStreamConfig = stream.config
    wanted = {
        DESTINATION: None if config.elsewhere else config.output.bucket,
        BACKUP: config.output.bucket if config.elsewhere else config.backup.bucket if config.backup else None,
        TRANSFORM: config.transform.function if config.transform else None,
    }
    for kind, target in wanted.items():
        known = stream.links.get(kind, NO_LINK)
        if known != NO_LINK and world.topology.links[known].target != target:
            world.part(stream.links.pop(kind))
        if target is not None and kind not in stream.links:
            linked = world.join(kind, stream.node, target, DeliveryLinkConfig(stream.node), id_=f"{stream.name}.{kind}")
            stream.links[kind] = linked.index
    if config.source is not None and SOURCE not in stream.links:
        linked = world.join(
            SOURCE, config.source, stream.node, DeliveryLinkConfig(stream.node), id_=f"{stream.name}.Source"
        )
        stream.links[SOURCE] = linked.index
        stream.begin(stream_of(world, config.source))


def delete_delivery_stream(world: World, caller: Caller, stream: DeliveryStream, _params: Json) -> Json | Refusal:
    world.remove(stream.node, caller)
    return {}


def update_destination(world: World, caller: Caller, stream: DeliveryStream, params: Json) -> Json | Refusal:
    """Members that are not given stay as they are."""
    if params["CurrentDeliveryStreamVersionId"] != str(stream.version):
        return refusals.OTHER_VERSION
    properties = stream.properties
    update: Json = next((value for name, value in sorted(params.items()) if name.endswith("DestinationUpdate")), {})
    name = next((name for name in sorted(properties) if name.endswith("DestinationConfiguration")), "")
    name = name or "ExtendedS3DestinationConfiguration"
    stream.changed = {name: {**properties.get(name, {}), **update}}
    stream.configure(delivery_stream_of(stream.name, stream.properties, Finder(world)))
    stream.version += 1
    join(world, stream)
    detail = (", ".join(sorted(update)) or "nothing", "as told")
    world.environment.recorder.write(records.STREAM_CHANGED, stream.node, 0, caller.request, caller.cause, 0, detail)
    return {}


def describe_delivery_stream(world: World, _caller: Caller, stream: DeliveryStream, _params: Json) -> Json | Refusal:
    told = {
        name.removesuffix("Configuration") + "Description": value
        for name, value in stream.properties.items()
        if name.endswith("DestinationConfiguration")
    }
    source: Json = {}
    if stream.config.source_arn:
        source = {"Source": {"KinesisStreamSourceDescription": {"KinesisStreamARN": stream.config.source_arn}}}
    description = {
        "DeliveryStreamName": stream.name,
        "DeliveryStreamARN": stream.arn,
        "DeliveryStreamStatus": stream.status,
        "DeliveryStreamType": _type(stream),
        "VersionId": str(stream.version),
        "CreateTimestamp": world.environment.wall_us(stream.made_at) / 1_000_000,
        **source,
        "Destinations": [{"DestinationId": "destinationId-000000000001", **told}],
        "HasMoreDestinations": False,
    }
    return {"DeliveryStreamDescription": description}


def _type(stream: DeliveryStream) -> str:
    return "KinesisStreamAsSource" if stream.config.source_arn else "DirectPut"


def list_delivery_streams(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    after, kind = str(params.get("ExclusiveStartDeliveryStreamName") or ""), params.get("DeliveryStreamType")
    names = sorted(
        noun.name for noun in world.nouns_of("firehose") if noun.name > after and kind in (None, _type(noun))
    )
    most: Any = params.get("Limit") or QUOTAS.listed
    return {"DeliveryStreamNames": names[:most], "HasMoreDeliveryStreams": len(names) > most}


def tag_delivery_stream(_world: World, _caller: Caller, stream: DeliveryStream, params: Json) -> Json | Refusal:
    stream.tags |= {each["Key"]: each.get("Value") or "" for each in params["Tags"]}
    return {}


def untag_delivery_stream(_world: World, _caller: Caller, stream: DeliveryStream, params: Json) -> Json | Refusal:
    stream.tags = {key: value for key, value in stream.tags.items() if key not in params["TagKeys"]}
    return {}


def list_tags_for_delivery_stream(
    _world: World, _caller: Caller, stream: DeliveryStream, _params: Json
) -> Json | Refusal:
    return {"Tags": [{"Key": key, "Value": value} for key, value in sorted(stream.tags.items())], "HasMoreTags": False}


OPERATIONS = operations(
    row("PutRecord", on_stream(put_record)),
    row("PutRecordBatch", on_stream(put_record_batch)),
    row("CreateDeliveryStream", create_delivery_stream),
    row("DeleteDeliveryStream", on_stream(delete_delivery_stream)),
    row("UpdateDestination", on_stream(update_destination)),
    row("DescribeDeliveryStream", on_stream(describe_delivery_stream), mutates=False),
    row("ListDeliveryStreams", list_delivery_streams, mutates=False),
    row("TagDeliveryStream", on_stream(tag_delivery_stream)),
    row("UntagDeliveryStream", on_stream(untag_delivery_stream)),
    row("ListTagsForDeliveryStream", on_stream(list_tags_for_delivery_stream), mutates=False),
)
