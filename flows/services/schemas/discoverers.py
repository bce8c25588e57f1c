"""Discoverers: made for a bus, started, stopped, described, listed, deleted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flows.services.ports import Caller, Json, Refusal
from flows.services.schemas import records, refusals
from flows.services.schemas.discovery import STARTED, STOPPED, Discoverer
from flows.services.schemas.lookups import page, row, tags_of
from flows.services.schemas.registry import account_of, arn_of
from flows.topology.resources.bus import DEFAULT, BusConfig

if TYPE_CHECKING:
    from flows.services.world import World

BUS = "AWS::Events::EventBus"
BUS_ARN = re.compile(r"arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus/(.+)")


def create_discoverer(world: World, caller: Caller, params: Json) -> Json | Refusal:
    arn, tags = str(params["SourceArn"]), tags_of(params)
    if isinstance(tags, Refusal):
        return tags
    named = BUS_ARN.fullmatch(arn)
    if named is None:
        return refusals.bad_request(f"{arn} is not the ARN of an event bus.")
    account = account_of(world)
    if any(each.source_arn == arn for each in account.discoverers.values()):
        return refusals.exists("Discoverer", f"events-event-bus-{named[1]}")
    node = world.topology.by_arn.get(arn)
    if node is None and named[1] == DEFAULT:
        node = world.create(BUS, DEFAULT, BusConfig(DEFAULT), arn=arn, caller=caller)
    noun = None if node is None else world.nouns[node.index]
    witnesses = getattr(noun, "witnesses", None)
    if node is None or witnesses is None:
        return refusals.bad_request(f"Event bus {arn} does not exist.")
    id_ = f"events-event-bus-{named[1]}"
    made = Discoverer(world, id_, arn_of(caller.region, caller.account, "discoverer", id_), arn, node.index)
    made.description, made.tags = str(params.get("Description") or ""), tags
    made.cross_account = params.get("CrossAccount") is not False
    account.discoverers[id_] = made
    witnesses.append(made)
    _write(world, caller, records.DISCOVERER_STARTED, made)
    return _described(made)


def update_discoverer(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = _wanted(world, params)
    if isinstance(found, Refusal):
        return found
    found.description = str(params.get("Description") or found.description)
    found.cross_account = params.get("CrossAccount", found.cross_account) is not False
    return _described(found)


def start_discoverer(world: World, caller: Caller, params: Json) -> Json | Refusal:
    return _turn(world, caller, params, STARTED)


def stop_discoverer(world: World, caller: Caller, params: Json) -> Json | Refusal:
    return _turn(world, caller, params, STOPPED)


def delete_discoverer(world: World, caller: Caller, params: Json) -> Json | Refusal:
    found = _wanted(world, params)
    if isinstance(found, Refusal):
        return found
    noun = world.nouns[found.node]
    if noun is not None and found in noun.witnesses:
        noun.witnesses.remove(found)
    del account_of(world).discoverers[found.id]
    _write(world, caller, records.DISCOVERER_STOPPED, found)
    return {}


def describe_discoverer(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = _wanted(world, params)
    return found if isinstance(found, Refusal) else _described(found)


def list_discoverers(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    prefix, source = str(params.get("DiscovererIdPrefix") or ""), str(params.get("SourceArnPrefix") or "")
    found = [
        each
        for each in account_of(world).discoverers.values()
        if each.id.startswith(prefix) and each.source_arn.startswith(source)
    ]
    return page("Discoverers", [_summary(each) for each in sorted(found, key=lambda each: each.id)], params)


def _turn(world: World, caller: Caller, params: Json, state: str) -> Json | Refusal:
    found = _wanted(world, params)
    if isinstance(found, Refusal):
        return found
    if found.state != state:
        found.state = state
        _write(world, caller, records.DISCOVERER_STARTED if state == STARTED else records.DISCOVERER_STOPPED, found)
    return {"DiscovererId": found.id, "State": found.state}


def _wanted(world: World, params: Json) -> Discoverer | Refusal:
    id_ = str(params["DiscovererId"])
    return account_of(world).discoverers.get(id_) or refusals.no_discoverer(id_)


def _summary(found: Discoverer) -> Json:
    return {
        "CrossAccount": found.cross_account,
        "DiscovererArn": found.arn,
        "DiscovererId": found.id,
        "SourceArn": found.source_arn,
        "State": found.state,
        "Tags": dict(found.tags),
    }


def _described(found: Discoverer) -> Json:
    return {"Description": found.description, **_summary(found)}


def _write(world: World, caller: Caller, kind: int, found: Discoverer) -> None:
    world.environment.recorder.write(kind, found.node, 0, caller.request, caller.cause, 0, ())


ROWS = (
    row("CreateDiscoverer", create_discoverer),
    row("UpdateDiscoverer", update_discoverer),
    row("StartDiscoverer", start_discoverer),
    row("StopDiscoverer", stop_discoverer),
    row("DeleteDiscoverer", delete_discoverer),
    row("DescribeDiscoverer", describe_discoverer, mutates=False),
    row("ListDiscoverers", list_discoverers, mutates=False),
)
