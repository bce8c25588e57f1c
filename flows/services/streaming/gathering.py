"""How a reader goes through its shard: from its place on, record by record, into the batch that it gathers.

A record that no pattern lets through is passed by; one that is too old before anybody tried it is given up with its like. A batch ends
when it is full, when the event that holds it would be too large, and before a record of another tumbling window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.engine.calendar import NEVER
from flows.engine.subjects import SubjectKind
from flows.services.streaming import records
from flows.services.streaming.batch import StreamBatch
from flows.services.streaming.filtering import why_not
from flows.services.streaming.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.streaming.reader import Reader

MESSAGE = int(SubjectKind.MESSAGE)
ENCODED, RECORD_OVERHEAD = 4 / 3, 400
"""What a record takes up in an event: its data in base64, and about so many bytes around it."""


class Gathering:
    """One reader's place in its shard, and the batch that it gathers. With lanes it sees the records of its own alone."""

    def __init__(self, reader: Reader, cursor: int) -> None:
        self._reader, self._reading, self._shard = reader, reader.reading, reader.shard
        self.cursor = cursor
        """The position that is read next."""
        self.batch: StreamBatch | None = None
        self.closes_at = NEVER
        self._size = 0
        """Of the event that would hold the batch, about."""

    @property
    def behind(self) -> int:
        """How many records lie before it."""
        return max(0, self._shard.log.end - self.cursor)

    def take(self) -> StreamBatch | None:
        """The batch is handed over: the next one begins empty."""
        batch, self.batch, self.closes_at, self._size = self.batch, None, NEVER, 0
        return batch

    def gather(self, now: int) -> bool:
        """Read into the batch; True if it takes no more."""
        reading, log, windows = self._reading, self._shard.log, self._reader.windows
        lanes, filters = reading.config.parallelization_factor, reading.filters
        self.cursor = max(self.cursor, log.first)
        oldest_at = now - reading.oldest_us
        while self.cursor < log.end:
            position = self.cursor
            if lanes > 1 and log.lane(position, lanes) != self._reader.lane:
                self.cursor += 1
                continue
            arrived_at = log.arrived_at(position)
            if windows is not None and arrived_at >= oldest_at and not windows.takes(arrived_at):
                return self.batch is not None
            batch = self.batch
            weight = int(log.size(position) * ENCODED) + RECORD_OVERHEAD
            if batch is not None and (len(batch) >= reading.batch_size or self._size + weight > QUOTAS.payload_bytes):
                return True
            if arrived_at < oldest_at:
                if batch is not None:
                    return True
                self._pass_over_old(oldest_at)
                continue
            self.cursor += 1
            if filters and self._passed_by(position):
                continue
            if batch is None:
                batch = self.batch = StreamBatch(self._reader)
                self.closes_at = now + reading.window_us
            self._size += weight
            self._read(batch, position, arrived_at)
        return self.batch is not None and len(self.batch) >= reading.batch_size

    def _passed_by(self, position: int) -> bool:
        reading = self._reading
        why = why_not(reading, self._shard, position)
        if why:
            subject = self._shard.log.subject(position)
            write = reading.environment.recorder.write
            write(records.FILTERED, reading.stream.node, subject, 0, 0, 0, (reading.link, why))
        return bool(why)

    def _read(self, batch: StreamBatch, position: int, arrived_at: int) -> None:
        """A copy of a record, for whoever is behind the reader."""
        reading, subjects = self._reading, self._reading.environment.subjects
        original = self._shard.log.subject(position)
        copy = subjects.new(MESSAGE, original, subjects.identity[original], subjects.body[original])
        write, detail = reading.environment.recorder.write, (reading.link, self._shard.id)
        batch.add(position, copy, write(records.READ, reading.stream.node, copy, 0, 0, 1, detail), arrived_at)

    def _pass_over_old(self, oldest_at: int) -> None:
        """Records that were too old before anybody tried them: one batch of the discarded."""
        log, reading = self._shard.log, self._reading
        lanes = reading.config.parallelization_factor
        batch = StreamBatch(self._reader)
        while self.cursor < log.end and len(batch) < reading.batch_size:
            position = self.cursor
            if log.arrived_at(position) >= oldest_at:
                break
            self.cursor += 1
            if lanes > 1 and log.lane(position, lanes) != self._reader.lane:
                continue
            self._read(batch, position, log.arrived_at(position))
        if batch:
            self._reader.outlived(batch)
