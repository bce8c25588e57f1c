"""Handing a reader's first batch on, and what becomes of it when it fails: tried again, split, cut short or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.streaming import records
from flows.services.streaming.failures import RETRIES, Failure
from flows.services.streaming.quotas import backoff_us
from flows.services.streaming.telling import dropped, offered, processed
from flows.topology.resources.mapping import NO_LIMIT

if TYPE_CHECKING:
    from flows.services.streaming.batch import StreamBatch
    from flows.services.streaming.reader import Reader


def offer(reader: Reader) -> None:
    """The first batch is handed on, if anything takes it now."""
    reading = reader.reading
    batch = _without_the_old(reader, reader.batches[0])
    if batch is None:
        reader.next("its records were too old", 0)
        return
    request = reading.environment.subjects.new(reading.run_kind, batch.subject)
    cause = batch.tickets[-1] if batch.tickets else 0
    route, reason, fault = reading.route(request, cause)
    if reason:
        _throttled(reader, batch, reason, fault or cause)
        return
    batch.tried += 1
    batch.refused = 0
    cause = offered(reader, batch, request, cause)
    if reader.windows is not None and not reader.final:
        batch.window = reader.windows.said(final=False)
    reader.route = route
    reader.running = True
    reading.start(reader, batch, request, cause, route)


def _throttled(reader: Reader, batch: StreamBatch, reason: str, cause: int) -> None:
    """Nothing takes it now: later, for as long as the records are young enough."""
    reading = reader.reading
    batch.refused += 1
    wait = backoff_us(batch.refused)
    detail = (reading.link, reader.shard.id, len(batch), wait, reason)
    write = reading.environment.recorder.write
    write(records.THROTTLED, reading.stream.node, batch.subject, 0, cause, batch.tried, detail)
    reader.look_at(reading.environment.now_at + wait)


def _without_the_old(reader: Reader, batch: StreamBatch) -> StreamBatch | None:
    """The batch without what is too old by now, which is given up; None if nothing is left."""
    oldest_at = reader.reading.environment.now_at - reader.reading.oldest_us
    old = sum(1 for at in batch.arrived if at < oldest_at)
    outlived = not batch and reader.windows is not None and reader.windows.ends_at < oldest_at
    if not old and not outlived:
        return batch
    reader.batches.popleft()
    if outlived or old == len(batch):
        reader.outlived(batch)
        return None
    rest = batch.part(old, len(batch))
    rest.tried, rest.refused, rest.earlier, rest.uncounted = batch.tried, batch.refused, batch.earlier, batch.uncounted
    gone = batch.part(0, old)
    gone.tried, gone.earlier = batch.tried, batch.earlier
    reader.outlived(gone)
    reader.batches.appendleft(rest)
    return rest


def failed(reader: Reader, failure: Failure) -> None:
    """The first batch failed from its record at `first` on."""
    reading, first = reader.reading, failure.first
    write, node = reading.environment.recorder.write, reading.stream.node
    batch = reader.batches.popleft()
    attempt = batch.earlier + batch.tried
    kept = len(batch) - first
    about = (reading.link, reader.shard.id, len(batch), kept, failure.error_type, failure.body)
    told = write(records.BATCH_FAILED, node, batch.subject, failure.request, failure.ended, batch.tried, about)
    rest = batch
    if first:
        processed(reader, batch.copies[:first], attempt, failure.request, told)
        rest = batch.part(first, len(batch))
    if reading.gone:
        dropped(reader, rest, told)
        return
    detail = (reading.link, failure.error_type, failure.body)
    for index, copy in enumerate(rest.copies):
        rest.tickets[index] = write(records.FAILED, node, copy, failure.request, told, attempt, detail)
    rest.uncounted += not failure.counts
    if reading.config.bisect and failure.counts and not first and len(rest) > 1:
        _split(reader, rest, told)
        return
    most = reading.config.maximum_retry_attempts
    if most != NO_LIMIT and failure.counts and rest.tried - rest.uncounted > most:
        reader.given_up(rest, RETRIES, failure.request, told, failure.error)
        reader.next("its retries were used up", told)
        return
    reader.batches.appendleft(rest)
    _wait(reader, rest, failure.error_type, told)


def _split(reader: Reader, batch: StreamBatch, cause: int) -> None:
    """Two halves, tried one after the other, each anew."""
    reading = reader.reading
    middle = (len(batch) + 1) // 2
    left, right = batch.part(0, middle), batch.part(middle, len(batch))
    reader.batches.extendleft((right, left))
    detail = (reading.link, reader.shard.id, left.subject, len(left), right.subject, len(right))
    write = reading.environment.recorder.write
    write(records.BISECTED, reading.stream.node, batch.subject, 0, cause, batch.tried, detail)
    reader.look_at(reading.environment.now_at)


def _wait(reader: Reader, batch: StreamBatch, reason: str, cause: int) -> None:
    """The shard is blocked until the batch is tried again."""
    reading = reader.reading
    wait = backoff_us(max(batch.tried, 1))
    waiting = reader.place.behind + sum(len(each) for each in reader.batches) - len(batch)
    detail = (reading.link, reader.shard.id, len(batch), waiting, wait, reason)
    write = reading.environment.recorder.write
    write(records.BLOCKED, reading.stream.node, batch.subject, 0, cause, batch.tried, detail)
    reader.blocked = True
    reader.look_at(reading.environment.now_at + wait)
