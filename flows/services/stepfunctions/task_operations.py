"""Task tokens sent back, and activities with their workers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.services.dates import iso
from flows.services.ports import Caller, Json, Pending, Refusal
from flows.services.stepfunctions import arns, refusals, tasks
from flows.services.stepfunctions.account import account_of
from flows.services.stepfunctions.activity import Activity
from flows.services.stepfunctions.lookups import page, paged, row
from flows.services.stepfunctions.payloads import wrong_json
from flows.services.stepfunctions.quotas import QUOTAS
from flows.services.stepfunctions.run import Run
from flows.services.stepfunctions.tagging import tags_of

if TYPE_CHECKING:
    from flows.services.world import World


# ── tokens ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _task(world: World, token: object) -> tuple[Run, int] | Refusal:
    """The task of a token: whose it is, unless it is over."""
    tokens = account_of(world).tokens
    number = tokens.known(token)
    if not number:
        return refusals.invalid_token()
    found = tokens.living.get(number)
    if found is None or found[1] not in found[0].tasks or not found[0].running:
        return refusals.task_timed_out()
    return found


def send_task_success(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = _task(world, params["taskToken"])
    if isinstance(found, Refusal):
        return found
    wrong = wrong_json(params["output"])
    if wrong:
        return refusals.invalid_output(wrong)
    tasks.succeeded(*found, json.loads(params["output"]))
    return {}


def send_task_failure(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = _task(world, params["taskToken"])
    if isinstance(found, Refusal):
        return found
    error, cause = params.get("error"), params.get("cause")
    tasks.failed(*found, None if error is None else str(error), None if cause is None else str(cause))
    return {}


def send_task_heartbeat(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = _task(world, params["taskToken"])
    if isinstance(found, Refusal):
        return found
    run, frame = found
    run.live.heartbeat(frame)
    return {}


# ── activities ──────────────────────────────────────────────────────────────────────────────────────────────────────


def create_activity(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """The same again is the same activity."""
    name = params["name"]
    refusal, tags = arns.bad_name(name), tags_of(params)
    if refusal is not None:
        return refusal
    if isinstance(tags, Refusal):
        return tags
    arn = f"arn:aws:states:{caller.region}:{caller.account}:{arns.ACTIVITY}:{name}"
    account, environment = account_of(world), world.environment
    activity = account.activities.get(arn)
    if activity is None:
        if len(account.activities) >= QUOTAS.activities:
            return Refusal("ActivityLimitExceeded", "The maximum number of activities has been reached.")
        activity = account.activities[arn] = Activity(world, name, arn, environment.now_at)
        if tags:
            account.tags[arn] = tags
    return {"activityArn": arn, "creationDate": iso(environment, activity.created_at)}


def _activity(world: World, text: object) -> Activity | Refusal:
    arn = arns.parse(text, arns.ACTIVITY)
    if isinstance(arn, Refusal):
        return arn
    return account_of(world).activities.get(str(text)) or refusals.no_such_activity(text)


def delete_activity(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    """Its tasks wait for nobody from then on: they run out of time."""
    arn = arns.parse(params["activityArn"], arns.ACTIVITY)
    if isinstance(arn, Refusal):
        return arn
    account_of(world).activities.pop(params["activityArn"], None)
    account_of(world).tags.pop(params["activityArn"], None)
    return {}


def describe_activity(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    activity = _activity(world, params["activityArn"])
    return activity if isinstance(activity, Refusal) else _row(world, activity)


def list_activities(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    rows = [_row(world, activity) for activity in account_of(world).activities.values()]
    shown = page(params, rows, "activities")
    return shown if isinstance(shown, Refusal) else paged("activities", *shown)


def _row(world: World, activity: Activity) -> Json:
    return {
        "activityArn": activity.arn,
        "name": activity.name,
        "creationDate": iso(world.environment, activity.created_at),
    }


def get_activity_task(world: World, _caller: Caller, params: Json) -> Refusal | Pending:
    """The oldest task; without one, the answer comes after a minute and is empty."""
    activity = _activity(world, params["activityArn"])
    if isinstance(activity, Refusal):
        return activity
    if len(activity.pollers) >= QUOTAS.activity_pollers:
        return Refusal(
            "ActivityWorkerLimitExceeded", "The maximum number of workers polling concurrently has been reached."
        )
    return activity.poll(str(params.get("workerName") or ""))


ROWS = (
    row("SendTaskSuccess", send_task_success, "taskToken", "output"),
    row("SendTaskFailure", send_task_failure, "taskToken"),
    row("SendTaskHeartbeat", send_task_heartbeat, "taskToken"),
    row("CreateActivity", create_activity, "name"),
    row("DeleteActivity", delete_activity, "activityArn"),
    row("DescribeActivity", describe_activity, "activityArn", mutates=False),
    row("ListActivities", list_activities, mutates=False),
    row("GetActivityTask", get_activity_task, "activityArn", may_wait=True),
)
