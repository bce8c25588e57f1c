"""A Firehose delivery stream, as its properties say."""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000
MEBIBYTE = 1_048_576
DAY_US = 86_400 * SECOND_US


@dataclass(frozen=True, slots=True)
class BufferConfig:
    """What is gathered is handed on when it is that large, or that long after the first of it came."""

    size_bytes: int = 5 * MEBIBYTE
    interval_us: int = 300 * SECOND_US


@dataclass(frozen=True, slots=True)
class TransformConfig:
    function: int
    arn: str
    buffer: BufferConfig = BufferConfig(MEBIBYTE, 60 * SECOND_US)
    retries: int = 3


@dataclass(frozen=True, slots=True)
class BucketOutput:
    """Objects in a bucket: under which keys, and how much goes into one. `bucket` None: nothing here has its name."""

    bucket: int | None
    prefix: str = ""
    error_prefix: str = ""
    extension: str = ""
    buffer: BufferConfig = BufferConfig()


@dataclass(frozen=True, slots=True)
class DeliveryStreamConfig:
    """`elsewhere` names a destination that is not simulated ("HttpEndpoint"); then `output` is where its failures would go."""

    name: str
    output: BucketOutput
    source: int | None = None
    source_arn: str = ""
    transform: TransformConfig | None = None
    delimiter: str = ""
    backup: BucketOutput | None = None
    elsewhere: str = ""
    retry_us: int = DAY_US
    created: bool = False
    """Made by an operation while the execution ran: then it is CREATING first."""


@dataclass(frozen=True, slots=True)
class DeliveryLinkConfig:
    """A link to or from a delivery stream."""

    stream: int
