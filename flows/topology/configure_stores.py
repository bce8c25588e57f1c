"""Streams, tables and the mappings on them: from checked properties to frozen configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.topology.links.draft import get
from flows.topology.resources.mapping import NO_LIMIT, StreamConfig
from flows.topology.resources.queue import SECOND_US
from flows.topology.resources.stream import HOUR_US, StreamNodeConfig
from flows.topology.resources.table import IndexConfig, TableConfig
from flows.topology.store_properties import (
    SAM_SCALARS,
    IndexModel,
    KeyModel,
    PrimaryKeyModel,
    StreamMappingProperties,
    StreamProperties,
    TableProperties,
)

if TYPE_CHECKING:
    from flows.topology.catalogue import Resource
    from flows.topology.configure import Numbering

UNITS = 5
"""What CloudFormation's provisioned tables have unless they say otherwise; SAM's simple tables are on demand."""
CONSUMER = "/consumer/"
KINDS = ("queue", "topic", "bucket")


def configure_stream(stream: Resource, numbering: Numbering) -> StreamNodeConfig:
    given = StreamProperties.model_validate(stream.properties)
    on_demand = given.StreamModeDetails is not None and given.StreamModeDetails.StreamMode == "ON_DEMAND"
    consumers = numbering.companions(stream, "AWS::Kinesis::StreamConsumer", "StreamARN")
    return StreamNodeConfig(
        stream.name,
        given.ShardCount or 1,
        given.RetentionPeriodHours * HOUR_US,
        on_demand,
        tuple(str(each.properties.get("ConsumerName") or each.id) for each in consumers),
    )


def configure_table(table: Resource, _numbering: Numbering) -> TableConfig:
    given = TableProperties.model_validate(table.properties)
    types = {each.AttributeName: str(each.AttributeType) for each in given.AttributeDefinitions}
    hash_key, range_key = _keys(given.KeySchema)
    if not hash_key:
        primary = given.PrimaryKey or PrimaryKeyModel()
        hash_key = primary.Name
        types[hash_key] = SAM_SCALARS[primary.Type]
    units = given.ProvisionedThroughput
    provisioned = units is not None and given.BillingMode != "PAY_PER_REQUEST"
    ttl = given.TimeToLiveSpecification
    for key in (hash_key, range_key):
        if key:
            types.setdefault(key, "S")
    return TableConfig(
        table.name,
        hash_key,
        range_key,
        tuple(sorted(types.items())),
        (units.ReadCapacityUnits or UNITS) if provisioned and units is not None else 0,
        (units.WriteCapacityUnits or UNITS) if provisioned and units is not None else 0,
        _view(table, given),
        (ttl.AttributeName or "") if ttl is not None and ttl.Enabled else "",
        (
            *(_index(each, local=False) for each in given.GlobalSecondaryIndexes),
            *(_index(each, local=True) for each in given.LocalSecondaryIndexes),
        ),
    )


def _view(table: Resource, given: TableProperties) -> str:
    """A global table has a stream, whether it says so or not."""
    if given.StreamSpecification is not None:
        return given.StreamSpecification.StreamViewType
    several = table.type == "AWS::DynamoDB::GlobalTable" and len(get(table.properties, "Replicas") or ()) > 1
    return "NEW_AND_OLD_IMAGES" if several else ""


def _index(given: IndexModel, *, local: bool) -> IndexConfig:
    hash_key, range_key = _keys(given.KeySchema)
    projection = given.Projection
    return IndexConfig(
        given.IndexName, hash_key, range_key, projection.ProjectionType, tuple(projection.NonKeyAttributes), local
    )


def _keys(schema: list[KeyModel]) -> tuple[str, str]:
    names = {key.KeyType: key.AttributeName for key in schema}
    return names.get("HASH", ""), names.get("RANGE", "")


def configure_stream_mapping(
    given: StreamMappingProperties, source_arn: str | None, numbering: Numbering
) -> StreamConfig:
    destinations = given.DestinationConfig
    failure = destinations.OnFailure if destinations is not None else None
    consumer = (source_arn or "").partition(CONSUMER)[2].partition(":")[0]
    age = given.MaximumRecordAgeInSeconds
    return StreamConfig(
        starting_position=given.StartingPosition or "TRIM_HORIZON",
        starting_wall_us=round((given.StartingPositionTimestamp or 0) * SECOND_US),
        parallelization_factor=given.ParallelizationFactor,
        maximum_record_age_us=NO_LIMIT if age < 0 else age * SECOND_US,
        maximum_retry_attempts=given.MaximumRetryAttempts,
        bisect=given.BisectBatchOnFunctionError,
        tumbling_window_us=given.TumblingWindowInSeconds * SECOND_US,
        on_failure=numbering.of(failure.Destination, *KINDS) if failure is not None else None,
        consumer=consumer,
    )
