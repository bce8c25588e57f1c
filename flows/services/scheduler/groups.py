"""Schedule groups: made, deleted with all that is in them, described, listed, tagged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.services.constraints import violations
from flows.services.dates import iso
from flows.services.ports import Caller, Json, Refusal
from flows.services.scheduler import records, refusals
from flows.services.scheduler.account import Group, account_of, group_arn, group_of, remember, said_before
from flows.services.scheduler.config import DEFAULT_GROUP
from flows.services.scheduler.paging import page
from flows.services.scheduler.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.world import World

ACTIVE = "ACTIVE"


def make_group(world: World, caller: Caller, name: str) -> Group:
    arn, now = group_arn(caller, name), world.environment.now_at
    group = account_of(world).groups[arn] = Group(arn, name, now, now)
    detail = (name,)
    world.environment.recorder.write(records.GROUP_MADE, caller.node, 0, caller.request, caller.cause, 0, detail)
    return group


def create_schedule_group(world: World, caller: Caller, params: Json) -> Json | Refusal:
    wrong = violations("scheduler", "CreateScheduleGroup", params)
    if wrong is not None:
        return wrong
    before = said_before(world, "CreateScheduleGroup", params)
    if before is not None:
        return before
    if group_of(world, caller, params["Name"]) is not None:
        return refusals.group_exists(params["Name"])
    group = make_group(world, caller, params["Name"])
    group.tags = _tags(params)
    return remember(world, "CreateScheduleGroup", params, {"ScheduleGroupArn": group.arn})


def delete_schedule_group(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """The group's schedules go with it; here at once, in AWS after a while in which the group is DELETING."""
    wrong = violations("scheduler", "DeleteScheduleGroup", params)
    if wrong is not None:
        return wrong
    name = params["Name"]
    if name == DEFAULT_GROUP:
        return refusals.DEFAULT_GROUP_STAYS
    group = group_of(world, caller, name)
    if group is None:
        return refusals.no_group(name)
    for schedule in list(group.schedules.values()):
        world.remove(schedule.node, caller)
    del account_of(world).groups[group.arn]
    detail = (name,)
    world.environment.recorder.write(records.GROUP_DELETED, caller.node, 0, caller.request, caller.cause, 0, detail)
    return {}


def get_schedule_group(world: World, caller: Caller, params: Json) -> Json | Refusal:
    wrong = violations("scheduler", "GetScheduleGroup", params)
    if wrong is not None:
        return wrong
    group = group_of(world, caller, params["Name"])
    return refusals.no_group(params["Name"]) if group is None else _described(world, group)


def list_schedule_groups(world: World, caller: Caller, params: Json) -> Json | Refusal:
    wrong = violations("scheduler", "ListScheduleGroups", params)
    if wrong is not None:
        return wrong
    group_of(world, caller, DEFAULT_GROUP)
    prefix, mine = str(params.get("NamePrefix") or ""), group_arn(caller, "")
    groups = sorted(account_of(world).groups.values(), key=lambda group: group.name)
    found = [group for group in groups if group.arn.startswith(mine) and group.name.startswith(prefix)]
    return page("ScheduleGroups", [_described(world, group) for group in found], params)


def tag_resource(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    group = _tagged(world, "TagResource", params)
    if isinstance(group, Refusal):
        return group
    tags = group.tags | _tags(params)
    if len(tags) > QUOTAS.tags:
        return refusals.TOO_MANY_TAGS
    group.tags = tags
    return {}


def untag_resource(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    group = _tagged(world, "UntagResource", params)
    if isinstance(group, Refusal):
        return group
    for key in params["TagKeys"]:
        group.tags.pop(key, None)
    return {}


def list_tags_for_resource(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    group = _tagged(world, "ListTagsForResource", params)
    if isinstance(group, Refusal):
        return group
    return {"Tags": [{"Key": key, "Value": value} for key, value in group.tags.items()]}


def _tagged(world: World, operation: str, params: Json) -> Group | Refusal:
    """Only groups have tags."""
    wrong = violations("scheduler", operation, params)
    if wrong is not None:
        return wrong
    arn = str(params["ResourceArn"])
    name = arn.rpartition("/")[2]
    parts = arn.split(":")
    if len(parts) == 6 and name == DEFAULT_GROUP:
        group_of(world, Caller("", 0, parts[4], parts[3]), DEFAULT_GROUP)
    group = account_of(world).groups.get(arn)
    return refusals.no_group(name) if group is None else group


def _tags(params: Json) -> dict[str, str]:
    rows: Any = params.get("Tags") or []
    return {str(row["Key"]): str(row["Value"]) for row in rows}


def _described(world: World, group: Group) -> Json:
    return {
        "Arn": group.arn,
        "CreationDate": iso(world.environment, group.made_at),
        "LastModificationDate": iso(world.environment, group.changed_at),
        "Name": group.name,
        "State": ACTIVE,
    }
