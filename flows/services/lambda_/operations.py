"""Lambda's operations: the only door in. Inputs are checked, outputs and errors are as AWS answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.lambda_ import async_operations, mapping_operations, refusals
from flows.services.lambda_.function import Function
from flows.services.lambda_.invoke import invoke
from flows.services.lambda_.lookups import integer, on_function
from flows.services.lambda_.quotas import QUOTAS, SECOND_US
from flows.services.lambda_.records import BEHAVIOUR_CHANGED, CONFIGURATION_CHANGED
from flows.services.ports import Caller, Json, Operation, Refusal, operations
from flows.topology.behaviour import parse_behaviour

if TYPE_CHECKING:
    from flows.services.world import World


def get_function(_world: World, _caller: Caller, function: Function, _params: Json) -> Json | Refusal:
    answer: Json = {"Configuration": _configuration(function)}
    if function.reserved is not None:
        answer["Concurrency"] = {"ReservedConcurrentExecutions": function.reserved}
    return answer


def update_function_code(_world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    """New code. Until people's code runs here, code is a behaviour; the answer holds it, so every viewer learns of it."""
    if "Behaviour" not in params:
        return refusals.invalid("The request must contain the parameter Behaviour.")
    behaviour, problems = parse_behaviour(params["Behaviour"], "/Behaviour")
    if problems:
        return refusals.invalid("; ".join(f"{problem.path}: {problem.message}" for problem in problems))
    function.set_behaviour(behaviour)
    _record(function, caller, BEHAVIOUR_CHANGED, (function.handler.code_hash,))
    return {**_configuration(function), "Behaviour": params["Behaviour"]}


def update_function_configuration(_world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    timeout = integer(params, "Timeout", 1, QUOTAS.timeout_s)
    memory = integer(params, "MemorySize", QUOTAS.smallest_memory_mb, QUOTAS.largest_memory_mb)
    if isinstance(timeout, Refusal):
        return timeout
    if isinstance(memory, Refusal):
        return memory
    if timeout is not None:
        function.timeout_us = timeout * SECOND_US
        _record(function, caller, CONFIGURATION_CHANGED, ("Timeout", f"{timeout} s"))
    if memory is not None:
        function.memory_mb = memory
        _record(function, caller, CONFIGURATION_CHANGED, ("MemorySize", f"{memory} MB"))
    return _configuration(function)


def put_function_concurrency(_world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    reserved = integer(params, "ReservedConcurrentExecutions", 0, QUOTAS.concurrency)
    if isinstance(reserved, Refusal):
        return reserved
    if reserved is None:
        return refusals.invalid("The request must contain the parameter ReservedConcurrentExecutions.")
    function.reserve(reserved)
    _record(function, caller, CONFIGURATION_CHANGED, ("ReservedConcurrentExecutions", str(reserved)))
    return {"ReservedConcurrentExecutions": reserved}


def delete_function_concurrency(_world: World, caller: Caller, function: Function, _params: Json) -> Json | Refusal:
    function.reserve(None)
    _record(function, caller, CONFIGURATION_CHANGED, ("ReservedConcurrentExecutions", "none"))
    return {}


def _configuration(function: Function) -> Json:
    return {
        "FunctionName": function.name,
        "FunctionArn": function.arn,
        "Timeout": function.timeout_us // SECOND_US,
        "MemorySize": function.memory_mb,
        "CodeSha256": function.handler.code_hash,
        "Version": "$LATEST",
        "State": "Active",
        "LastUpdateStatus": "Successful",
    }


def _record(function: Function, caller: Caller, kind: int, detail: tuple[str, ...]) -> None:
    function.environment.recorder.write(kind, function.node, 0, caller.request, caller.cause, 0, detail)


OPERATIONS = operations(
    Operation("Invoke", on_function(invoke), may_wait=True),
    Operation("GetFunction", on_function(get_function), mutates=False),
    Operation("UpdateFunctionCode", on_function(update_function_code)),
    Operation("UpdateFunctionConfiguration", on_function(update_function_configuration)),
    Operation("PutFunctionConcurrency", on_function(put_function_concurrency)),
    Operation("DeleteFunctionConcurrency", on_function(delete_function_concurrency)),
    *async_operations.ROWS,
    *mapping_operations.ROWS,
)
