"""What the trace is told of a batch of a stream: that it is handed over, done, given up, or wanted by nobody any more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flows.services.streaming import records
from flows.services.streaming.failures import GivenUp

if TYPE_CHECKING:
    from flows.services.streaming.batch import StreamBatch
    from flows.services.streaming.reader import Reader


def offered(reader: Reader, batch: StreamBatch, request: int, cause: int) -> int:
    """A batch is handed on; answers the record of it."""
    reading, shard = reader.reading, reader.shard
    write, node = reading.environment.recorder.write, reading.stream.node
    attempt, detail = batch.earlier + batch.tried, (reading.link, shard.id)
    if attempt > 1:
        for index, copy in enumerate(batch.copies):
            batch.tickets[index] = write(records.RETRIED, node, copy, request, batch.tickets[index], attempt, detail)
    first = shard.sequence_number(batch.slots[0]) if batch else ""
    last = shard.sequence_number(batch.slots[-1]) if batch else ""
    about = (reading.link, shard.id, len(batch), first, last)
    return write(records.OFFERED, node, batch.subject, request, cause, batch.tried, about)


def processed(reader: Reader, copies: list[int], attempt: int, request: int, cause: int) -> None:
    reading = reader.reading
    write, detail = reading.environment.recorder.write, (reading.link,)
    for copy in copies:
        write(records.PROCESSED, reading.stream.node, copy, request, cause, attempt, detail)


def dropped(reader: Reader, batch: StreamBatch, cause: int) -> None:
    """Whoever read is gone: nobody wants the batch any more."""
    reading = reader.reading
    write, detail = reading.environment.recorder.write, (reading.link, reading.gone_condition)
    for copy in batch.copies:
        write(records.DISCARDED, reading.stream.node, copy, 0, cause, batch.earlier + batch.tried, detail)


def discarded(reader: Reader, given_up: GivenUp) -> None:
    """Given up: its records are passed by, and who wants to know hears of it."""
    reading, batch = reader.reading, given_up.batch
    write, node = reading.environment.recorder.write, reading.stream.node
    condition, request = given_up.condition, given_up.request
    about = (reading.link, reader.shard.id, len(batch), condition)
    gone = write(records.BATCH_DISCARDED, node, batch.subject, request, given_up.cause, batch.tried, about)
    if batch:
        reading.give_up(replace(given_up, cause=gone))
    for copy in batch.copies:
        detail = (reading.link, condition)
        write(records.DISCARDED, node, copy, request, gone, batch.earlier + batch.tried, detail)
