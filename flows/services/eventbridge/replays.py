"""StartReplay, CancelReplay, DescribeReplay, ListReplays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.eventbridge import refusals
from flows.services.eventbridge.account import account_of, arn_of, bus_name, exists
from flows.services.eventbridge.buses import wall
from flows.services.eventbridge.listing import named, page
from flows.services.eventbridge.putting import date_us
from flows.services.eventbridge.quotas import SECOND_US
from flows.services.eventbridge.replay import GOING, Replay, Wanted
from flows.services.ports import Caller, Json, Refusal

if TYPE_CHECKING:
    from flows.services.eventbridge.archive import Archive
    from flows.services.world import World

BUS = re.compile(r"arn:[\w-]+:events:[\w-]*:\d*:event-bus/.+")
FILTERS = ("NamePrefix", "State", "EventSourceArn")


def start_replay(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """The events of an archive that happened in a window go to its bus again."""
    name = str(params.get("ReplayName"))
    destination = params.get("Destination") or {}
    window = _window(params)
    if isinstance(window, Refusal):
        return window
    archive = _archive(world, params, str(destination.get("Arn")))
    if isinstance(archive, Refusal):
        return archive
    arn = arn_of(caller, f"replay/{name}")
    if arn in account_of(world).replays:
        return refusals.replay_exists(name)
    rules = tuple(str(each) for each in destination.get("FilterArns") or ())
    wanted = Wanted(name, arn, str(params.get("Description") or ""), *window, rules)
    subject = world.environment.subjects.new(int(SubjectKind.REPLAY), 0)
    replay = account_of(world).replays[arn] = Replay(archive, wanted, subject)
    began = {"ReplayArn": arn, "State": replay.state, "ReplayStartTime": wall(world, replay.started_at)}
    replay.start(caller)
    return began


def _window(params: Json) -> tuple[int, int] | Refusal:
    from_us, to_us = date_us(params.get("EventStartTime")), date_us(params.get("EventEndTime"))
    if from_us is None or to_us is None:
        return refusals.parameter("EventStartTime" if from_us is None else "EventEndTime", "It is no date.")
    if from_us >= to_us:
        return refusals.parameter("EventEndTime", "EventStartTime must be before EventEndTime.")
    return from_us, to_us


def _archive(world: World, params: Json, destination: str) -> Archive | Refusal:
    """The archive, whose own bus the destination must be."""
    source = str(params.get("EventSourceArn"))
    if BUS.fullmatch(destination) is None:
        return refusals.parameter("Destination.Arn", "Must contain an event bus ARN.")
    if not exists(world, destination):
        return refusals.no_bus(bus_name(destination))
    archive = account_of(world).archives.get(source)
    if archive is None:
        missing = source.rpartition("archive/")[2]
        return refusals.parameter("EventSourceArn", f"Archive {missing} does not exist.")
    if archive.bus_arn != destination:
        return refusals.parameter("Destination.Arn", "Cross event bus replay is not permitted.")
    return archive


def replay_of(world: World, caller: Caller, params: Json) -> Replay | Refusal:
    name = str(params.get("ReplayName"))
    return account_of(world).replays.get(arn_of(caller, f"replay/{name}")) or refusals.no_replay(name)


def cancel_replay(world: World, caller: Caller, params: Json) -> Json | Refusal:
    replay = replay_of(world, caller, params)
    if isinstance(replay, Refusal):
        return replay
    if replay.state not in GOING:
        return refusals.illegal_status(f"Replay {replay.wanted.name} is not in a valid state for this operation.")
    replay.cancel(caller)
    return {"ReplayArn": replay.wanted.arn, "State": replay.state}


def describe_replay(world: World, caller: Caller, params: Json) -> Json | Refusal:
    replay = replay_of(world, caller, params)
    if isinstance(replay, Refusal):
        return replay
    wanted = replay.wanted
    destination: Json = {"Arn": replay.bus_arn}
    if wanted.rules:
        destination["FilterArns"] = list(wanted.rules)
    found: Json = {"ReplayArn": wanted.arn, "Destination": destination, **_row(world, replay)}
    if wanted.description:
        found["Description"] = wanted.description
    return found


def _row(world: World, replay: Replay) -> Json:
    wanted = replay.wanted
    row: Json = {
        "ReplayName": wanted.name,
        "EventSourceArn": replay.archive_arn,
        "State": replay.state,
        "EventStartTime": wanted.from_us / SECOND_US,
        "EventEndTime": wanted.to_us / SECOND_US,
        "ReplayStartTime": wall(world, replay.started_at),
    }
    if replay.last_us is not None:
        row["EventLastReplayedTime"] = replay.last_us / SECOND_US
    if replay.ended_at is not None:
        row["ReplayEndTime"] = wall(world, replay.ended_at)
    return row


def list_replays(world: World, caller: Caller, params: Json) -> Json | Refusal:
    if sum(params.get(name) is not None for name in FILTERS) > 1:
        return refusals.invalid(
            "At most one filter is allowed for ListReplays. Use either : State, EventSourceArn, or NamePrefix."
        )
    own = arn_of(caller, "replay/")
    rows = [
        _row(world, replay)
        for replay in account_of(world).replays.values()
        if replay.wanted.arn.startswith(own)
        and named(params, replay.wanted.name)
        and params.get("State") in (None, replay.state)
        and params.get("EventSourceArn") in (None, replay.archive_arn)
    ]
    return page(params, "Replays", sorted(rows, key=lambda row: str(row["ReplayName"])))
