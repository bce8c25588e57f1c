"""Partner event sources: a SaaS partner makes one for an account, the account makes a bus of that name, events flow.

One account plays both parts here. A source is PENDING until its bus is made, ACTIVE then; deactivated, what the partner sends is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.eventbridge import refusals
from flows.services.eventbridge.account import Source, account_of, bus_arn, bus_at
from flows.services.eventbridge.buses import wall
from flows.services.eventbridge.listing import named, page
from flows.services.eventbridge.records import SOURCE_CHANGED
from flows.services.ports import Caller, Json, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

PENDING, ACTIVE = "PENDING", "ACTIVE"


def create_partner_event_source(world: World, caller: Caller, params: Json) -> Json | Refusal:
    name, sources = str(params.get("Name")), account_of(world).sources
    if name in sources:
        return refusals.source_exists(name)
    arn = f"arn:aws:events:{caller.region}::event-source/{name}"
    sources[name] = Source(arn, name, str(params.get("Account")), world.environment.now_at)
    _note(world, caller, f"{name} is offered")
    return {"EventSourceArn": arn}


def _note(world: World, caller: Caller, said: str) -> None:
    world.environment.recorder.write(SOURCE_CHANGED, caller.node, 0, caller.request, caller.cause, 0, (said,))


def delete_partner_event_source(world: World, caller: Caller, params: Json) -> Json | Refusal:
    name = str(params.get("Name"))
    if account_of(world).sources.pop(name, None) is not None:
        _note(world, caller, f"{name} is withdrawn")
    return {}


def source_of(world: World, params: Json) -> Source | Refusal:
    name = str(params.get("Name"))
    return account_of(world).sources.get(name) or refusals.no_source(name)


def describe_partner_event_source(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    source = source_of(world, params)
    return source if isinstance(source, Refusal) else {"Arn": source.arn, "Name": source.name}


def describe_event_source(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    source = source_of(world, params)
    return source if isinstance(source, Refusal) else _row(world, source)


def _row(world: World, source: Source) -> Json:
    created_by = source.name.split("/")[1] if source.name.count("/") else source.name
    return {
        "Arn": source.arn,
        "CreatedBy": created_by,
        "CreationTime": wall(world, source.made_at),
        "Name": source.name,
        "State": source.state,
    }


def activate_event_source(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """Only where a bus takes its events."""
    source = source_of(world, params)
    if isinstance(source, Refusal):
        return source
    if bus_at(world, bus_arn(caller, source.name)) is None:
        return refusals.wrong_source_state(f"Event source {source.name} has no event bus.")
    source.state = ACTIVE
    _note(world, caller, f"{source.name} is active")
    return {}


def deactivate_event_source(world: World, caller: Caller, params: Json) -> Json | Refusal:
    source = source_of(world, params)
    if isinstance(source, Refusal):
        return source
    source.state = PENDING
    _note(world, caller, f"{source.name} is not active any more")
    return {}


def list_event_sources(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    sources = sorted(account_of(world).sources.values(), key=lambda source: source.name)
    return page(params, "EventSources", [_row(world, each) for each in sources if named(params, each.name)])


def list_partner_event_sources(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    sources = sorted(account_of(world).sources.values(), key=lambda source: source.name)
    rows = [{"Arn": each.arn, "Name": each.name} for each in sources if named(params, each.name)]
    return page(params, "PartnerEventSources", rows)


def list_partner_event_source_accounts(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    source = account_of(world).sources.get(str(params.get("EventSourceName")))
    if source is None:
        return refusals.no_source(str(params.get("EventSourceName")))
    row = {"Account": source.account, "CreationTime": wall(world, source.made_at), "State": source.state}
    return page(params, "PartnerEventSourceAccounts", [row])
