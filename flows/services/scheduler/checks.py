"""What AWS checks of a schedule's settings after their bounds (`constraints.py`): the expression, the time zone, dates, the window, the target."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from flows.services.ports import Json, Refusal
from flows.services.scheduler import refusals
from flows.services.scheduler.quotas import QUOTAS
from flows.topology.schedules import At, ScheduleError
from flows.topology.timetable import UTC_NAME, compile_expression, date_us, zone_of

if TYPE_CHECKING:
    from flows.engine.environment import Environment

ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12})?:.+", re.DOTALL)
JSON_TARGETS = re.compile(r"arn:aws[a-z-]*:(scheduler:::aws-sdk:|lambda:|states:|events:)")
"""Targets whose Input must be JSON; a queue and a topic take any text."""


def wrong_settings(environment: Environment, params: Json, *, new: bool) -> Refusal | None:
    expression = params["ScheduleExpression"]
    try:
        schedule = compile_expression(str(expression))
    except ScheduleError:
        return refusals.invalid_expression(expression)
    zone = params.get("ScheduleExpressionTimezone")
    if zone_of(str(zone or UTC_NAME)) is None:
        return refusals.invalid_timezone(zone)
    wrong = _wrong_window(params["FlexibleTimeWindow"])
    if wrong is None and not isinstance(schedule, At):
        wrong = _wrong_dates(environment.wall_us(environment.now_at), params, new=new)
    return wrong or _wrong_target(params["Target"])


def _wrong_window(window: Any) -> Refusal | None:
    minutes = window.get("MaximumWindowInMinutes")
    if window.get("Mode") == "FLEXIBLE":
        return refusals.NO_WINDOW if minutes is None else None
    return None if minutes is None else refusals.NEEDLESS_WINDOW


def _wrong_dates(now_us: int, params: Json, *, new: bool) -> Refusal | None:
    start, end = (date_us(params.get(name)) for name in ("StartDate", "EndDate"))
    for name, found in (("StartDate", start), ("EndDate", end)):
        if found is None and params.get(name) is not None:
            return Refusal("SerializationException", f"{name} is no date.")
    if new and start is not None and start < now_us - QUOTAS.early_start_us:
        return refusals.EARLY_START
    if end is not None and end < now_us:
        return refusals.END_IN_THE_PAST
    return refusals.END_BEFORE_START if start is not None and end is not None and end < start else None


def _wrong_target(target: Any) -> Refusal | None:
    arn = str(target["Arn"])
    if not ARN.fullmatch(arn):
        return refusals.BAD_ARN
    if ":event-bus/" in arn and not target.get("EventBridgeParameters"):
        return refusals.NO_EVENT_PARAMETERS
    given = target.get("Input")
    if given is not None and JSON_TARGETS.match(arn):
        try:
            json.loads(given)
        except (ValueError, RecursionError):
            return refusals.INPUT_NOT_JSON
    return None
