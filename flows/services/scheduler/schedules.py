"""Schedules: made, changed, deleted, described, listed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.services.constraints import violations
from flows.services.dates import iso
from flows.services.ports import Caller, Json, Refusal
from flows.services.scheduler import refusals
from flows.services.scheduler.account import account_of, group_arn, group_of, remember, said_before
from flows.services.scheduler.checks import wrong_settings
from flows.services.scheduler.config import DEFAULT_GROUP, ScheduleConfig
from flows.services.scheduler.paging import page
from flows.services.scheduler.quotas import QUOTAS
from flows.services.scheduler.schedule import ENABLED, Schedule, schedule_arn
from flows.topology.timetable import UTC_NAME

if TYPE_CHECKING:
    from flows.services.world import World

SCHEDULE = "AWS::Scheduler::Schedule"
DEFAULTS: Json = {"State": ENABLED, "ScheduleExpressionTimezone": UTC_NAME, "ActionAfterCompletion": "NONE"}
KEPT = (
    "ScheduleExpression",
    "StartDate",
    "EndDate",
    "Description",
    "ScheduleExpressionTimezone",
    "State",
    "KmsKeyArn",
    "Target",
    "FlexibleTimeWindow",
    "ActionAfterCompletion",
)
RETRY_POLICY: Json = {"MaximumEventAgeInSeconds": QUOTAS.age_s, "MaximumRetryAttempts": QUOTAS.retries}


def create_schedule(world: World, caller: Caller, params: Json) -> Json | Refusal:
    wrong = violations("scheduler", "CreateSchedule", params)
    if wrong is not None:
        return wrong
    before = said_before(world, "CreateSchedule", params)
    if before is not None:
        return before
    wrong = wrong_settings(world.environment, params, new=True)
    if wrong is not None:
        return wrong
    name, group_name = params["Name"], params.get("GroupName") or DEFAULT_GROUP
    group = group_of(world, caller, group_name)
    if group is None:
        return refusals.no_group(group_name)
    if name in group.schedules:
        return refusals.schedule_exists(name)
    arn = schedule_arn(caller.region, caller.account, group_name, name)
    config = ScheduleConfig(name, group_name, json.dumps(told(params)))
    world.create(SCHEDULE, name, config, arn=arn, properties=dict(params), caller=caller)
    return remember(world, "CreateSchedule", params, {"ScheduleArn": arn})


def update_schedule(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """All settings anew: what is not said has its default again."""
    wrong = violations("scheduler", "UpdateSchedule", params)
    if wrong is not None:
        return wrong
    before = said_before(world, "UpdateSchedule", params)
    if before is not None:
        return before
    wrong = wrong_settings(world.environment, params, new=False)
    if wrong is not None:
        return wrong
    schedule = _named(world, caller, params)
    if isinstance(schedule, Refusal):
        return schedule
    schedule.change(told(params), caller)
    return remember(world, "UpdateSchedule", params, {"ScheduleArn": schedule.arn})


def delete_schedule(world: World, caller: Caller, params: Json) -> Json | Refusal:
    wrong = violations("scheduler", "DeleteSchedule", params)
    if wrong is not None:
        return wrong
    before = said_before(world, "DeleteSchedule", params)
    if before is not None:
        return before
    schedule = _named(world, caller, params)
    if isinstance(schedule, Refusal):
        return schedule
    world.remove(schedule.node, caller)
    return remember(world, "DeleteSchedule", params, {})


def get_schedule(world: World, caller: Caller, params: Json) -> Json | Refusal:
    wrong = violations("scheduler", "GetSchedule", params)
    if wrong is not None:
        return wrong
    schedule = _named(world, caller, params)
    if isinstance(schedule, Refusal):
        return schedule
    return {
        **_summary(world, schedule),
        **{name: schedule.given[name] for name in KEPT if schedule.given.get(name) is not None},
        "Target": _target(schedule),
    }


def list_schedules(world: World, caller: Caller, params: Json) -> Json | Refusal:
    wrong = violations("scheduler", "ListSchedules", params)
    if wrong is not None:
        return wrong
    mine, prefix = group_arn(caller, ""), str(params.get("NamePrefix") or "")
    named, state = params.get("GroupName"), params.get("State")
    if named is not None and group_of(world, caller, named) is None:
        return refusals.no_group(named)
    found = [
        schedule
        for group in account_of(world).groups.values()
        if group.arn.startswith(mine) and named in (None, group.name)
        for schedule in group.schedules.values()
        if schedule.name.startswith(prefix) and state in (None, schedule.state)
    ]
    found.sort(key=lambda schedule: (schedule.group_name, schedule.name))
    return page("Schedules", [{**_summary(world, each), "Target": {"Arn": each.target.arn}} for each in found], params)


def told(params: Json) -> Json:
    """What is kept of a request, with AWS's defaults."""
    given = DEFAULTS | {name: params[name] for name in KEPT if params.get(name) is not None}
    target = dict(given["Target"])
    policy = target.get("RetryPolicy") or {}
    target["RetryPolicy"] = RETRY_POLICY | {name: value for name, value in policy.items() if value is not None}
    return given | {"Target": target}


def _named(world: World, caller: Caller, params: Json) -> Schedule | Refusal:
    group_name = params.get("GroupName") or DEFAULT_GROUP
    group = group_of(world, caller, group_name)
    if group is None:
        return refusals.no_group(group_name)
    return group.schedules.get(params["Name"]) or refusals.no_schedule(params["Name"])


def _summary(world: World, schedule: Schedule) -> Json:
    return {
        "Arn": schedule.arn,
        "CreationDate": iso(world.environment, schedule.made_at),
        "GroupName": schedule.group_name,
        "LastModificationDate": iso(world.environment, schedule.changed_at),
        "Name": schedule.name,
        "State": schedule.state,
    }


def _target(schedule: Schedule) -> Json:
    target = dict(schedule.given.get("Target") or {})
    return {**target, "RetryPolicy": RETRY_POLICY | (target.get("RetryPolicy") or {})}
