"""Tumbling windows: records are grouped by when they arrived, and a state goes from one invocation to the next.

Theory of operation (developer guide, "Configuring Lambda to process … streams in tumbling windows"). A window is so many seconds
of arrival time, one after another without a gap, counted from 1970. A batch holds records of one window only. Each answer's `state`
is given to the next invocation of that window; when the window is over and what arrived in it is processed, the function is invoked
once more (`isFinalInvokeForWindow`), and the next window begins with an empty state. A state of more than a megabyte ends its
window early.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.services.dates import iso
from flows.services.ports import Json

if TYPE_CHECKING:
    from flows.services.streaming.reader import Reader

STATE_BYTES = 1_048_576


class Windows:
    """The windows of one reader: one at a time."""

    def __init__(self, reader: Reader, length_us: int) -> None:
        self._reader = reader
        self.length_us = length_us
        self.begins_at = 0
        self.open = False
        self.state: Json = {}
        self.early = False
        self.since_wall_us = reader.reading.environment.wall_us(0)

    def of(self, arrived_at: int) -> int:
        """The instant at which the window of an arrival began (it may lie before the execution's first)."""
        return arrived_at - (arrived_at + self.since_wall_us) % self.length_us

    @property
    def ends_at(self) -> int:
        return self.begins_at + self.length_us

    def takes(self, arrived_at: int) -> bool:
        """Whether a record that arrived then belongs to the window that is open; the first opens one."""
        if not self.open:
            self.open, self.begins_at, self.state, self.early = True, self.of(arrived_at), {}, False
        return self.begins_at <= arrived_at < self.ends_at

    def is_over(self, now: int) -> bool:
        """Whether nothing is left to do in the window but to end it."""
        if not self.open:
            return False
        reader = self._reader
        log, lanes = reader.shard.log, reader.reading.config.parallelization_factor
        position = max(reader.place.cursor, log.first)
        while position < log.end and lanes > 1 and log.lane(position, lanes) != reader.lane:
            position += 1
        ahead = position < log.end and log.arrived_at(position) < self.ends_at
        return self.early or (now >= self.ends_at and not ahead)

    def said(self, *, final: bool) -> Json:
        """What the event says about the window."""
        reading = self._reader.reading
        environment = reading.environment
        return {
            "window": {
                "start": _seconds(iso(environment, self.begins_at)),
                "end": _seconds(iso(environment, self.ends_at)),
            },
            "state": self.state,
            "shardId": self._reader.shard.id,
            "eventSourceARN": reading.stream.stream_arn,
            "isFinalInvokeForWindow": final,
            "isWindowTerminatedEarly": self.early,
        }

    def answered(self, reply: str) -> None:
        """The function's answer holds the state that goes on."""
        try:
            answer = json.loads(reply)
        except (ValueError, RecursionError):
            answer = None
        state = answer.get("state") if isinstance(answer, dict) else None
        self.state = state if isinstance(state, dict) else {}
        self.early = len(json.dumps(self.state)) > STATE_BYTES

    def close(self) -> None:
        self.open = False
        self.state = {}


def _seconds(text: str) -> str:
    return f"{text[:19]}Z"
