"""How a delivery stream reads a Kinesis stream: every shard from its latest record on, everything that is there each time.

It always takes what it gets, so nothing is ever tried again here ("Choose source and destination").
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services import blobs
from flows.services.firehose.quotas import QUOTAS
from flows.services.ports import Shard, Stream
from flows.services.streaming.failures import GivenUp
from flows.services.streaming.reading import Reading
from flows.topology.resources.mapping import StreamConfig

if TYPE_CHECKING:
    from flows.services.firehose.stream import DeliveryStream
    from flows.services.streaming.batch import StreamBatch
    from flows.services.streaming.reader import Reader


class SourceReading(Reading):
    run_kind = int(SubjectKind.BATCH)
    gone_condition = "DeliveryStreamDeleted"

    def __init__(self, to: DeliveryStream, source: Stream, link: int) -> None:
        super().__init__(to.world, source, link, StreamConfig(starting_position="LATEST"))
        self.to = to
        self.batch_size = QUOTAS.source_batch
        source.follow(self)
        self.wake()

    def route(self, _request: int, _cause: int) -> tuple[None, str, int]:
        return None, "", 0

    def start(self, reader: Reader, batch: StreamBatch, request: int, cause: int, _route: None) -> None:
        records = batch.event()["Records"]
        for index, told in enumerate(records):
            self.to.take(
                blobs.read(told["data"]), (self.link, request, cause, batch.copies[index]), self._about(reader, told)
            )
        reader.succeeded(request, cause)

    def _about(self, reader: Reader, told: dict[str, str]) -> str:
        """What the transformation is told of where a record is from."""
        return json.dumps(
            {
                "sequenceNumber": told["sequenceNumber"],
                "subsequenceNumber": 0,
                "partitionKey": told["partitionKey"],
                "shardId": reader.shard.id,
                "approximateArrivalTimestamp": round(float(told["approximateArrivalTimestamp"]) * 1000),
            }
        )

    def event_record(self, shard: Shard, position: int) -> dict[str, str]:
        record: dict[str, str] = self.stream.event_record(shard, position, "")["kinesis"]
        return record

    def give_up(self, given_up: GivenUp) -> None:
        """Nothing it reads fails; what is too old is gone with its stream's retention."""
