"""What every part of a simulation shares: time, chance, the recorder, the tables. One object, passed to each noun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flows.engine.bodies import Bodies
from flows.engine.calendar import Calendar
from flows.engine.random_streams import RandomStreams
from flows.engine.subjects import Subjects
from flows.engine.trace import Recorder

EPOCH = "2026-01-01T00:00:00Z"
_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Environment:
    """Time (`calendar`), chance (`streams`), what happened (`recorder`), whom and what it is about (`subjects`, `bodies`)."""

    seed: int
    epoch: str
    calendar: Calendar
    subjects: Subjects
    bodies: Bodies
    recorder: Recorder
    streams: RandomStreams
    epoch_us: int
    """The wall date of instant 0: µs since 1970."""

    @classmethod
    def begin(cls, seed: int, epoch: str = EPOCH) -> Environment:
        """A new execution's environment, at instant 0."""
        calendar, subjects, bodies = Calendar(), Subjects(), Bodies()
        return cls(
            seed,
            epoch,
            calendar,
            subjects,
            bodies,
            Recorder(calendar, subjects, bodies),
            RandomStreams(seed),
            wall_us(epoch),
        )

    @property
    def now_at(self) -> int:
        """The instant it is: µs since the epoch."""
        return self.calendar.now_at

    def wall_us(self, at: int) -> int:
        """The wall date of an instant: µs since 1970."""
        return self.epoch_us + at


def wall_us(date: str) -> int:
    """An ISO date (with a zone; without one it is UTC) as µs since 1970."""
    moment = datetime.fromisoformat(date)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _UNIX_EPOCH) // timedelta(microseconds=1)
