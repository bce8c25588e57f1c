"""The operations on what becomes of a function's asynchronous events, per version and alias."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flows.services.lambda_ import refusals
from flows.services.lambda_.async_records import CONFIG_CHANGED
from flows.services.lambda_.config import AsyncConfig
from flows.services.lambda_.destination_links import draw_links
from flows.services.lambda_.function import Function
from flows.services.lambda_.lookups import on_function
from flows.services.lambda_.paging import page
from flows.services.lambda_.quotas import SECOND_US
from flows.services.lambda_.versions import LATEST
from flows.services.ports import Caller, Json, Operation, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

DESTINATIONS = {"OnSuccess": "on_success", "OnFailure": "on_failure"}
KINDS = ("queue", "topic", "function", "bus", "bucket")
NOTHING_SAID = AsyncConfig(attempts_given=False, age_given=False)
ATTEMPTS, AGE, DESTINATION = "MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"


def put_config(world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    """Everything anew: what is not given is AWS's default."""
    return _change(world, caller, function, params, NOTHING_SAID)


def update_config(world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    """Only what is given changes."""
    known = function.event_queue.configs.get(_qualifier(params))
    if known is None:
        return _none(function, params)
    return _change(world, caller, function, params, known)


def get_config(world: World, _caller: Caller, function: Function, params: Json) -> Json | Refusal:
    config = function.event_queue.configs.get(_qualifier(params))
    return _none(function, params) if config is None else _json(world, function, _qualifier(params), config)


def list_configs(world: World, _caller: Caller, function: Function, params: Json) -> Json | Refusal:
    found = function.event_queue.configs.items()
    rows = [_json(world, function, qualifier, config) for qualifier, config in found]
    return page("FunctionEventInvokeConfigs", rows, params)


def delete_config(world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    if function.event_queue.configs.pop(_qualifier(params), None) is None:
        return _none(function, params)
    draw_links(world, function)
    _record(world, caller, function, "AWS's defaults")
    return {}


def _change(world: World, caller: Caller, function: Function, params: Json, config: AsyncConfig) -> Json | Refusal:
    qualifier = _qualifier(params)
    attempts, age, given = params.get(ATTEMPTS), params.get(AGE), params.get(DESTINATION)
    if attempts is None and age is None and given is None:
        return refusals.invalid("You must specify at least one of error handling or destination setting.")
    if not function.versions.known(qualifier):
        return refusals.not_found(f"The function {function.arn}:{qualifier} doesn't exist.")
    if attempts is not None:
        config = replace(config, maximum_retry_attempts=attempts, attempts_given=True)
    if age is not None:
        config = replace(config, maximum_event_age_us=age * SECOND_US, age_given=True)
    if given is not None:
        targets = _targets(world, function, given)
        if isinstance(targets, Refusal):
            return targets
        config = replace(config, on_success=targets["OnSuccess"], on_failure=targets["OnFailure"])
    config = replace(config, modified_at=world.environment.now_at)
    function.event_queue.configs[qualifier] = config
    draw_links(world, function)
    said = ", ".join(
        f"{name} = {params[name]}" for name in (ATTEMPTS, AGE, DESTINATION) if params.get(name) is not None
    )
    _record(world, caller, function, said)
    return _json(world, function, qualifier, config)


def _targets(world: World, function: Function, given: Json) -> dict[str, int | None] | Refusal:
    """The nodes of both destinations."""
    arns = {name: (given.get(name) or {}).get("Destination") or "" for name in DESTINATIONS}
    found: dict[str, int | None] = {}
    for name, arn in arns.items():
        if not arn:
            found[name] = None
            continue
        node = world.topology.by_arn.get(_bare(arn))
        if node is not None and node.index == function.node:
            return refusals.invalid("You can't specify the function as a destination for itself.")
        if node is None or node.kind not in KINDS:
            return _not_there(arn, arns)
        found[name] = node.index
    return found


def _not_there(arn: str, arns: dict[str, str]) -> Refusal:
    if arn.split(":")[2] == "lambda":
        return refusals.invalid(f"The destination ARN {arn} is invalid.")
    shown = [
        f"{name[0].lower()}{name[1:]}={name}(destination={each})" if each else f"{name[0].lower()}{name[1:]}=null"
        for name, each in arns.items()
    ]
    return refusals.invalid(f"The provided destination config DestinationConfig({', '.join(shown)}) is invalid.")


def _bare(arn: str) -> str:
    """A function's ARN without the version or alias."""
    parts = arn.split(":")
    return ":".join(parts[:7]) if parts[2] == "lambda" else arn


def _json(world: World, function: Function, qualifier: str, config: AsyncConfig) -> Json:
    nodes = world.topology.nodes
    said: Json = {
        "FunctionArn": f"{function.arn}:{qualifier}",
        "LastModified": world.environment.wall_us(config.modified_at) / SECOND_US,
        DESTINATION: {
            name: {} if target is None else {"Destination": nodes[target].arn}
            for name, field in DESTINATIONS.items()
            for target in (getattr(config, field),)
        },
    }
    if config.attempts_given:
        said[ATTEMPTS] = config.maximum_retry_attempts
    if config.age_given:
        said[AGE] = config.maximum_event_age_us // SECOND_US
    return said


def _qualifier(params: Json) -> str:
    return params.get("Qualifier") or LATEST


def _none(function: Function, params: Json) -> Refusal:
    arn = f"{function.arn}:{_qualifier(params)}"
    return refusals.not_found(f"The function {arn} doesn't have an EventInvokeConfig")


def _record(world: World, caller: Caller, function: Function, said: str) -> None:
    write = world.environment.recorder.write
    write(CONFIG_CHANGED, function.node, 0, caller.request, caller.cause, 0, (said,))


ROWS = (
    Operation("PutFunctionEventInvokeConfig", on_function(put_config)),
    Operation("UpdateFunctionEventInvokeConfig", on_function(update_config)),
    Operation("GetFunctionEventInvokeConfig", on_function(get_config), mutates=False),
    Operation("ListFunctionEventInvokeConfigs", on_function(list_configs), mutates=False),
    Operation("DeleteFunctionEventInvokeConfig", on_function(delete_config)),
)
