"""EventBridge Scheduler's operations: the only door in. Inputs are checked, outputs and errors are as AWS answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from flows.services.ports import Answer, Caller, Json, Operation, Refusal, operations
from flows.services.scheduler import groups, refusals, schedules
from flows.services.texts import is_writable

if TYPE_CHECKING:
    from flows.services.world import World

Verb: TypeAlias = "Callable[[World, Caller, Json], Json | Refusal]"


class Answering:
    """A verb that answers a value, as an operation."""

    def __init__(self, verb: Verb) -> None:
        self.verb = verb

    def __call__(self, world: World, caller: Caller, params: Json) -> Answer:
        params = {name: value for name, value in params.items() if value is not None}
        got = self.verb(world, caller, params) if is_writable(params) else refusals.NOT_UTF8
        return Answer(refusal=got) if isinstance(got, Refusal) else Answer(got)


def _row(name: str, verb: Verb, *, mutates: bool = True) -> Operation:
    return Operation(name, Answering(verb), mutates=mutates)


OPERATIONS = operations(
    _row("CreateSchedule", schedules.create_schedule),
    _row("UpdateSchedule", schedules.update_schedule),
    _row("DeleteSchedule", schedules.delete_schedule),
    _row("GetSchedule", schedules.get_schedule, mutates=False),
    _row("ListSchedules", schedules.list_schedules, mutates=False),
    _row("CreateScheduleGroup", groups.create_schedule_group),
    _row("DeleteScheduleGroup", groups.delete_schedule_group),
    _row("GetScheduleGroup", groups.get_schedule_group, mutates=False),
    _row("ListScheduleGroups", groups.list_schedule_groups, mutates=False),
    _row("TagResource", groups.tag_resource),
    _row("UntagResource", groups.untag_resource),
    _row("ListTagsForResource", groups.list_tags_for_resource, mutates=False),
)
