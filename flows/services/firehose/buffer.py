"""Records that are gathered until they are many enough, or the first of them has waited long enough.

Buffers take what comes for a transformation, for an object and for the backup alike: what is full, or too late, is handed on as one.
An interval of zero hands every record on at its own instant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.engine.environment import Environment
    from flows.services.firehose.config import BufferConfig


@dataclass(slots=True)
class Row:
    """A record in a delivery stream: its text, when it came, and the last record about it. `error` is why it was not transformed."""

    subject: int
    body: int
    size: int
    arrived_at: int
    ticket: int
    source: str = ""
    """Its sequence number, partition key and shard in the Kinesis stream that it is from, as JSON."""
    error: tuple[str, str] = ("", "")
    attempts: int = 0


class Buffer:
    def __init__(self, environment: Environment, config: BufferConfig, full: Callable[[list[Row]], None]) -> None:
        self.config = config
        self.rows: list[Row] = []
        self._full = full
        self._bytes = 0
        self._timer = 0
        self._calendar = environment.calendar

    def add(self, row: Row) -> None:
        if self.rows and self._bytes + row.size > self.config.size_bytes:
            self.close()
        self.rows.append(row)
        self._bytes += row.size
        if self._bytes >= self.config.size_bytes:
            self.close()
        elif not self._timer:
            self._timer = self._calendar.schedule(self._calendar.now_at + self.config.interval_us, self.close)

    def close(self) -> None:
        """What was gathered goes on."""
        rows = self.empty()
        if rows:
            self._full(rows)

    def empty(self) -> list[Row]:
        """What was gathered; nothing is left."""
        self._calendar.cancel(self._timer)
        rows, self.rows, self._bytes, self._timer = self.rows, [], 0, 0
        return rows
