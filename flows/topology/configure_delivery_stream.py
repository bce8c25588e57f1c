"""A delivery stream's configuration, from CloudFormation's properties or from what CreateDeliveryStream is told: they have the same names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flows.topology.links.draft import get, members
from flows.topology.resources.delivery_stream import (
    DAY_US,
    MEBIBYTE,
    SECOND_US,
    BucketOutput,
    BufferConfig,
    DeliveryLinkConfig,
    DeliveryStreamConfig,
    TransformConfig,
)
from flows.topology.words import is_no, whole

if TYPE_CHECKING:
    from flows.topology.catalogue import Catalogue, Resource
    from flows.topology.compiled import CompiledNode
    from flows.topology.configure import Numbering
    from flows.topology.links.draft import Draft

Find = Callable[..., int | None]
"""A reference and the kinds of node that it may mean → the node."""
S3 = ("ExtendedS3Destination", "S3Destination")
ELSEWHERE_RETRY_S = 300
LARGEST_MB, LONGEST_S, MOST_RETRIES, LONGEST_RETRY_S = 128, 900, 300, 7200
SMALLEST_LAMBDA_MB, LARGEST_LAMBDA_MB = 0.2, 3.0
"""AWS's bounds of buffers and retries (API reference: BufferingHints, ProcessorParameter, RetryOptions)."""
DELIMITERS = {"\\n": "\n", "\\t": "\t"}


def configure_delivery_stream(stream: Resource, numbering: Numbering) -> DeliveryStreamConfig:
    return delivery_stream_of(stream.name, dict(stream.properties), numbering.of)


def delivery_stream_of(name: str, given: dict[str, Any], find: Find, *, created: bool = False) -> DeliveryStreamConfig:
    kind, said = _destination(given)
    source = get(given, "KinesisStreamSourceConfiguration", "KinesisStreamARN")
    backup = get(said, "S3BackupConfiguration")
    backed_up = kind in S3 and get(said, "S3BackupMode") == "Enabled" and backup is not None
    inner = said if kind in S3 else get(said, "S3Configuration") or {}
    return DeliveryStreamConfig(
        name,
        _output(inner, find),
        None if source is None else find(source, "stream"),
        source if isinstance(source, str) else "",
        _transform(said, find),
        _parameter(said, "AppendDelimiterToRecord", "Delimiter"),
        _output(backup, find) if backed_up else None,
        "" if kind in S3 else kind.removesuffix("Destination"),
        DAY_US
        if kind in S3
        else whole(get(said, "RetryOptions", "DurationInSeconds"), ELSEWHERE_RETRY_S, 0, LONGEST_RETRY_S) * SECOND_US,
        created,
    )


def _destination(given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The first destination that is there: its kind and what is said about it."""
    for name, said in sorted(given.items()):
        kind = name.removesuffix("Configuration")
        if kind.endswith("Destination") and isinstance(said, dict):
            return kind, said
    return S3[0], {}


def _output(given: object, find: Find) -> BucketOutput:
    bucket = get(given, "BucketARN")
    hints = get(given, "BufferingHints")
    usual = BufferConfig()
    return BucketOutput(
        None if bucket is None else find(bucket, "bucket"),
        _text(get(given, "Prefix")),
        _text(get(given, "ErrorOutputPrefix")),
        _text(get(given, "FileExtension")),
        BufferConfig(
            whole(get(hints, "SizeInMBs"), usual.size_bytes // MEBIBYTE, 1, LARGEST_MB) * MEBIBYTE,
            whole(get(hints, "IntervalInSeconds"), usual.interval_us // SECOND_US, 0, LONGEST_S) * SECOND_US,
        ),
    )


def _transform(given: object, find: Find) -> TransformConfig | None:
    arn = _parameter(given, "Lambda", "LambdaArn")
    function = find(arn, "function") if arn and not is_no(get(given, "ProcessingConfiguration", "Enabled")) else None
    if function is None:
        return None
    usual = TransformConfig(function, arn)
    interval = _parameter(given, "Lambda", "BufferIntervalInSeconds")
    return TransformConfig(
        function,
        arn,
        BufferConfig(
            _lambda_bytes(_parameter(given, "Lambda", "BufferSizeInMBs"), usual.buffer.size_bytes),
            whole(interval, usual.buffer.interval_us // SECOND_US, 0, LONGEST_S) * SECOND_US,
        ),
        whole(_parameter(given, "Lambda", "NumberOfRetries"), usual.retries, 0, MOST_RETRIES),
    )


def _lambda_bytes(text: str, usual: int) -> int:
    """A size in MB that may have a fraction."""
    if not (text.isascii() and text.replace(".", "", 1).isdecimal()):
        return usual
    return round(max(SMALLEST_LAMBDA_MB, min(float(text), LARGEST_LAMBDA_MB)) * MEBIBYTE)


def _parameter(given: object, processor: str, name: str) -> str:
    """A parameter of the first processor of that type; "" where there is none. Delimiters are written escaped."""
    for each in members(get(given, "ProcessingConfiguration", "Processors")):
        if get(each, "Type") == processor:
            for parameter in members(get(each, "Parameters")):
                if get(parameter, "ParameterName") == name:
                    value = str(get(parameter, "ParameterValue"))
                    return DELIMITERS.get(value, value)
            return "\n" if name == "Delimiter" else ""
    return ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


# ── links ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def delivered(
    _draft: Draft, source: CompiledNode, target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    """A link of a delivery stream, whichever end that is."""
    for end in (source, target):
        if isinstance(end.config, DeliveryStreamConfig):
            return DeliveryLinkConfig(end.index)
    return None


def streamed_to(
    _draft: Draft, source: CompiledNode, target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    """A table that puts its changes into a stream."""
    return DeliveryLinkConfig(target.index) if source.kind == "table" and target.kind == "stream" else None
