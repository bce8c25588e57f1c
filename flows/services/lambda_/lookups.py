"""Finding what a request is about: a function by name or ARN, with the version or alias it names; a mapping by UUID."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from flows.services.lambda_ import refusals
from flows.services.lambda_.concurrency import account_of
from flows.services.lambda_.event_source_mapping import Mapping
from flows.services.lambda_.function import Function
from flows.services.ports import Answer, Caller, Json, Pending, Refusal, Run

if TYPE_CHECKING:
    from flows.services.lambda_.stream_mapping import StreamMapping
    from flows.services.world import World

Found: TypeAlias = "Json | Refusal | Pending"
OnFunction: TypeAlias = "Callable[[World, Caller, Function, Json], Found]"
NUMBERED = 8
"""How many parts an ARN has that ends in a version or an alias."""


@dataclass(frozen=True, slots=True)
class Target:
    """A function, and the version or alias of it that was named ("" if none was)."""

    function: Function
    qualifier: str = ""

    @property
    def arn(self) -> str:
        return f"{self.function.arn}:{self.qualifier}" if self.qualifier else self.function.arn


def on_function(run: OnFunction) -> Run:
    """The operation of a function: it is found first, and an output or a refusal is made an answer."""

    def operation(world: World, caller: Caller, params: Json) -> Answer | Pending:
        target = target_of(world, params.get("FunctionName"), params.get("Qualifier"))
        if isinstance(target, Refusal):
            return answer(target)
        if target.qualifier and params.get("Qualifier") is None:
            params = {**params, "Qualifier": target.qualifier}
        return answer(run(world, caller, target.function, params))

    return operation


def answer(result: Found) -> Answer | Pending:
    if isinstance(result, Pending):
        return result
    return Answer(refusal=result) if isinstance(result, Refusal) else Answer(result)


def target_of(world: World, name: object, qualifier: object = None) -> Target | Refusal:
    """A function by its name or ARN (whole or partial), either with a version or an alias at its end."""
    if not isinstance(name, str) or not name:
        return refusals.validation("Value null at 'functionName'", "Member must not be null")
    bare, said = _split(name)
    asked = qualifier if isinstance(qualifier, str) else ""
    if said and asked and said != asked:
        return refusals.invalid("The derived qualifier from the function name does not match the specified qualifier.")
    node = world.addressed(bare, "function")
    noun = None if node is None else world.nouns[node.index]
    said = said or asked
    if not isinstance(noun, Function):
        arn = _arn(world, bare)
        return refusals.no_such_function(f"{arn}:{said}" if said else arn)
    return Target(noun, said)


def function_of(world: World, name: object) -> Function | Refusal:
    target = target_of(world, name)
    return target if isinstance(target, Refusal) else target.function


def known_target(world: World, name: object, qualifier: object = None) -> Target | Refusal:
    """The same; the version or alias must exist."""
    target = target_of(world, name, qualifier)
    if isinstance(target, Refusal) or target.function.versions.known(target.qualifier):
        return target
    return refusals.no_such_function(target.arn)


def mapping_of(world: World, uuid: object) -> Mapping | StreamMapping | Refusal:
    found = account_of(world).mappings.get(uuid) if isinstance(uuid, str) else None
    return refusals.no_such_mapping() if found is None else found


def mappings(world: World) -> list[Mapping | StreamMapping]:
    """Every mapping, in the order of the links."""
    return sorted(account_of(world).mappings.values(), key=lambda mapping: mapping.link)


def _split(name: str) -> tuple[str, str]:
    """The function's name or ARN, and the qualifier at its end."""
    parts = name.split(":")
    if parts[0] == "arn":
        return ":".join(parts[: NUMBERED - 1]), ":".join(parts[NUMBERED - 1 :])
    if "function" in parts[:-1]:
        place = parts.index("function")
        return ":".join(parts[place + 1 : place + 2]), ":".join(parts[place + 2 :])
    return parts[0], ":".join(parts[1:])


def _arn(world: World, name: str) -> str:
    topology = world.topology
    return name if name.startswith("arn:") else f"arn:aws:lambda:{topology.region}:{topology.account}:function:{name}"
