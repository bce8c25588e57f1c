"""An archive: keeps the events of a bus, all or those that its pattern wants, for so many days or for ever.

It keeps subjects, not copies: an event's text is stored once, whoever keeps it. Columns of integers, in the order of arrival; what is
older than the retention is forgotten from the front, by one background notice for the oldest. The size is that of the events' JSON.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from flows.patterns import compile_event_pattern
from flows.services.eventbridge import records
from flows.services.eventbridge.account import account_of
from flows.services.eventbridge.event import date_of
from flows.services.eventbridge.quotas import DAY_S, SECOND_US
from flows.services.ports import NO_LINK
from flows.topology.resources.bus import ENABLED

if TYPE_CHECKING:
    from flows.services.eventbridge.config import ArchiveConfig
    from flows.services.eventbridge.event import Event
    from flows.services.ports import Caller
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

LINK = "archive"


class Archive:
    def __init__(self, world: World, node: CompiledNode, config: ArchiveConfig) -> None:
        self.world = world
        self.environment = world.environment
        self.node, self.name, self.arn = node.index, config.name, node.arn
        self.bus_arn = config.source_arn
        self.pattern, self.retention_days = config.pattern, config.retention_days
        self.description, self.state = config.description, ENABLED
        self.made_at = world.environment.now_at
        self.link = NO_LINK
        self.subjects, self.dates, self.kept_at = array("I"), array("q"), array("q")
        """By place: the event, when it happened (µs since 1970), the instant at which it was kept."""
        self.sizes = array("I")
        self.bytes = 0
        self._timer = 0

    @property
    def count(self) -> int:
        return len(self.subjects)

    def enrol(self) -> None:
        account_of(self.world).archives[self.arn] = self

    def offer(self, event: Event, cause: int) -> None:
        """Keep the event, if it is wanted."""
        if self.pattern and not compile_event_pattern(self.pattern).matches(event.value):
            return
        environment = self.environment
        now, size = environment.now_at, len(environment.bodies.text(event.body).encode(errors="replace"))
        self.subjects.append(event.subject)
        self.dates.append(_happened(str(event.value["time"]), environment.wall_us(now)))
        self.kept_at.append(now)
        self.sizes.append(size)
        self.bytes += size
        detail = (self.link, size)
        environment.recorder.write(records.ARCHIVED, self.node, event.subject, event.request, cause, 0, detail)
        self.watch()

    def between(self, from_us: int, to_us: int) -> list[int]:
        """The events that happened from one date up to, not including, another; in the order in which they happened."""
        dates = self.dates
        places = [place for place in range(len(dates)) if from_us <= dates[place] < to_us]
        places.sort(key=dates.__getitem__)
        return [self.subjects[place] for place in places]

    # ── forgetting ──────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def retention_us(self) -> int:
        return self.retention_days * DAY_S * SECOND_US

    def watch(self) -> None:
        """Wake when the oldest event is too old."""
        if self._timer or not self.retention_days or not self.kept_at:
            return
        calendar = self.environment.calendar
        due_at = max(calendar.now_at, self.kept_at[0] + self.retention_us)
        self._timer = calendar.schedule(due_at, self.forget, background=True)

    def rewatch(self) -> None:
        """The retention is another now."""
        self.environment.calendar.cancel(self._timer)
        self._timer = 0
        self.watch()

    def forget(self) -> None:
        self._timer = 0
        oldest_at = self.environment.now_at - self.retention_us
        gone = next((place for place, at in enumerate(self.kept_at) if at > oldest_at), len(self.kept_at))
        freed = sum(self.sizes[:gone])
        self.bytes -= freed
        for column in (self.subjects, self.dates, self.kept_at, self.sizes):
            del column[:gone]
        if gone:
            self.environment.recorder.write(records.FORGOTTEN, self.node, 0, 0, 0, 0, (gone, freed))
        self.watch()

    def removed(self, _caller: Caller | None) -> None:
        self.environment.calendar.cancel(self._timer)
        account_of(self.world).archives.pop(self.arn, None)


def _happened(time: str, now_us: int) -> int:
    """When an event happened. Its time has whole seconds; one of this second happened now."""
    dated = date_of(time)
    return now_us if dated is None or dated == now_us // SECOND_US * SECOND_US else dated
