"""What EventBridge Scheduler keeps for the whole account: groups and the schedules in them, and what was asked with which token."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.services.ports import Json, Refusal
from flows.services.scheduler import refusals
from flows.services.scheduler.config import DEFAULT_GROUP

if TYPE_CHECKING:
    from flows.services.ports import Caller
    from flows.services.scheduler.schedule import Schedule
    from flows.services.world import World

KEY = "scheduler"


@dataclass(slots=True)
class Group:
    arn: str
    name: str
    made_at: int
    changed_at: int
    tags: dict[str, str] = field(default_factory=dict)
    schedules: dict[str, Schedule] = field(default_factory=dict)


@dataclass(slots=True)
class Account:
    groups: dict[str, Group] = field(default_factory=dict)
    """By ARN."""
    asked: dict[str, tuple[str, Json]] = field(default_factory=dict)
    """By operation and ClientToken: the request, and what it was answered."""


def account_of(world: World) -> Account:
    found = world.shared.get(KEY)
    if not isinstance(found, Account):
        found = world.shared[KEY] = Account()
    return found


def group_arn(caller: Caller, name: object) -> str:
    return f"arn:aws:scheduler:{caller.region}:{caller.account}:schedule-group/{name}"


def group_of(world: World, caller: Caller, name: object) -> Group | None:
    """The caller's group of that name; the default one is always there."""
    groups, arn = account_of(world).groups, group_arn(caller, name)
    if name == DEFAULT_GROUP and arn not in groups:
        groups[arn] = Group(arn, DEFAULT_GROUP, 0, 0)
    return groups.get(arn)


def said_before(world: World, operation: str, params: Json) -> Json | Refusal | None:
    """What the same request with the same token was answered; a refusal, if the token was another request's."""
    token = params.get("ClientToken")
    known = account_of(world).asked.get(f"{operation} {token}") if token else None
    if known is None:
        return None
    return known[1] if known[0] == _written(params) else refusals.other_request(token)


def remember(world: World, operation: str, params: Json, answer: Json) -> Json:
    token = params.get("ClientToken")
    if token:
        account_of(world).asked[f"{operation} {token}"] = (_written(params), answer)
    return answer


def _written(params: Json) -> str:
    return json.dumps(params, sort_keys=True)
