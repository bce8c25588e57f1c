"""API destinations made, described, changed, deleted, listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.engine.identifiers import request_id
from flows.services.eventbridge import refusals
from flows.services.eventbridge.account import account_of, arn_of
from flows.services.eventbridge.api_destination import ApiDestination
from flows.services.eventbridge.buses import wall
from flows.services.eventbridge.config import ApiDestinationConfig
from flows.services.eventbridge.connections import AUTHORIZED, state_of
from flows.services.eventbridge.listing import named, page
from flows.services.eventbridge.quotas import QUOTAS
from flows.services.ports import Caller, Json, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

DESTINATION = "AWS::Events::ApiDestination"
USUAL_RATE = 300
IDS = 1 << 29


def create_api_destination(world: World, caller: Caller, params: Json) -> Json | Refusal:
    name = str(params.get("Name"))
    refusal = _no_connection(world, params)
    if refusal is not None:
        return refusal
    if _found(world, caller, name) is not None:
        return refusals.destination_exists(name)
    if len(world.topology.living("events", "api-destination")) >= QUOTAS.destinations:
        return refusals.too_many()
    config = ApiDestinationConfig(
        name,
        str(params.get("ConnectionArn")),
        str(params.get("InvocationEndpoint")),
        str(params.get("HttpMethod")),
        int(params.get("InvocationRateLimitPerSecond") or USUAL_RATE),
        str(params.get("Description") or ""),
    )
    own = request_id(world.environment.seed, IDS + account_of(world).numbered())
    node = world.create(DESTINATION, name, config, arn=arn_of(caller, f"api-destination/{name}/{own}"), caller=caller)
    destination: ApiDestination = world.nouns[node.index]
    destination.place()
    return _made(world, destination)


def _no_connection(world: World, params: Json) -> Refusal | None:
    arn = params.get("ConnectionArn")
    if arn is None or str(arn) in account_of(world).connections:
        return None
    return refusals.missing(f"Connection '{arn}' does not exist.")


def _made(world: World, destination: ApiDestination) -> Json:
    return {
        "ApiDestinationArn": destination.arn,
        "ApiDestinationState": _state(world, destination),
        "CreationTime": wall(world, destination.made_at),
        "LastModifiedTime": wall(world, destination.changed_at),
    }


def _state(world: World, destination: ApiDestination) -> str:
    connection = account_of(world).connections.get(destination.connection_arn)
    return "ACTIVE" if connection is None or state_of(world, connection) == AUTHORIZED else "INACTIVE"


def _found(world: World, caller: Caller, name: str) -> ApiDestination | None:
    begins = arn_of(caller, f"api-destination/{name}")
    return next((each for each in _all(world) if each.arn == begins or each.arn.startswith(f"{begins}/")), None)


def _all(world: World) -> list[ApiDestination]:
    return [noun for noun in world.nouns_of("events") if isinstance(noun, ApiDestination)]


def _named(world: World, caller: Caller, params: Json, doing: str) -> ApiDestination | Refusal:
    name = str(params.get("Name"))
    return _found(world, caller, name) or refusals.no_destination(name, doing)


def describe_api_destination(world: World, caller: Caller, params: Json) -> Json | Refusal:
    found = _named(world, caller, params, "describe")
    if isinstance(found, Refusal):
        return found
    said: Json = {"Description": found.description} if found.description else {}
    return _row(world, found) | said


def _row(world: World, destination: ApiDestination) -> Json:
    return {
        "Name": destination.name,
        "ConnectionArn": destination.connection_arn,
        "InvocationEndpoint": destination.endpoint,
        "HttpMethod": destination.method,
        "InvocationRateLimitPerSecond": destination.per_second,
        **_made(world, destination),
    }


def update_api_destination(world: World, caller: Caller, params: Json) -> Json | Refusal:
    found = _named(world, caller, params, "update")
    if isinstance(found, Refusal):
        return found
    refusal = _no_connection(world, params)
    if refusal is not None:
        return refusal
    found.connection_arn = str(params.get("ConnectionArn") or found.connection_arn)
    found.method = str(params.get("HttpMethod") or found.method)
    found.per_second = int(params.get("InvocationRateLimitPerSecond") or found.per_second)
    if params.get("Description") is not None:
        found.description = str(params["Description"])
    found.point_to(str(params.get("InvocationEndpoint") or found.endpoint))
    found.changed_at = world.environment.now_at
    return _made(world, found)


def delete_api_destination(world: World, caller: Caller, params: Json) -> Json | Refusal:
    found = _named(world, caller, params, "delete")
    if isinstance(found, Refusal):
        return found
    world.remove(found.node, caller)
    return {}


def list_api_destinations(world: World, caller: Caller, params: Json) -> Json | Refusal:
    own = arn_of(caller, "api-destination/")
    rows = [
        _row(world, each)
        for each in _all(world)
        if each.arn.startswith(own)
        and named(params, each.name)
        and params.get("ConnectionArn") in (None, each.connection_arn)
    ]
    return page(params, "ApiDestinations", sorted(rows, key=lambda row: str(row["Name"])))
