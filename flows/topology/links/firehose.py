"""A delivery stream's links, and a table's stream into Kinesis."""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.catalogue import Catalogue, Resource
from flows.topology.links.draft import Draft, get, members, own

DESTINATIONS = ("ExtendedS3DestinationConfiguration", "S3DestinationConfiguration")


def from_delivery_stream(stream: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    source = get(stream.properties, "KinesisStreamSourceConfiguration", "KinesisStreamARN")
    if source:
        yield Draft(f"{stream.id}.Source", "firehose-source", catalogue.end(source, "stream"), own(stream))
    for name, given in sorted(stream.properties.items()):
        if not name.endswith("DestinationConfiguration") or not isinstance(given, dict):
            continue
        bucket, backup = (
            get(given, "BucketARN"),
            get(given, "S3BackupConfiguration", "BucketARN") or get(given, "S3Configuration", "BucketARN"),
        )
        if bucket and name in DESTINATIONS:
            yield Draft(f"{stream.id}.{name}", "firehose-destination", own(stream), catalogue.end(bucket, "bucket"))
        if backup:
            yield Draft(
                f"{stream.id}.{name}.Backup",
                "firehose-backup",
                own(stream),
                catalogue.end(backup, "bucket"),
                label="backup",
            )
        for index, processor in enumerate(members(get(given, "ProcessingConfiguration", "Processors"))):
            for parameter in members(get(processor, "Parameters")):
                if get(parameter, "ParameterName") == "LambdaArn":
                    target = catalogue.end(get(parameter, "ParameterValue"), "function")
                    yield Draft(
                        f"{stream.id}.{name}.Processors.{index}",
                        "firehose-transform",
                        own(stream),
                        target,
                        label="transform",
                    )


def from_table(table: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    stream = get(table.properties, "KinesisStreamSpecification", "StreamArn")
    if stream:
        yield Draft(
            f"{table.id}.KinesisStreamSpecification", "ddb-kinesis-stream", own(table), catalogue.end(stream, "stream")
        )
