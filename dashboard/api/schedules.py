"""A schedule's next firings, for the studio's calendar and for anyone: nothing is stored, and nobody has to own anything."""

from __future__ import annotations

from datetime import UTC, timedelta
from itertools import islice
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from dashboard.api.refusals import BAD_INPUT, REFUSALS, Refusal
from dashboard.api.schemas import Strict
from flows.topology.schedules import ScheduleError
from flows.topology.timetable import EPOCH, LATEST_US, UTC_NAME, date_us, timetable

router = Router(tags=["Schedules"])
MOST = 100


class FiringsIn(Strict):
    expression: Annotated[str, Field(max_length=256, description="rate(…), cron(…) or at(…)")]
    after: Annotated[str, Field(max_length=40, description="The date from which on firings are wanted, ISO 8601")]
    timezone: Annotated[str, Field(max_length=50)] = UTC_NAME
    began: Annotated[str, Field(max_length=40, description="When the schedule was made; `after` when absent")] = ""
    start: Annotated[str, Field(max_length=40)] = ""
    end: Annotated[str, Field(max_length=40)] = ""
    count: Annotated[int, Field(ge=1, le=MOST)] = 10


class FiringOut(Schema):
    at: str
    """UTC."""
    local: str
    """On the clock of the schedule's time zone, with its offset."""


class FiringsOut(Schema):
    firings: list[FiringOut]
    refusal: str = ""
    """What is wrong with the expression or the time zone; then there are no firings."""


@router.get("/firings", response={200: FiringsOut, **REFUSALS}, summary="When would this fire?")
def get_firings(request: HttpRequest, given: Query[FiringsIn]) -> dict[str, Any]:  # noqa: ARG001
    """The next firings of an expression, `after` included, in the order of their dates."""
    after = _date("after", given.after)
    began = _date("began", given.began) if given.began else after
    said = {"ScheduleExpression": given.expression, "ScheduleExpressionTimezone": given.timezone}
    for name, value in (("StartDate", given.start), ("EndDate", given.end)):
        if value:
            _date(name, value)
            said[name] = value
    try:
        found = timetable(said, began)
    except ScheduleError as refused:
        return {"firings": [], "refusal": f"{refused}."}
    zone = UTC if given.timezone == UTC_NAME else ZoneInfo(given.timezone)
    return {"firings": [_firing(date, zone) for date in islice(found.firings(after - 1), given.count)]}


def _firing(us: int, zone: Any) -> dict[str, str]:
    moment = EPOCH + timedelta(microseconds=us)
    return {"at": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "local": moment.astimezone(zone).isoformat(timespec="seconds")}


def _date(name: str, text: str) -> int:
    found = date_us(text)
    if found is None or not 0 <= found <= LATEST_US:
        problem = {"code": "date_invalid", "path": f"/{name}", "message": f"{text} is no date."}
        raise Refusal(422, *BAD_INPUT, problems=[problem])
    return found
