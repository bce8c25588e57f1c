"""What the trace is told of a batch of a stream: that it is handed over, done, given up, or wanted by nobody any more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flows.services.lambda_ import stream_records as records
from flows.services.lambda_.stream_failures import GivenUp, send_failure

if TYPE_CHECKING:
    from flows.services.lambda_.stream_batch import StreamBatch
    from flows.services.lambda_.stream_reader import Reader

DELETED = "MappingDeleted"


def offered(reader: Reader, batch: StreamBatch, request: int, cause: int) -> int:
    """A batch is handed to the function; answers the record of it."""
    mapping, shard = reader.mapping, reader.shard
    write, node = mapping.environment.recorder.write, mapping.stream.node
    attempt, detail = batch.earlier + batch.tried, (mapping.link, shard.id)
    if attempt > 1:
        for index, copy in enumerate(batch.copies):
            batch.tickets[index] = write(records.RETRIED, node, copy, request, batch.tickets[index], attempt, detail)
    first = shard.sequence_number(batch.slots[0]) if batch else ""
    last = shard.sequence_number(batch.slots[-1]) if batch else ""
    about = (mapping.link, shard.id, len(batch), first, last)
    return write(records.OFFERED, node, batch.subject, request, cause, batch.tried, about)


def processed(reader: Reader, copies: list[int], attempt: int, request: int, cause: int) -> None:
    mapping = reader.mapping
    write, detail = mapping.environment.recorder.write, (mapping.link,)
    for copy in copies:
        write(records.PROCESSED, mapping.stream.node, copy, request, cause, attempt, detail)


def dropped(reader: Reader, batch: StreamBatch, cause: int) -> None:
    """The mapping is gone: nobody wants the batch any more."""
    mapping = reader.mapping
    write, detail = mapping.environment.recorder.write, (mapping.link, DELETED)
    for copy in batch.copies:
        write(records.DISCARDED, mapping.stream.node, copy, 0, cause, batch.earlier + batch.tried, detail)


def discarded(reader: Reader, batch: StreamBatch, given_up: GivenUp) -> None:
    """Given up: its records are passed by, and the destination hears of it."""
    mapping = reader.mapping
    write, node = mapping.environment.recorder.write, mapping.stream.node
    condition, request = given_up.condition, given_up.request
    about = (mapping.link, reader.shard.id, len(batch), condition)
    gone = write(records.BATCH_DISCARDED, node, batch.subject, request, given_up.cause, batch.tried, about)
    if mapping.config.on_failure is not None and batch:
        send_failure(mapping, mapping.config.on_failure, replace(given_up, cause=gone))
    for copy in batch.copies:
        detail = (mapping.link, condition)
        write(records.DISCARDED, node, copy, request, gone, batch.earlier + batch.tried, detail)
