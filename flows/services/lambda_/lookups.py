"""Finding what a request is about: a function by name or ARN, a mapping by UUID; and reading its numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from flows.services.lambda_ import refusals
from flows.services.lambda_.event_source_mapping import Mapping
from flows.services.lambda_.function import Function
from flows.services.ports import Answer, Caller, Json, Pending, Refusal, Run

if TYPE_CHECKING:
    from flows.services.world import World

Found: TypeAlias = "Json | Refusal | Pending"
OnFunction: TypeAlias = "Callable[[World, Caller, Function, Json], Found]"


def on_function(run: OnFunction) -> Run:
    """The operation of a function: it is found first, and an output or a refusal is made an answer."""

    def operation(world: World, caller: Caller, params: Json) -> Answer | Pending:
        function = function_of(world, params.get("FunctionName"))
        return answer(function if isinstance(function, Refusal) else run(world, caller, function, params))

    return operation


def answer(result: Found) -> Answer | Pending:
    if isinstance(result, Pending):
        return result
    return Answer(refusal=result) if isinstance(result, Refusal) else Answer(result)


def function_of(world: World, name: object) -> Function | Refusal:
    """A function by its name, its ARN, or its ARN with a version."""
    if not isinstance(name, str) or not name:
        return refusals.invalid("The request must contain the parameter FunctionName.")
    for function in world.nouns_of("lambda"):
        if isinstance(function, Function) and (
            name in {function.name, function.arn} or name.startswith(f"{function.arn}:")
        ):
            return function
    return refusals.no_such_function(name)


def mapping_of(world: World, uuid: object) -> Mapping | Refusal:
    found = next((each for each in mappings(world) if each.id == uuid), None)
    return refusals.no_such_mapping() if found is None else found


def mappings(world: World) -> list[Mapping]:
    """Every mapping, in the order of the links."""
    return [noun for _, noun in sorted(world.links.items()) if isinstance(noun, Mapping)]


def integer(params: Json, name: str, low: int, high: int) -> int | Refusal | None:
    """An integer within its range; None if it was not given."""
    value = params.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        return refusals.invalid(
            f"Value {value} for parameter {name} is invalid: it must be an integer from {low} to {high}."
        )
    return value
