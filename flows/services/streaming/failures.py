"""A batch that is given up, and what the record of it says about the stream, as AWS was recorded.

A record names the records (shard, first and last sequence number, arrivals) and does not hold them. What stands beside that differs:
a mapping tells of its function (`lambda_/stream_failures.py`), a pipe of itself (`pipes/dead_letters.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.services.dates import iso
from flows.services.ports import Json

if TYPE_CHECKING:
    from flows.services.streaming.batch import StreamBatch

RETRIES, AGE = "RetryAttemptsExhausted", "RecordAgeExceeded"


@dataclass(frozen=True, slots=True)
class Failure:
    """A batch failed from its record at `first` on. `body` is the number of the error's text; `error` is what a record of it says
    ("Unhandled" for a function's error, "" for records that were reported). One that does not count uses up no retry and splits nothing: what
    is behind the reader could not be reached.
    """

    first: int
    request: int
    ended: int
    error_type: str
    body: int
    error: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True)
class GivenUp:
    """How a batch ended."""

    batch: StreamBatch
    condition: str
    request: int
    cause: int
    error: str = ""


def told_of(batch: StreamBatch) -> Json:
    """The part of the record that names the batch's records."""
    reading, shard = batch.reader.reading, batch.reader.shard
    environment, numbers = reading.environment, batch.numbers()
    name, date = INFO[reading.stream.stream_kind]
    arrivals = [iso(environment, at) for at in (batch.arrived[0], batch.arrived[-1])]
    return {
        "version": "1.0",
        "timestamp": iso(environment),
        name: {
            "shardId": shard.id,
            "startSequenceNumber": numbers[0],
            "endSequenceNumber": numbers[-1],
            "approximateArrivalOfFirstRecord": date(arrivals[0]),
            "approximateArrivalOfLastRecord": date(arrivals[-1]),
            "batchSize": len(batch),
            "streamArn": reading.stream.stream_arn,
        },
    }


def _as_it_is(text: str) -> str:
    return text


def _to_seconds(text: str) -> str:
    return f"{text[:19]}Z"


INFO: dict[str, tuple[str, Callable[[str], str]]] = {
    "kinesis": ("KinesisBatchInfo", _as_it_is),
    "dynamodb": ("DDBStreamBatchInfo", _to_seconds),
}
"""By the kind of stream: what its part of the record is called, and how it writes dates."""
