"""An event as EventBridge hands it on: the envelope around a detail."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.engine.subjects import SubjectKind
from flows.services.eventbridge.transform import compact
from flows.services.ports import NO_LINK, Json

if TYPE_CHECKING:
    from flows.engine.environment import Environment

EVENT = int(SubjectKind.EVENT)
UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND_US = 1_000_000
MARGIN = 64
"""Levels that an event may get around it on its way."""


@dataclass(frozen=True, slots=True)
class Came:
    """How an event came: over which link, by which request, because of which record, out of which subject."""

    link: int = NO_LINK
    request: int = 0
    cause: int = 0
    parent: int = 0
    hopped: bool = False
    """It came from another bus: it is not sent on to a third."""


@dataclass(frozen=True, slots=True)
class Content:
    """What whoever puts an event says. `time_us` is µs since 1970."""

    source: str
    detail_type: str
    detail: Json
    resources: tuple[str, ...] = ()
    time_us: int | None = None
    account: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """An event on its way: its text is the subject's body. A replayed one names its replay, and the rules that it is for."""

    subject: int
    value: Json
    body: int
    request: int
    hopped: bool = False
    replay: str = ""
    only: frozenset[str] = frozenset()


def seconds(date_us: int) -> str:
    """`2026-01-01T00:00:01Z`."""
    return f"{UNIX_EPOCH + timedelta(seconds=date_us // SECOND_US):%Y-%m-%dT%H:%M:%SZ}"


def read_object(text: str) -> Json | None:
    """A JSON object that can be written down again, inside an event and somewhat deeper; None for anything else."""
    try:
        found = json.loads(text)
        inside = found
        for _ in range(MARGIN):
            inside = [inside]
        json.dumps(inside, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def date_of(text: str) -> int | None:
    """µs since 1970 of an event's time; None if it is no date."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - UNIX_EPOCH) // timedelta(microseconds=1)


def make(environment: Environment, content: Content, came: Came) -> Event:
    """A new event with an id of its own."""
    subject = environment.subjects.new(EVENT, came.parent)
    time_us = environment.wall_us(environment.now_at) if content.time_us is None else content.time_us
    value: Json = {
        "version": "0",
        "id": message_id(environment.seed, subject),
        "detail-type": content.detail_type,
        "source": content.source,
        "account": content.account,
        "time": seconds(time_us),
        "region": content.region,
        "resources": list(content.resources),
        "detail": content.detail,
    }
    return put_down(environment, subject, value, came)


def again(
    environment: Environment, original: int, value: Json, replay: str, only: frozenset[str], request: int
) -> Event:
    """The event replayed: a new id, and the replay's name after the region."""
    subject = environment.subjects.new(EVENT, original)
    renewed: Json = {}
    for name, each in value.items():
        renewed[name] = each
        if name == "id":
            renewed[name] = message_id(environment.seed, subject)
        elif name == "region":
            renewed["replay-name"] = replay
    body = environment.bodies.number(compact(renewed))
    environment.subjects.body[subject] = body
    return Event(subject, renewed, body, request, replay=replay, only=only)


def put_down(environment: Environment, subject: int, value: Json, came: Came) -> Event:
    body = environment.bodies.number(compact(value))
    environment.subjects.body[subject] = body
    return Event(subject, value, body, came.request, came.hopped)
