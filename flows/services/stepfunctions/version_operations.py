"""Versions of a state machine, and aliases that point to one or divide between two."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.services.ports import Caller, Json, Refusal
from flows.services.stepfunctions import arns, refusals
from flows.services.stepfunctions.lookups import machine_of, page, paged, row
from flows.services.stepfunctions.machine import Machine
from flows.services.stepfunctions.quotas import QUOTAS
from flows.services.stepfunctions.revision import Alias

if TYPE_CHECKING:
    from flows.services.world import World

WHOLE, ROUTES = 100, 2


def publish_version(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = machine_of(world, params["stateMachineArn"])
    if isinstance(found, Refusal):
        return found
    machine, revision_id = found[0], params.get("revisionId")
    if revision_id is not None and revision_id != machine.revision.id:
        said = f"Failed to publish the State Machine version for revision {revision_id}. "
        return refusals.conflict(f"{said}The current State Machine revision is {machine.revision.id}.")
    if len(machine.versions) >= QUOTAS.versions:
        return refusals.over_quota(f"A state machine has at most {QUOTAS.versions} versions.")
    version = machine.publish(str(params.get("description") or ""))
    return {
        "stateMachineVersionArn": f"{machine.arn}:{version.number}",
        "creationDate": machine.stamp(version.made_at),
    }


def delete_version(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    """One that is not there is deleted all the same; one that an alias points to is kept."""
    arn = params["stateMachineVersionArn"]
    found = machine_of(world, arn)
    if isinstance(found, Refusal):
        return found if found.code == "InvalidArn" else {}
    machine, qualifier = found
    if not qualifier.isdigit():
        return refusals.invalid_arn(f"Invalid ARN: {arn}")
    pointing = [alias.name for alias in machine.aliases.values() if any(route == arn for route, _ in alias.routes)]
    if pointing:
        said = "Version to be deleted must not be referenced by an alias. "
        return refusals.conflict(f"{said}Current list of aliases referencing this version: [{', '.join(pointing)}]")
    machine.versions.pop(int(qualifier), None)
    return {}


def list_versions(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    """Newest first. For a machine that is not there AWS documents ValidationException (and InvalidArn) alone."""
    found = machine_of(world, params["stateMachineArn"])
    if isinstance(found, Refusal):
        return refusals.invalid(found.message) if found.code == "StateMachineDoesNotExist" else found
    machine = found[0]
    rows = [
        {"stateMachineVersionArn": f"{machine.arn}:{number}", "creationDate": machine.stamp(version.made_at)}
        for number, version in sorted(machine.versions.items(), reverse=True)
    ]
    shown = page(params, rows, "versions")
    return shown if isinstance(shown, Refusal) else paged("stateMachineVersions", *shown)


# ── aliases ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _routes(world: World, given: object) -> tuple[Machine, tuple[tuple[str, int], ...]] | Refusal:
    """The machine and the routes of a routing configuration."""
    if not isinstance(given, list) or not 1 <= len(given) <= ROUTES:
        return refusals.invalid("Routing configuration must contain one or two state machine versions.")
    routes = tuple((str(each.get("stateMachineVersionArn")), each.get("weight")) for each in given)
    names = [arn for arn, _ in routes]
    if len(set(names)) < len(names):
        said = "Routing configuration must contain distinct state machine version ARNs. "
        return refusals.invalid(f"{said}Received: [{', '.join(names)}]")
    if any(isinstance(weight, bool) or not isinstance(weight, int) for _, weight in routes):
        return refusals.invalid("Routing configuration weights must be integers.")
    if sum(weight for _, weight in routes) != WHOLE:
        said = f"Sum of routing configuration weights must equal {WHOLE}. "
        return refusals.invalid(f"{said}Received: {json.dumps([weight for _, weight in routes])}")
    found = [machine_of(world, arn) for arn in names]
    for each in found:
        if isinstance(each, Refusal):
            return refusals.no_such_resource() if each.code == "StateMachineDoesNotExist" else each
    machines = [(machine, qualifier) for machine, qualifier in found if isinstance(machine, Machine)]  # type: ignore[misc]
    first = machines[0][0]
    if any(machine is not first for machine, _ in machines):
        return refusals.invalid("Routing configuration must contain versions of one state machine.")
    for _, qualifier in machines:
        if not qualifier.isdigit() or int(qualifier) not in first.versions:
            return refusals.no_such_resource()
    return first, routes


def create_alias(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    name = params["name"]
    if not isinstance(name, str) or not arns.ALIAS.fullmatch(name):
        said = f"1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: "
        return refusals.invalid(f"{said}Member must satisfy regular expression pattern: {ALIAS_PATTERN}")
    routed = _routes(world, params["routingConfiguration"])
    if isinstance(routed, Refusal):
        return routed
    machine, routes = routed
    description = str(params.get("description") or "")
    known = machine.aliases.get(name)
    if known is not None:
        if known.routes != routes or known.description != description:
            return refusals.conflict(
                f"Failed to create alias because an alias with the same name and a different routing configuration already exists: {known.arn}"
            )
        return {"stateMachineAliasArn": known.arn, "creationDate": machine.stamp(known.made_at)}
    if len(machine.aliases) >= QUOTAS.aliases:
        return refusals.over_quota(f"A state machine has at most {QUOTAS.aliases} aliases.")
    now = world.environment.now_at
    alias = machine.aliases[name] = Alias(name, f"{machine.arn}:{name}", routes, description, now, now)
    return {"stateMachineAliasArn": alias.arn, "creationDate": machine.stamp(now)}


ALIAS_PATTERN = r"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$"


def _alias(world: World, arn: object) -> tuple[Machine, Alias] | Refusal:
    found = machine_of(world, arn)
    if isinstance(found, Refusal):
        return refusals.no_such_resource() if found.code == "StateMachineDoesNotExist" else found
    machine, qualifier = found
    alias = machine.aliases.get(qualifier)
    return refusals.no_such_resource() if alias is None else (machine, alias)


def update_alias(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = _alias(world, params["stateMachineAliasArn"])
    if isinstance(found, Refusal):
        return found
    machine, alias = found
    if params.get("routingConfiguration") is None and params.get("description") is None:
        return refusals.invalid("Either the description or the RoutingConfiguration must be specified")
    if params.get("routingConfiguration") is not None:
        routed = _routes(world, params["routingConfiguration"])
        if isinstance(routed, Refusal):
            return routed
        alias.routes = routed[1]
    if params.get("description") is not None:
        alias.description = str(params["description"])
    alias.changed_at = world.environment.now_at
    return {"updateDate": machine.stamp(alias.changed_at)}


def delete_alias(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = _alias(world, params["stateMachineAliasArn"])
    if not isinstance(found, Refusal):
        machine, alias = found
        del machine.aliases[alias.name]
        return {}
    return found if found.code == "InvalidArn" else {}


def describe_alias(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = _alias(world, params["stateMachineAliasArn"])
    if isinstance(found, Refusal):
        return found
    machine, alias = found
    answer: Json = {
        "stateMachineAliasArn": alias.arn,
        "name": alias.name,
        "routingConfiguration": [{"stateMachineVersionArn": arn, "weight": weight} for arn, weight in alias.routes],
        "creationDate": machine.stamp(alias.made_at),
        "updateDate": machine.stamp(alias.changed_at),
    }
    return {**answer, "description": alias.description} if alias.description else answer


def list_aliases(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    """Those of a machine, or those that point to a version."""
    found = machine_of(world, params["stateMachineArn"])
    if isinstance(found, Refusal):
        return found
    machine, qualifier = found
    arn = params["stateMachineArn"]
    rows = [
        {"stateMachineAliasArn": alias.arn, "creationDate": machine.stamp(alias.made_at)}
        for alias in machine.aliases.values()
        if not qualifier or any(route == arn for route, _ in alias.routes)
    ]
    shown = page(params, rows, "aliases")
    return shown if isinstance(shown, Refusal) else paged("stateMachineAliases", *shown)


ROWS = (
    row("PublishStateMachineVersion", publish_version, "stateMachineArn"),
    row("DeleteStateMachineVersion", delete_version, "stateMachineVersionArn"),
    row("ListStateMachineVersions", list_versions, "stateMachineArn", mutates=False),
    row("CreateStateMachineAlias", create_alias, "name", "routingConfiguration"),
    row("UpdateStateMachineAlias", update_alias, "stateMachineAliasArn"),
    row("DeleteStateMachineAlias", delete_alias, "stateMachineAliasArn"),
    row("DescribeStateMachineAlias", describe_alias, "stateMachineAliasArn", mutates=False),
    row("ListStateMachineAliases", list_aliases, "stateMachineArn", mutates=False),
)
