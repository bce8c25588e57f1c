"""How many batches a mapping may read at a time: five at first, more while it is strained, five again after an idle minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.lambda_ import records
from flows.services.lambda_.quotas import QUOTAS, SECOND_US

if TYPE_CHECKING:
    from flows.services.lambda_.event_source_mapping import Mapping

STEP = QUOTAS.pollers_per_minute // 60


class Pollers:
    def __init__(self, mapping: Mapping, maximum_concurrency: int | None) -> None:
        self._mapping = mapping
        self.maximum_concurrency = maximum_concurrency
        self.count = QUOTAS.first_pollers
        self.idle_since = 0
        self._scaling = False
        self._calendar = mapping.environment.calendar
        self.settle()

    def settle(self) -> None:
        """How many batches may be read at a time now: called whenever what that depends on has changed."""
        self._mapping.limit = min(self.count, self.most())

    def most(self) -> int:
        return QUOTAS.pollers if self.maximum_concurrency is None else self.maximum_concurrency

    def ask_for_more(self) -> None:
        """Every poller is busy and messages are waiting: more in a second, if it is still so."""
        if not self._scaling and self._mapping.limit < self.most():
            self._scaling = True
            self._calendar.schedule(self._calendar.now_at + SECOND_US, self.scale_out)

    def scale_out(self) -> None:
        self._scaling = False
        if self._mapping.strained:
            self._scale(min(self._mapping.limit + STEP, self.most()))
            self._mapping.poll()

    def scale_in(self) -> None:
        """Nothing was read for a minute: the mapping starts from five again."""
        if (
            self.count > QUOTAS.first_pollers
            and self._calendar.now_at - self.idle_since >= QUOTAS.idle_before_scale_in_us
        ):
            self._scale(QUOTAS.first_pollers)

    def _scale(self, count: int) -> None:
        self.count = count
        self.settle()
        mapping = self._mapping
        detail = (mapping.limit, mapping.link)
        mapping.environment.recorder.write(records.SCALED, mapping.function.node, 0, 0, mapping.latest, 0, detail)
