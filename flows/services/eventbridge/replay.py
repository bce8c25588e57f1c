"""A replay: the events of an archive that happened in a window, put on their bus once more, for all rules or for chosen ones.

STARTING takes a second where there is anything to replay, then RUNNING sends the events in the order in which they happened, a hundred every ten
milliseconds (AWS replays by minute of the event's time and promises no order and no speed), COMPLETED says so. Cancelled, it is
CANCELLING for a second, then CANCELLED. Live events go their way beside it: a replay is a notice of its own, its copies draw chance
from streams of their own, and archives do not keep a replayed event again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.services.eventbridge import event as events
from flows.services.eventbridge import records
from flows.services.eventbridge.account import bus_at
from flows.services.eventbridge.event import date_of, seconds
from flows.services.eventbridge.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.eventbridge.archive import Archive
    from flows.services.ports import Caller

STARTING, RUNNING, COMPLETED = "STARTING", "RUNNING", "COMPLETED"
CANCELLING, CANCELLED = "CANCELLING", "CANCELLED"
GOING = (STARTING, RUNNING)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What StartReplay asked for; dates are µs since 1970."""

    name: str
    arn: str
    description: str
    from_us: int
    to_us: int
    rules: tuple[str, ...]


class Replay:
    def __init__(self, archive: Archive, wanted: Wanted, subject: int) -> None:
        self.archive = archive
        self.archive_arn, self.bus_arn = archive.arn, archive.bus_arn
        self.wanted = wanted
        self.subject = subject
        self.environment = archive.environment
        self.state, self.reason = STARTING, ""
        self.started_at = self.environment.now_at
        self.ended_at: int | None = None
        self.last_us: int | None = None
        """When the last event that was replayed had happened."""
        self.total = self.sent = 0
        self._waiting: list[int] = []
        self._only = frozenset(wanted.rules)
        self._cause = 0
        self._timer = 0

    def start(self, caller: Caller) -> None:
        wanted, calendar = self.wanted, self.environment.calendar
        said = ", ".join(arn.rpartition("/")[2] for arn in wanted.rules) or "all rules"
        detail = (wanted.name, said, seconds(wanted.from_us), seconds(wanted.to_us))
        self._cause = self._write(records.REPLAY_STARTED, caller.cause, detail, caller.request)
        if self.archive.between(wanted.from_us, wanted.to_us):
            self._timer = calendar.schedule(calendar.now_at + QUOTAS.replay_start_us, self.run)
        else:
            self.run()

    def run(self) -> None:
        """The window is read now; what is archived later is not replayed."""
        self.state = RUNNING
        self._waiting = self.archive.between(self.wanted.from_us, self.wanted.to_us)[::-1]
        self.total = len(self._waiting)
        self._write(records.REPLAY_RUNNING, self._cause, (self.wanted.name, self.total))
        self.go_on()

    def go_on(self) -> None:
        """The next few events."""
        self._timer = 0
        bus = bus_at(self.archive.world, self.bus_arn)
        for _ in range(QUOTAS.replay_step_events):
            if not self._waiting or bus is None:
                self._over(COMPLETED, records.REPLAY_COMPLETED)
                return
            original = self._waiting.pop()
            value = json.loads(self.environment.bodies.text(self.environment.subjects.body[original]))
            event = events.again(self.environment, original, value, self.wanted.name, self._only, self.subject)
            self.sent += 1
            self.last_us = date_of(value["time"])
            bus.replay(event, self.archive.link, original, self._cause)
        calendar = self.environment.calendar
        self._timer = calendar.schedule(calendar.now_at + QUOTAS.replay_step_us, self.go_on)

    def cancel(self, caller: Caller) -> None:
        calendar = self.environment.calendar
        calendar.cancel(self._timer)
        self.state = CANCELLING
        cause = self._write(records.REPLAY_CANCELLING, caller.cause, (self.wanted.name, self.sent))
        self._cause = cause
        self._timer = calendar.schedule(
            calendar.now_at + QUOTAS.cancel_us, self._over, CANCELLED, records.REPLAY_CANCELLED
        )

    def _over(self, state: str, kind: int) -> None:
        self.state, self.ended_at = state, self.environment.now_at
        self._waiting = []
        self._write(kind, self._cause, (self.wanted.name, self.sent))

    def _write(self, kind: int, cause: int, detail: tuple[object, ...], request: int = 0) -> int:
        request = request or self.subject
        return self.environment.recorder.write(kind, self.archive.node, self.subject, request, cause, 0, detail)
