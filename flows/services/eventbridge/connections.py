"""Connections: how API destinations authorize themselves. Nothing is really authorized; secrets are kept and never answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.engine.identifiers import request_id
from flows.services.eventbridge import refusals
from flows.services.eventbridge.account import Connection, account_of, arn_of
from flows.services.eventbridge.buses import wall
from flows.services.eventbridge.listing import named, page
from flows.services.eventbridge.quotas import QUOTAS, SECOND_US
from flows.services.eventbridge.records import CONNECTION_CHANGED
from flows.services.ports import Caller, Json, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

OAUTH = "OAUTH_CLIENT_CREDENTIALS"
AUTHORIZED, AUTHORIZING, DEAUTHORIZED = "AUTHORIZED", "AUTHORIZING", "DEAUTHORIZED"
PART = {"BASIC": "BasicAuthParameters", OAUTH: "OAuthParameters", "API_KEY": "ApiKeyAuthParameters"}
SECRETS = frozenset({"Password", "ApiKeyValue", "ClientSecret"})
IDS = 1 << 30
"""Connections' ids are made like request ids, of handles that no request has."""


def create_connection(world: World, caller: Caller, params: Json) -> Json | Refusal:
    account, name, type_ = account_of(world), str(params.get("Name")), str(params.get("AuthorizationType"))
    given: Json = params.get("AuthParameters") or {}
    if _found(world, caller, name) is not None:
        return refusals.connection_exists(name)
    if given.get(PART[type_]) is None:
        return refusals.invalid(f"Parameter(s) {PART[type_]} must be specified for AuthorizationType {type_}.")
    if len(account.connections) >= QUOTAS.connections:
        return refusals.too_many()
    now, number = world.environment.now_at, account.numbered()
    own, secret = (request_id(world.environment.seed, IDS + 2 * number + each) for each in (0, 1))
    resource = f"secret:events!connection/{name}/{secret}-{own[:6]}"
    connection = Connection(
        arn_of(caller, f"connection/{name}/{own}"),
        f"arn:aws:secretsmanager:{caller.region}:{caller.account}:{resource}",
        name,
        str(params.get("Description") or ""),
        type_,
        given,
        now,
        now,
        now,
    )
    account.connections[connection.arn] = connection
    _note(world, caller, f"{name} made")
    return {name: value for name, value in _dates(world, connection).items() if name != "LastAuthorizedTime"}


def _note(world: World, caller: Caller, said: str) -> None:
    write = world.environment.recorder.write
    write(CONNECTION_CHANGED, caller.node, 0, caller.request, caller.cause, 0, (said,))


def state_of(world: World, connection: Connection) -> str:
    """OAuth takes a moment."""
    settled_at = connection.changed_at + SECOND_US
    if connection.type == OAUTH and connection.state == AUTHORIZED and world.environment.now_at < settled_at:
        return AUTHORIZING
    return connection.state


def _dates(world: World, connection: Connection, state: str = "") -> Json:
    return {
        "ConnectionArn": connection.arn,
        "ConnectionState": state or state_of(world, connection),
        "CreationTime": wall(world, connection.made_at),
        "LastModifiedTime": wall(world, connection.changed_at),
        "LastAuthorizedTime": wall(world, connection.authorized_at),
    }


def _found(world: World, caller: Caller, name: str) -> Connection | None:
    begins = arn_of(caller, f"connection/{name}/")
    return next((each for arn, each in account_of(world).connections.items() if arn.startswith(begins)), None)


def _named(world: World, caller: Caller, params: Json, doing: str) -> Connection | Refusal:
    name = str(params.get("Name"))
    return _found(world, caller, name) or refusals.no_connection(name, doing)


def describe_connection(world: World, caller: Caller, params: Json) -> Json | Refusal:
    connection = _named(world, caller, params, "describe")
    if isinstance(connection, Refusal):
        return connection
    found: Json = {
        "Name": connection.name,
        "AuthorizationType": connection.type,
        "SecretArn": connection.secret_arn,
        "AuthParameters": _told(connection.parameters),
        **_dates(world, connection),
    }
    if connection.description:
        found["Description"] = connection.description
    return found


def _told(value: Any) -> Any:
    """Parameters without secrets."""
    if isinstance(value, list):
        return [_told(each) for each in value]
    if not isinstance(value, dict):
        return value
    hidden = SECRETS | ({"Value"} if value.get("IsValueSecret") else set())
    return {name: _told(each) for name, each in value.items() if name not in hidden}


def update_connection(world: World, caller: Caller, params: Json) -> Json | Refusal:
    connection = _named(world, caller, params, "update")
    if isinstance(connection, Refusal):
        return connection
    now = world.environment.now_at
    if params.get("AuthorizationType") is not None:
        connection.type = str(params["AuthorizationType"])
    if params.get("AuthParameters") is not None:
        connection.parameters = params["AuthParameters"]
        connection.state, connection.authorized_at = AUTHORIZED, now
    if params.get("Description") is not None:
        connection.description = str(params["Description"])
    connection.changed_at = now
    _note(world, caller, f"{connection.name} changed")
    return _dates(world, connection)


def deauthorize_connection(world: World, caller: Caller, params: Json) -> Json | Refusal:
    connection = _named(world, caller, params, "deauthorize")
    if isinstance(connection, Refusal):
        return connection
    connection.state, connection.changed_at = DEAUTHORIZED, world.environment.now_at
    _note(world, caller, f"{connection.name} deauthorized")
    return _dates(world, connection, "DEAUTHORIZING")


def delete_connection(world: World, caller: Caller, params: Json) -> Json | Refusal:
    connection = _named(world, caller, params, "delete")
    if isinstance(connection, Refusal):
        return connection
    del account_of(world).connections[connection.arn]
    _note(world, caller, f"{connection.name} deleted")
    return _dates(world, connection, "DELETING")


def list_connections(world: World, caller: Caller, params: Json) -> Json | Refusal:
    own = arn_of(caller, "connection/")
    rows = [
        {**_dates(world, each), "Name": each.name, "AuthorizationType": each.type}
        for each in account_of(world).connections.values()
        if each.arn.startswith(own)
        and named(params, each.name)
        and params.get("ConnectionState") in (None, state_of(world, each))
    ]
    return page(params, "Connections", sorted(rows, key=lambda row: str(row["Name"])))
