"""The operations on versions, aliases and provisioned concurrency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.engine.identifiers import request_id
from flows.services.dates import iso
from flows.services.lambda_ import refusals
from flows.services.lambda_.configuration import REVISIONS_FROM, configuration
from flows.services.lambda_.function import Function
from flows.services.lambda_.lookups import on_function
from flows.services.lambda_.paging import page
from flows.services.lambda_.quotas import QUOTAS, SECOND_US
from flows.services.lambda_.version_records import ALIAS_CHANGED
from flows.services.lambda_.versions import LATEST, Alias, Provisioned
from flows.services.ports import Caller, Json, Operation, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

MILLION = 1_000_000
MINUTE_US = 60 * SECOND_US
REQUESTED = "ProvisionedConcurrentExecutions"


# ── versions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def publish_version(_world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    wanted, found = params.get("CodeSha256"), function.handler.code_hash
    if wanted is not None and wanted != found:
        return refusals.invalid(
            f"CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST ({found}). Please try again with the "
            "CodeSHA256 in $LATEST."
        )
    version = function.versions.publish(params.get("Description") or "", caller.request, caller.cause)
    return configuration(function, version)


def list_versions(_world: World, _caller: Caller, function: Function, params: Json) -> Json:
    versions = function.versions.published.values()
    rows = [configuration(function, None, LATEST), *(configuration(function, version) for version in versions)]
    return page("Versions", rows, params)


# ── aliases ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def create_alias(_world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    name = params["Name"]
    if name in function.versions.aliases:
        return refusals.conflict(f"Alias already exists: {function.arn}:{name}, please specify a different alias name.")
    alias = Alias(name, params["FunctionVersion"])
    return _settle(caller, function, alias, params)


def update_alias(_world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    known = function.versions.aliases.get(params["Name"])
    if known is None:
        return refusals.not_found(f"Alias not found: {function.arn}:{params['Name']}")
    alias = Alias(
        known.name,
        params.get("FunctionVersion") or known.version,
        known.description,
        known.second,
        known.second_ppm,
        known.revision + 1,
    )
    return _settle(caller, function, alias, params)


def get_alias(_world: World, _caller: Caller, function: Function, params: Json) -> Json | Refusal:
    alias = function.versions.aliases.get(params["Name"])
    if alias is None:
        return refusals.not_found(f"Cannot find alias arn: {function.arn}:{params['Name']}")
    return _alias_json(function, alias)


def list_aliases(_world: World, _caller: Caller, function: Function, params: Json) -> Json:
    wanted = params.get("FunctionVersion")
    aliases = (function.versions.aliases[name] for name in sorted(function.versions.aliases))
    rows = [
        _alias_json(function, alias) for alias in aliases if wanted is None or wanted in {alias.version, alias.second}
    ]
    return page("Aliases", rows, params)


def delete_alias(_world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    function.versions.release(params["Name"])
    if function.versions.aliases.pop(params["Name"], None) is not None:
        _record(function, caller, params["Name"], "deleted")
    return {}


def _settle(caller: Caller, function: Function, alias: Alias, params: Json) -> Json | Refusal:
    """The alias as the request wants it, if its versions exist and its weights are shares."""
    if params.get("Description") is not None:
        alias.description = params["Description"]
    weights = (params.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
    if weights is not None:
        wrong = _route(alias, weights)
        if wrong is not None:
            return wrong
    for number in (alias.version, alias.second):
        if number and function.versions.runnable(number) is None:
            return refusals.not_found(f"Function not found: {function.arn}:{number}")
    if alias.second and LATEST in {alias.version, alias.second}:
        return refusals.invalid("$LATEST is not supported for an alias pointing to more than 1 version")
    if alias.second == alias.version:
        return refusals.invalid(
            f"Invalid function version {alias.second}. Function version {alias.second} is already included in routing "
            "configuration."
        )
    function.versions.aliases[alias.name] = alias
    share = f", {alias.second_ppm / 10_000:g} % to version {alias.second}" if alias.second else ""
    _record(function, caller, alias.name, f"version {alias.version}{share}")
    return _alias_json(function, alias)


def _route(alias: Alias, weights: Json) -> Refusal | None:
    if len(weights) > 1:
        return refusals.invalid("Number of items in AdditionalVersionWeights cannot be greater than 1")
    alias.second, alias.second_ppm = "", 0
    for number, weight in weights.items():
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 <= weight <= 1:
            said = f"Value '{{{number}={weight}}}' at 'routingConfig.additionalVersionWeights'"
            return refusals.validation(said, "Map value must satisfy constraint: [Member must have value in 0.0–1.0]")
        alias.second, alias.second_ppm = str(number), round(weight * MILLION)
    return None


def _alias_json(function: Function, alias: Alias) -> Json:
    number = REVISIONS_FROM + function.node * 4096 + 2048 + alias.revision
    answer: Json = {
        "AliasArn": f"{function.arn}:{alias.name}",
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RevisionId": request_id(function.environment.seed, number),
    }
    if alias.second:
        answer["RoutingConfig"] = {"AdditionalVersionWeights": {alias.second: alias.second_ppm / MILLION}}
    return answer


def _record(function: Function, caller: Caller, alias: str, said: str) -> None:
    function.write(ALIAS_CHANGED, function.node, 0, caller.request, caller.cause, 0, (alias, said))


# ── provisioned concurrency ─────────────────────────────────────────────────────────────────────────────────────────


def put_provisioned(_world: World, _caller: Caller, function: Function, params: Json) -> Json | Refusal:
    qualifier, requested = params["Qualifier"], params[REQUESTED]
    refused = _no_place_for(function, qualifier, requested)
    if refused is not None:
        return refused
    now = function.environment.now_at
    length_us = max(requested * MINUTE_US // QUOTAS.environments_per_minute, SECOND_US)
    return _provisioned_json(function, function.versions.provision(qualifier, requested, now + length_us))


def _no_place_for(function: Function, qualifier: str, requested: int) -> Refusal | None:
    alias = function.versions.aliases.get(qualifier)
    if qualifier == LATEST or (alias is not None and LATEST in {alias.version, alias.second}):
        return refusals.invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
    if not function.versions.known(qualifier):
        return refusals.no_such_function(f"{function.arn}:{qualifier}")
    known = function.versions.provisioned.get(qualifier)
    others = function.versions.all_provisioned - (known.requested if known else 0)
    if function.reserved is not None and others + requested > function.reserved:
        return refusals.invalid(
            "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function"
        )
    account = function.account
    left = account.limit - account.reserved + (known.requested if known else 0)
    if function.reserved is None and left - requested < QUOTAS.unreserved_at_least:
        return refusals.invalid(
            f"Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
            f"minimum value of [{QUOTAS.unreserved_at_least}]."
        )
    return None


def get_provisioned(_world: World, _caller: Caller, function: Function, params: Json) -> Json | Refusal:
    found = function.versions.provisioned.get(params["Qualifier"])
    if found is None:
        return Refusal(
            "ProvisionedConcurrencyConfigNotFoundException",
            "No Provisioned Concurrency Config found for this function",
            404,
        )
    return _provisioned_json(function, found)


def delete_provisioned(_world: World, _caller: Caller, function: Function, params: Json) -> Json | Refusal:
    function.versions.release(params["Qualifier"])
    return {}


def list_provisioned(_world: World, _caller: Caller, function: Function, params: Json) -> Json:
    rows = [
        {"FunctionArn": f"{function.arn}:{qualifier}", **_provisioned_json(function, found)}
        for qualifier, found in sorted(function.versions.provisioned.items())
    ]
    return page("ProvisionedConcurrencyConfigs", rows, params)


def _provisioned_json(function: Function, found: Provisioned) -> Json:
    modified_at = function.environment.now_at if not found.allocated else found.ready_at
    return {
        "RequestedProvisionedConcurrentExecutions": found.requested,
        "AvailableProvisionedConcurrentExecutions": found.allocated,
        "AllocatedProvisionedConcurrentExecutions": found.allocated,
        "Status": "READY" if found.allocated else "IN_PROGRESS",
        "LastModified": iso(function.environment, modified_at).replace("Z", "+0000"),
    }


ROWS = (
    Operation("PublishVersion", on_function(publish_version)),
    Operation("ListVersionsByFunction", on_function(list_versions), mutates=False),
    Operation("CreateAlias", on_function(create_alias)),
    Operation("UpdateAlias", on_function(update_alias)),
    Operation("GetAlias", on_function(get_alias), mutates=False),
    Operation("ListAliases", on_function(list_aliases), mutates=False),
    Operation("DeleteAlias", on_function(delete_alias)),
    Operation("PutProvisionedConcurrencyConfig", on_function(put_provisioned)),
    Operation("GetProvisionedConcurrencyConfig", on_function(get_provisioned), mutates=False),
    Operation("DeleteProvisionedConcurrencyConfig", on_function(delete_provisioned)),
    Operation("ListProvisionedConcurrencyConfigs", on_function(list_provisioned), mutates=False),
)
