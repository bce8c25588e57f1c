"""A batch of a stream's records, as it is handed on.

It holds positions in one shard and the copies that were made of the records there; what a record says is asked of the stream when the
event is written. `attempts` counts the invocations of this very batch: one that was split off begins anew, because splitting uses
up no retry (Lambda's developer guide), nor does a checkpoint that moved (recorded: a batch of three, of which two were done, was
tried four more times with three retries).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.ports import Batch, Json

if TYPE_CHECKING:
    from flows.services.streaming.reader import Reader

BATCH = int(SubjectKind.BATCH)


class StreamBatch:
    def __init__(self, reader: Reader, parent: int = 0) -> None:
        self.reader = reader
        self.subject = reader.reading.environment.subjects.new(BATCH, parent)
        self.slots: list[int] = []
        """Positions in the shard."""
        self.copies: list[int] = []
        self.arrived: list[int] = []
        self.tickets: list[int] = []
        """The last record about each copy."""
        self.tried = 0
        """How often it was handed to the function."""
        self.uncounted = 0
        """How many of those use up no retry."""
        self.refused = 0
        """How often in a row it could not be handed over."""
        self.earlier = 0
        """How often its records were handed over before, in batches that it came of."""
        self.window: Json | None = None
        """What a tumbling window adds to the event."""

    def __len__(self) -> int:
        return len(self.slots)

    def add(self, position: int, copy: int, ticket: int, arrived_at: int) -> None:
        self.slots.append(position)
        self.copies.append(copy)
        self.tickets.append(ticket)
        self.arrived.append(arrived_at)

    def part(self, first: int, last: int) -> StreamBatch:
        """A batch of its own of the records from one index up to another."""
        part = StreamBatch(self.reader, self.subject)
        part.slots, part.copies = self.slots[first:last], self.copies[first:last]
        part.tickets, part.arrived = self.tickets[first:last], self.arrived[first:last]
        part.window, part.earlier = self.window, self.earlier + self.tried
        return part

    def subjects(self) -> list[int]:
        return self.copies

    def bodies(self) -> list[int]:
        body = self.reader.reading.environment.subjects.body
        return [body[copy] for copy in self.copies]

    def attempts(self) -> list[int]:
        return [self.earlier + self.tried] * len(self.slots)

    def numbers(self) -> list[str]:
        """The sequence numbers."""
        shard = self.reader.shard
        return [shard.sequence_number(position) for position in self.slots]

    def event(self) -> Json:
        """As AWS hands it on; a tumbling window adds what it knows."""
        reading, shard = self.reader.reading, self.reader.shard
        kept = shard.log.first
        records = [reading.event_record(shard, position) for position in self.slots if position >= kept]
        return {"Records": records, **(self.window or {})}

    def delete(self, request: int, cause: int, kept: Sequence[int] = ()) -> None:
        """Nothing is deleted from a stream."""

    def blame(self, index: int, cause: int) -> None:
        self.tickets[index] = cause

    def join(self, other: Batch) -> None:
        """A batch of a stream grows record by record."""

    def drop(self, indices: Sequence[int], causes: Sequence[int], request: int) -> None:
        """What is passed by never gets into a batch of a stream."""
