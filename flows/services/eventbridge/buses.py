"""Event buses made, described, changed, deleted; who may put events on them is kept as their policy, and answered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flows.services.eventbridge import refusals, tags
from flows.services.eventbridge.account import (
    BUS,
    account_of,
    bus_arn,
    bus_at,
    bus_name,
    exists,
    is_default,
    needed_bus,
)
from flows.services.eventbridge.config import BusConfig
from flows.services.eventbridge.listing import named, page
from flows.services.eventbridge.quotas import QUOTAS
from flows.services.eventbridge.records import BUS_CHANGED
from flows.services.ports import Caller, Json, Refusal
from flows.topology.resources.bus import DEFAULT

if TYPE_CHECKING:
    from flows.services.eventbridge.bus import Bus
    from flows.services.world import World

SETTINGS = ("KmsKeyIdentifier", "DeadLetterConfig", "LogConfig")
POLICY_BYTES = 10_240


def wall(world: World, at: int) -> float:
    """A date as AWS's JSON has it: seconds since 1970."""
    return world.environment.wall_us(at) / 1_000_000


def create_event_bus(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """A custom bus; one whose name is that of a partner's event source takes that source's events."""
    name, account = str(params.get("Name")), account_of(world)
    source = str(params.get("EventSourceName") or "")
    arn = bus_arn(caller, name)
    refusal = _refused(world, arn, name, source)
    given = tags.read(params.get("Tags"))
    if refusal is not None:
        return refusal
    if isinstance(given, Refusal):
        return given
    said = {each: params[each] for each in SETTINGS if params.get(each) is not None}
    attributes = tuple((each, json.dumps(value)) for each, value in said.items())
    description = str(params.get("Description") or "")
    config = BusConfig(name, description, source=source, attributes=attributes, tags=tuple(given.items()))
    world.create(BUS, name, config, arn=arn, caller=caller)
    if source:
        account.sources[source].state = "ACTIVE"
    return {"EventBusArn": arn, **({"Description": description} if description else {}), **said}


def _refused(world: World, arn: str, name: str, source: str) -> Refusal | None:
    if exists(world, arn):
        return refusals.bus_exists(name)
    if source and source not in account_of(world).sources:
        return refusals.no_source(source)
    if source and source != name:
        return refusals.parameter("Name", "It must be the name of the partner event source.")
    if not source and "/" in name:
        return refusals.invalid("Event bus name must not contain '/'.")
    if len(world.topology.living("events", "bus")) >= QUOTAS.buses:
        return refusals.too_many("The requested resource exceeds the maximum number allowed.")
    return None


def delete_event_bus(world: World, caller: Caller, params: Json) -> Json | Refusal:
    arn = bus_arn(caller, params.get("Name"))
    if is_default(arn):
        return refusals.invalid("Cannot delete event bus default.")
    bus = bus_at(world, arn)
    if bus is None:
        return {}
    if bus.rules:
        return refusals.invalid(f"Cannot delete event bus {bus.name} because it has rules.")
    world.remove(bus.node, caller)
    return {}


def update_event_bus(world: World, caller: Caller, params: Json) -> Json | Refusal:
    arn = bus_arn(caller, params.get("Name"))
    bus = needed_bus(world, arn, caller)
    if bus is None:
        return refusals.no_bus(bus_name(arn))
    said = {each: params[each] for each in SETTINGS if params.get(each) is not None}
    bus.settings.update(said)
    if params.get("Description") is not None:
        bus.description = str(params["Description"])
    changed(bus, caller, ", ".join([*said, *(["Description"] if params.get("Description") is not None else [])]))
    answer: Json = {"Arn": bus.arn, "Name": bus.name}
    if bus.description:
        answer["Description"] = bus.description
    return answer | bus.settings


def changed(bus: Bus, caller: Caller, said: str) -> None:
    bus.changed_at = bus.environment.now_at
    bus.environment.recorder.write(BUS_CHANGED, bus.node, 0, caller.request, caller.cause, 0, (said,))


def describe_event_bus(world: World, caller: Caller, params: Json) -> Json | Refusal:
    arn = bus_arn(caller, params.get("Name"))
    bus = bus_at(world, arn)
    if bus is None:
        return _row(world, arn, None) if is_default(arn) else refusals.no_bus(bus_name(arn))
    return _row(world, arn, bus) | bus.settings


def list_event_buses(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """The caller's, of its region; the default bus is always there."""
    found: dict[str, Bus | None] = {bus_arn(caller, DEFAULT): None}
    for node in world.topology.living("events", "bus"):
        bus = bus_at(world, node.arn)
        if bus is not None and (bus.region, bus.account) == (caller.region, caller.account):
            found[bus.arn] = bus
    rows = sorted((_row(world, arn, bus) for arn, bus in found.items()), key=lambda row: str(row["Name"]))
    return page(params, "EventBuses", [row for row in rows if named(params, row["Name"])])


def _row(world: World, arn: str, bus: Bus | None) -> Json:
    """A bus as lists and descriptions have it; None is a default bus that nobody has touched."""
    row: Json = {"Name": bus_name(arn), "Arn": arn}
    if bus is not None and bus.description:
        row["Description"] = bus.description
    if bus is not None and bus.policy:
        row["Policy"] = bus.policy
    row["CreationTime"] = wall(world, 0 if bus is None else bus.made_at)
    row["LastModifiedTime"] = wall(world, 0 if bus is None else bus.changed_at)
    return row


# ── permissions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def put_permission(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """A statement of the bus's policy, or the whole policy."""
    arn = bus_arn(caller, params.get("EventBusName"))
    bus = needed_bus(world, arn, caller)
    if bus is None:
        return refusals.no_bus(bus_name(arn))
    policy = _policy(bus, params)
    if isinstance(policy, Refusal):
        return policy
    if len(policy.encode()) > POLICY_BYTES:
        return Refusal("PolicyLengthExceededException", "The event bus policy is too long.")
    bus.policy = policy
    changed(bus, caller, "Policy")
    return {}


def _policy(bus: Bus, params: Json) -> str | Refusal:
    if params.get("Policy") is not None:
        text = str(params["Policy"])
        return text if _read(text) else refusals.parameter("Policy", "The policy is not valid JSON.")
    if params.get("Action") is None or params.get("Principal") is None or params.get("StatementId") is None:
        return refusals.invalid("Parameter(s) Action, Principal and StatementId, or Policy, must be specified.")
    principal = str(params["Principal"])
    statement: dict[str, Any] = {
        "Sid": str(params["StatementId"]),
        "Effect": "Allow",
        "Principal": principal if principal == "*" else {"AWS": f"arn:aws:iam::{principal}:root"},
        "Action": str(params["Action"]),
        "Resource": bus.arn,
    }
    condition = params.get("Condition")
    if isinstance(condition, dict):
        statement["Condition"] = {condition.get("Type"): {condition.get("Key"): condition.get("Value")}}
    others = [each for each in _statements(bus.policy) if each.get("Sid") != statement["Sid"]]
    return json.dumps({"Version": "2012-10-17", "Statement": [*others, statement]})


def _read(text: str) -> Json:
    try:
        found = json.loads(text)
        text.encode()
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _statements(policy: str) -> list[Json]:
    found = _read(policy).get("Statement") or []
    rows = found if isinstance(found, list) else [found]
    return [row for row in rows if isinstance(row, dict)]


def remove_permission(world: World, caller: Caller, params: Json) -> Json | Refusal:
    arn = bus_arn(caller, params.get("EventBusName"))
    if not exists(world, arn):
        return refusals.no_bus(bus_name(arn))
    bus = bus_at(world, arn)
    if bus is None or not bus.policy:
        return {} if params.get("RemoveAllPermissions") else refusals.no_policy()
    if params.get("RemoveAllPermissions"):
        bus.policy = ""
        changed(bus, caller, "Policy")
        return {}
    kept = [each for each in _statements(bus.policy) if each.get("Sid") != params.get("StatementId")]
    if len(kept) == len(_statements(bus.policy)):
        return refusals.no_statement()
    bus.policy = json.dumps({**_read(bus.policy), "Statement": kept}) if kept else ""
    changed(bus, caller, "Policy")
    return {}
