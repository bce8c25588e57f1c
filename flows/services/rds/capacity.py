"""A database's capacity: it follows what its running statements need, between a minimum and a maximum.

Once a second while too little is there it grows, by a quarter and by half an ACU at least; after half a minute with less to do it gives
half an ACU back. Nobody looks while nothing is strained and nothing is left to give back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.rds import records
from flows.services.rds.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.rds.database import Database


class Capacity:
    """In thousandths of an ACU."""

    def __init__(self, database: Database) -> None:
        config = database.config
        self.database, self.environment = database, database.environment
        self.follows = config.serverless
        self.minimum, self.maximum = config.minimum_milli, config.maximum_milli
        self.now = self.floor
        self.busy_at = 0
        self._timer = self._looks_at = 0

    @property
    def floor(self) -> int:
        """What it has when it is awake, at least."""
        return max(self.minimum, QUOTAS.step_milli)

    @property
    def needed(self) -> int:
        return len(self.database.running) * self.database.behaviour.load_milli

    def stretched(self, length_us: int) -> int:
        """How long a statement takes that begins now: longer, in proportion to what is missing."""
        return length_us * max(self.needed, self.now, 1) // max(self.now, 1)

    def strained(self) -> None:
        """Something began: it may have to grow, and to shrink again later."""
        if self.needed > self.now - QUOTAS.step_milli:
            self.busy_at = self.environment.now_at
        if self.follows and self.now < self.maximum and self.needed > self.now:
            self._look_in(QUOTAS.step_us)

    def _look_in(self, wait_us: int) -> None:
        """Unless it looks sooner anyway."""
        calendar = self.environment.calendar
        at = calendar.now_at + wait_us
        if not self._timer or at < self._looks_at:
            calendar.cancel(self._timer)
            self._timer, self._looks_at = calendar.schedule(at, self.look), at

    def look(self) -> None:
        """A second of strain, or half a minute of calm, is over."""
        self._timer = 0
        now, needed, before = self.environment.now_at, self.needed, self.now
        if not self.database.is_available:
            return
        if needed > before:
            self.busy_at = now
            after = min(before + max(QUOTAS.step_milli, before // QUOTAS.grown_share), self.maximum)
            self._become(after, f"{len(self.database.running)} statements need {needed} thousandths of an ACU")
            if after < self.maximum:
                self._look_in(QUOTAS.step_us)
                return
        elif now - self.busy_at >= QUOTAS.calm_us and needed <= before - QUOTAS.step_milli:
            self._become(max(before - QUOTAS.step_milli, self.floor), "there is less to do")
        if self.now > self.floor:
            self._look_in(QUOTAS.calm_us)

    def _become(self, after: int, reason: str) -> None:
        if after != self.now:
            detail = (self.now, after, reason)
            self.environment.recorder.write(records.CAPACITY, self.database.node, 0, 0, 0, 0, detail)
            self.now = after

    def limit(self, minimum: int, maximum: int) -> None:
        """Other bounds, at once."""
        self.minimum, self.maximum = minimum, maximum
        if self.database.is_available:
            self._become(min(max(self.now, self.floor), maximum), "its limits were changed")
            if self.follows and self.now > self.floor:
                self._look_in(QUOTAS.calm_us)

    def sleep(self) -> None:
        self.now = 0

    def wake(self) -> None:
        self.now = self.floor
