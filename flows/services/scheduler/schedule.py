"""A schedule: when it fires, and what becomes of it when it will fire no more.

A recurring schedule waits in the background, so that an execution in which only schedules go on is quiet; what a firing brings about is
not in the background, and neither is the one firing of an `at`. With a flexible window the call is made at an instant within it, drawn
from the schedule's own stream. How a call is made, tried again and given up is next door (`calling.py`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flows.services.ports import NO_LINK, Caller, Json, Refusal, Return
from flows.services.scheduler import records
from flows.services.scheduler.account import account_of, group_of
from flows.services.scheduler.calling import Calling
from flows.services.scheduler.quotas import MINUTE_US, QUOTAS, SECOND_US
from flows.services.scheduler.target import Target
from flows.topology.schedules import ScheduleError
from flows.topology.timetable import Timetable, timetable

if TYPE_CHECKING:
    from flows.services.scheduler.account import Group
    from flows.services.scheduler.config import ScheduleConfig
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

NEVER = -1
ENABLED, FLEXIBLE, DELETE = "ENABLED", "FLEXIBLE", "DELETE"
DELETED = "its schedule was deleted"


def schedule_arn(region: str, account: str, group: str, name: str) -> str:
    return f"arn:aws:scheduler:{region}:{account}:schedule/{group}/{name}"


class Schedule:
    def __init__(self, world: World, node: CompiledNode, config: ScheduleConfig) -> None:
        self.world = world
        self.environment = world.environment
        self.node, self.id, self.name, self.group_name = node.index, node.id, config.name, config.group
        parts = node.arn.split(":")
        self.arn = schedule_arn(parts[3], parts[4], config.group, config.name)
        self.made_at = self.changed_at = world.environment.now_at
        self.given: Json = json.loads(config.given)
        self.target = Target(self)
        self.calling = Calling(self)
        self._timer = 0
        self._done = False

    # ── what it was told ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def state(self) -> str:
        return str(self.given.get("State") or ENABLED)

    @property
    def window_us(self) -> int:
        window: Any = self.given.get("FlexibleTimeWindow") or {}
        return int(window.get("MaximumWindowInMinutes") or 0) * MINUTE_US if window.get("Mode") == FLEXIBLE else 0

    @property
    def retries(self) -> int:
        said = self.target.member("RetryPolicy", "MaximumRetryAttempts")
        return QUOTAS.retries if said is None else int(said)

    @property
    def age_us(self) -> int:
        return int(self.target.member("RetryPolicy", "MaximumEventAgeInSeconds") or QUOTAS.age_s) * SECOND_US

    def timetable(self) -> Timetable | None:
        try:
            return timetable(self.given, self.environment.wall_us(self.changed_at))
        except ScheduleError:
            return None

    # ── beginning, changing, ending ─────────────────────────────────────────────────────────────────────────────────

    def enrol(self) -> None:
        """Be one of its group's schedules, and wait for the first firing."""
        group = self.group()
        group.schedules[self.name] = self
        self._begin(0)

    def group(self) -> Group:
        """Its group; one that a template names and does not have is made."""
        _, _, _, region, account, *_ = self.arn.split(":")
        caller = Caller(self.name, self.node, account, region)
        found = group_of(self.world, caller, self.group_name)
        if found is None:
            from flows.services.scheduler.groups import make_group

            found = make_group(self.world, caller, self.group_name)
        return found

    def change(self, given: Json, caller: Caller) -> None:
        """It is told something else: what was not said has AWS's default again, and a rate counts from now."""
        changed = sorted(name for name in given.keys() | self.given.keys() if given.get(name) != self.given.get(name))
        self.given, self.changed_at, self._done = given, self.environment.now_at, False
        write = self.environment.recorder.write
        cause = write(
            records.CHANGED, self.node, 0, caller.request, caller.cause, 0, (", ".join(changed) or "nothing",)
        )
        self.target.retarget(caller)
        self._begin(cause)

    def _begin(self, cause: int) -> None:
        calendar = self.environment.calendar
        calendar.cancel(self._timer)
        self._timer = 0
        if self.state != ENABLED:
            return
        wait = self._plan(self.environment.wall_us(calendar.now_at) - 1)
        expression = str(self.given.get("ScheduleExpression") or "")
        self.environment.recorder.write(records.PLANNED, self.node, 0, 0, cause, 0, (expression, wait))

    def removed(self, caller: Caller | None) -> None:
        """The schedule is deleted: calls that were not taken yet are not made any more."""
        self.environment.calendar.cancel(self._timer)
        self.calling.abandon(DELETED, caller.cause if caller is not None else 0)
        self._done = True
        for group in account_of(self.world).groups.values():
            if group.schedules.get(self.name) is self:
                del group.schedules[self.name]

    # ── firing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _plan(self, after_us: int) -> int:
        """Ask for the next firing; answers how long that is from now, or NEVER."""
        found = self.timetable()
        next_us = None if found is None else found.next_after(after_us)
        if found is None or next_us is None:
            return NEVER
        calendar = self.environment.calendar
        at = max(next_us - self.environment.epoch_us, calendar.now_at)
        self._timer = calendar.schedule(at, self.fire, next_us, background=found.is_endless)
        return at - calendar.now_at

    def fire(self, due_us: int) -> None:
        """A firing: its call is made at once, or later within the flexible window."""
        self._timer = 0
        wait = self._plan(due_us)
        self._done = wait == NEVER
        later = 0
        if self.window_us:
            later = self.environment.streams.stream(f"{self.arn}/window").below(self.window_us // SECOND_US) * SECOND_US
        self.calling.begin(due_us, wait, later, self.window_us)

    def call_ended(self, cause: int) -> None:
        """A call was taken or given up. After the last one the schedule is over, and may go."""
        if not self._done or self.calling.pending:
            return
        self._done = False
        delete = self.given.get("ActionAfterCompletion") == DELETE
        write = self.environment.recorder.write
        ended = write(records.COMPLETED, self.node, 0, 0, cause, 0, ("is deleted" if delete else "stays",))
        if delete:
            calendar = self.environment.calendar
            calendar.schedule(calendar.now_at, self.vanish, ended)

    def vanish(self, cause: int) -> None:
        """ActionAfterCompletion: DELETE."""
        if self.world.nouns[self.node] is self:
            self.world.remove(self.node, self.world.caller(self.name, 0, cause, self.node))

    # ── coming back ─────────────────────────────────────────────────────────────────────────────────────────────────

    def way_back(self, _link: int, text: str, _attributes: Json) -> Return | Refusal:
        """A dead letter goes to the target that never got it (`Origin`)."""
        place = self.target.place()
        if place is None or self.target.link == NO_LINK or self.target.is_universal:
            return Refusal("ResourceNotFoundException", "The target of this schedule takes no messages.", 404)
        return Return(place, text)
