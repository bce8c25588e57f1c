"""The operations on what becomes of a function's asynchronous events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flows.services.lambda_ import refusals
from flows.services.lambda_.async_records import CONFIG_CHANGED
from flows.services.lambda_.config import AsyncConfig
from flows.services.lambda_.function import Function
from flows.services.lambda_.lookups import integer, on_function
from flows.services.lambda_.quotas import QUOTAS, SECOND_US
from flows.services.ports import Caller, Json, Operation, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

DESTINATIONS = {"OnSuccess": "on_success", "OnFailure": "on_failure"}
KINDS = ("queue", "topic", "function", "bus")
ATTEMPTS, AGE, DESTINATION = "MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"


def put_config(world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    """Everything anew: what is not given is AWS's default."""
    return _change(world, caller, function, params, _defaults(function))


def update_config(world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    """Only what is given changes."""
    return _change(world, caller, function, params, function.event_queue.config)


def get_config(world: World, _caller: Caller, function: Function, _params: Json) -> Json | Refusal:
    config, nodes = function.event_queue.config, world.topology.nodes
    found = {
        name: {"Destination": nodes[target].arn}
        for name, field in DESTINATIONS.items()
        if (target := getattr(config, field)) is not None
    }
    return {
        "FunctionArn": f"{function.arn}:$LATEST",
        ATTEMPTS: config.maximum_retry_attempts,
        AGE: config.maximum_event_age_us // SECOND_US,
        DESTINATION: found,
    }


def delete_config(world: World, caller: Caller, function: Function, _params: Json) -> Json | Refusal:
    function.event_queue.config = _defaults(function)
    _record(world, caller, function, "AWS's defaults")
    return {}


def _change(world: World, caller: Caller, function: Function, params: Json, config: AsyncConfig) -> Json | Refusal:
    attempts = integer(params, ATTEMPTS, 0, QUOTAS.retry_attempts)
    age = integer(params, AGE, QUOTAS.shortest_event_age_s, QUOTAS.longest_event_age_s)
    if isinstance(attempts, Refusal):
        return attempts
    if isinstance(age, Refusal):
        return age
    if attempts is not None:
        config = replace(config, maximum_retry_attempts=attempts)
    if age is not None:
        config = replace(config, maximum_event_age_us=age * SECOND_US)
    given = params.get(DESTINATION)
    if isinstance(given, dict):
        success, failure = (_target(world, given.get(name)) for name in DESTINATIONS)
        if isinstance(success, Refusal):
            return success
        if isinstance(failure, Refusal):
            return failure
        config = replace(config, on_success=success, on_failure=failure)
    function.event_queue.config = config
    said = ", ".join(
        f"{name} = {params[name]}" for name in (ATTEMPTS, AGE, DESTINATION) if params.get(name) is not None
    )
    _record(world, caller, function, said or "AWS's defaults")
    return get_config(world, caller, function, params)


def _target(world: World, given: object) -> int | Refusal | None:
    arn = given.get("Destination") if isinstance(given, dict) else None
    if not arn:
        return None
    node = world.addressed(arn)
    if node is None or node.kind not in KINDS:
        return refusals.invalid(f"The destination ARN {arn} is invalid.")
    return node.index


def _defaults(function: Function) -> AsyncConfig:
    return AsyncConfig(dead_letter_target=function.event_queue.config.dead_letter_target)


def _record(world: World, caller: Caller, function: Function, said: str) -> None:
    write = world.environment.recorder.write
    write(CONFIG_CHANGED, function.node, 0, caller.request, caller.cause, 0, (said,))


ROWS = (
    Operation("PutFunctionEventInvokeConfig", on_function(put_config)),
    Operation("UpdateFunctionEventInvokeConfig", on_function(update_config)),
    Operation("GetFunctionEventInvokeConfig", on_function(get_config), mutates=False),
    Operation("DeleteFunctionEventInvokeConfig", on_function(delete_config)),
)
