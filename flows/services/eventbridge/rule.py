"""A rule: which events (a pattern), or when (a schedule), and who gets them.

Its copies are next door (`dispatching.py`). A schedule is one background notice, so that an execution in which only schedules go on is quiet;
what a firing brings about is not in the background. Instants are exact: a rate counts from when the rule was enabled with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.eventbridge import event as events
from flows.services.eventbridge import records
from flows.services.eventbridge.account import account_of, bus_at, bus_name, is_default
from flows.services.eventbridge.dispatching import Dispatching
from flows.services.eventbridge.event import Came, Content, Event
from flows.services.eventbridge.target import Target
from flows.services.ports import NO_LINK, Json, Refusal, Return
from flows.services.schedules import Schedule, compile_schedule
from flows.topology.resources.bus import ENABLED

if TYPE_CHECKING:
    from flows.services.eventbridge.config import RuleConfig
    from flows.services.ports import Caller
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

NEVER = -1
DELETED = "its rule was deleted"
REMOVED = "the target was removed from its rule"
AWS_EVENTS, SCHEDULED_EVENT = "aws.events", "Scheduled Event"
LINK = "bus-rule"


def rule_arn(bus_arn: str, name: str) -> str:
    """A rule's ARN names its bus, unless that is the default one."""
    owner, _, bus = bus_arn.partition(":event-bus/")
    return f"{owner}:rule/{name}" if is_default(bus_arn) else f"{owner}:rule/{bus}/{name}"


class Rule:
    def __init__(self, world: World, node: CompiledNode, config: RuleConfig, bus_arn: str) -> None:
        self.world = world
        self.environment = world.environment
        self.node, self.id, self.name = node.index, node.id, config.name
        self.bus_arn, self.bus_name = bus_arn, bus_name(bus_arn)
        self.arn = rule_arn(bus_arn, config.name)
        self.pattern, self.schedule = config.pattern, config.schedule
        self.state, self.description, self.role_arn = config.state, config.description, config.role_arn
        self.tags: dict[str, str] = dict(config.tags)
        self.targets: dict[str, Target] = {}
        self.link = NO_LINK
        self.number = 0
        self.dispatching = Dispatching(self)
        self._began_us = 0
        self._timer = 0

    @property
    def enabled(self) -> bool:
        return self.state.startswith(ENABLED)

    # ── beginning, changing, ending ─────────────────────────────────────────────────────────────────────────────────

    def enrol(self) -> None:
        """Be one of its bus's rules."""
        account = account_of(self.world)
        self.number = account.numbered()
        account.rules_of(self.bus_arn)[self.name] = self
        account.by_number[self.number] = self
        self.changed(0)

    def changed(self, cause: int) -> None:
        """Its pattern, schedule or state are others now."""
        bus = bus_at(self.world, self.bus_arn)
        if bus is not None:
            bus.matching.put(self.number, self.pattern if self.enabled else "")
        self.environment.calendar.cancel(self._timer)
        self._timer = 0
        if self.schedule and self.enabled:
            self._began_us = self.environment.wall_us(self.environment.now_at)
            wait = self._plan()
            detail = (self.schedule, wait)
            self.environment.recorder.write(records.SCHEDULED, self.node, 0, 0, cause, 0, detail)

    def join_bus(self) -> None:
        """The link that draws whose events it looks at."""
        bus = bus_at(self.world, self.bus_arn)
        if bus is None:
            return
        if self.pattern and self.link == NO_LINK:
            links = self.world.topology.links_from(bus.node)
            drawn = next((link.index for link in links if link.kind == LINK and link.target == self.node), NO_LINK)
            self.link = drawn if drawn != NO_LINK else self.world.join(LINK, bus.node, self.node, None).index
        bus.matching.put(self.number, self.pattern if self.enabled else "")

    def removed(self, caller: Caller | None) -> None:
        """The rule is deleted: what its targets have not got yet ends here."""
        cause = caller.cause if caller is not None else 0
        account = account_of(self.world)
        self.dispatching.abandon(DELETED, cause)
        self.environment.calendar.cancel(self._timer)
        account.rules_of(self.bus_arn).pop(self.name, None)
        account.by_number.pop(self.number, None)
        bus = bus_at(self.world, self.bus_arn)
        if bus is not None:
            bus.matching.put(self.number, "")

    # ── targets ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def put_target(self, given: Json, caller: Caller | None = None) -> Target:
        """A target, instead of the one of that id, if there was one."""
        former = self.targets.get(str(given["Id"]))
        if former is not None:
            former.end(caller)
        target = self.targets[str(given["Id"])] = Target(self, given)
        return target

    def remove_target(self, id_: str, caller: Caller) -> None:
        target = self.targets.pop(id_)
        self.dispatching.abandon(REMOVED, caller.cause, id_)
        target.end(caller)

    # ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def take(self, event: Event, cause: int) -> None:
        """A matching event: a copy for every target."""
        detail = (self.link, len(self.targets))
        write = self.environment.recorder.write
        matched = write(records.RULE_MATCHED, self.node, event.subject, event.request, cause, 0, detail)
        for target in list(self.targets.values()):
            self.dispatching.dispatch(target, event, matched)

    def fire(self) -> None:
        """The schedule's instant: an event for its own targets, which no other rule sees."""
        wait = self._plan()
        _, _, _, region, account, *_ = self.arn.split(":")
        content = Content(AWS_EVENTS, SCHEDULED_EVENT, {}, (self.arn,), account=account, region=region)
        event = events.make(self.environment, content, Came())
        write = self.environment.recorder.write
        fired = write(records.FIRED, self.node, event.subject, 0, 0, 0, (self.schedule, wait))
        found = write(records.MATCHED, self.node, event.subject, 0, fired, 0, (1, len(self.targets)))
        for target in list(self.targets.values()):
            self.dispatching.dispatch(target, event, found)

    def _plan(self) -> int:
        """Ask for the next firing; answers how long that is from now, or NEVER."""
        calendar = self.environment.calendar
        now_us = self.environment.wall_us(calendar.now_at)
        schedule: Schedule = compile_schedule(self.schedule)
        next_us = schedule.next_after(now_us, self._began_us)
        if next_us is None:
            self._timer = 0
            return NEVER
        at = next_us - self.environment.epoch_us
        self._timer = calendar.schedule(at, self.fire, background=True)
        return at - calendar.now_at

    # ── coming back ─────────────────────────────────────────────────────────────────────────────────────────────────

    def way_back(self, link: int, text: str, _attributes: Json) -> Return | Refusal:
        """A dead letter goes to the target that never got it, in the form in which that would have got it (`Origin`)."""
        target = next((each for each in self.targets.values() if each.dead_letter_link == link), None)
        place = None if target is None else target.place()
        if target is None or place is None:
            return Refusal("ResourceNotFoundException", "The target does not exist any more.", 404)
        return Return(place, self.dispatching.form(target, text))
