"""Small nouns that wait: what tests put in the calendar. They live in a module so that a box can name them."""

from __future__ import annotations

from flows.engine.calendar import Calendar
from flows.engine.environment import Environment
from flows.engine.subjects import SubjectKind


class Diary:
    """Writes down what it was called with, and when."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.entries: list[tuple[int, object]] = []

    def note(self, what: object) -> None:
        self.entries.append((self.calendar.now_at, what))


class Snoozer:
    """An alarm that rings every `gap_us`, as often as asked."""

    def __init__(self, calendar: Calendar, gap_us: int, times: int) -> None:
        self.calendar = calendar
        self.lane = calendar.lane(self.ring)
        self.gap_us = gap_us
        self.left = times
        self.rung: list[int] = []
        self.lane.schedule(calendar.now_at + gap_us)

    def ring(self) -> None:
        self.rung.append(self.calendar.now_at)
        self.left -= 1
        if self.left:
            self.lane.schedule(self.calendar.now_at + self.gap_us)


class Clerk:
    """Writes a chain of records, each with a subject, a cause and a detail drawn by chance."""

    def __init__(self, environment: Environment, records: int) -> None:
        self.environment = environment
        self.chance = environment.streams.stream("clerk")
        self.left = records
        self.cause = 0
        environment.calendar.schedule(0, self.work)

    def work(self) -> None:
        e = self.environment
        draw = self.chance.below
        for _ in range(min(self.left, 1 + draw(5))):
            self.left -= 1
            body = e.bodies.number(f"body {draw(50)}")
            subject = e.subjects.new(SubjectKind.MESSAGE, draw(e.subjects.count + 1), 0, body)
            detail = None if draw(3) == 0 else (draw(100), f"reason {draw(10)}", body)
            self.cause = e.recorder.write(
                100 + draw(4), draw(9), subject, 0, self.cause if draw(2) else 0, draw(4), detail
            )
        if self.left:
            e.calendar.schedule(e.now_at + draw(1_000_000), self.work)
