"""Finding what a request is about, reading its parameters, and answering page by page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from flows.services.ports import Answer, Caller, Json, Operation, Pending, Refusal
from flows.services.shapes import service_model
from flows.services.stepfunctions import arns, refusals
from flows.services.stepfunctions.account import account_of
from flows.services.stepfunctions.arns import EXECUTION, EXPRESS, MACHINE, Arn
from flows.services.stepfunctions.machine import Machine
from flows.services.stepfunctions.quotas import QUOTAS
from flows.services.stepfunctions.run import Run
from flows.services.texts import size_of

if TYPE_CHECKING:
    from flows.services.world import World

Found: TypeAlias = "Json | Refusal | Pending"
Plain: TypeAlias = "Callable[[World, Caller, Json], Found]"
T = TypeVar("T")
SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
}


def row(
    name: str, run: Plain, *required: str, mutates: bool = True, may_wait: bool = False, aws: bool = True
) -> Operation:
    """A row of the table: what must be told is there and is of its type, and an output or a refusal is made an answer."""

    def whole(world: World, caller: Caller, params: Json) -> Answer | Pending:
        refusal = _missing(params, required) or _mistaken(name, params)
        if refusal is not None:
            return Answer(refusal=refusal)
        found = run(world, caller, params)
        if isinstance(found, Pending):
            return found
        return Answer(refusal=found) if isinstance(found, Refusal) else Answer(found)

    return Operation(name, whole, mutates, may_wait, aws)


def _missing(params: Json, required: tuple[str, ...]) -> Refusal | None:
    missing = next((name for name in required if params.get(name) is None), None)
    if missing is None:
        return None
    said = f"1 validation error detected: Value null at '{missing}' failed to satisfy constraint: "
    return refusals.invalid(f"{said}Member must not be null")


def _mistaken(operation: str, params: Json) -> Refusal | None:
    """Texts, numbers and truth values of another type are refused before anything is read."""
    scalars = _scalars(operation)
    for name, value in params.items():
        types = scalars.get(name)
        if types is None or value is None:
            continue
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            return Refusal("SerializationException", f"{name} is not of the type that {operation} takes.")
        if isinstance(value, str) and size_of(value) < 0:
            return Refusal("SerializationException", f"{name} is no text that can be written down.")
    return None


@cache
def _scalars(operation: str) -> dict[str, tuple[type, ...]]:
    """An operation's parameters that are no containers, and what they may be."""
    model = service_model("states")
    if model is None or operation not in model.operation_names:
        return {}
    shape = model.operation_model(operation).input_shape
    members = {} if shape is None else shape.members
    return {name: SCALARS[member.type_name] for name, member in members.items() if member.type_name in SCALARS}


# ── finding ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def machines(world: World) -> list[Machine]:
    """Every state machine, in the order of the nodes."""
    return [noun for noun in world.nouns_of("states") if isinstance(noun, Machine)]


def unqualified(arn: Arn) -> str:
    return f"arn:aws:states:{arn.region}:{arn.account}:{MACHINE}:{arn.name}"


def machine_of(world: World, text: object) -> tuple[Machine, str] | Refusal:
    """A machine by its ARN, and the version or alias the ARN ends with."""
    arn = arns.parse(text, MACHINE)
    if isinstance(arn, Refusal):
        return arn
    node = world.topology.by_arn.get(unqualified(arn))
    noun = None if node is None else world.nouns[node.index]
    if not isinstance(noun, Machine):
        problem = None if node is None else world.problems.get(node.index)
        return refusals.no_such_machine(text) if problem is None else refusals.not_simulated(problem)
    return noun, arn.qualifier


def execution_of(world: World, text: object) -> Run | Refusal:
    """A Standard execution by its ARN; Express ones are not kept."""
    arn = arns.parse(text, EXECUTION, EXPRESS)
    if isinstance(arn, Refusal):
        return arn
    if arn.type == EXPRESS:
        return refusals.invalid_arn(f"Resource type not valid in this context: {EXPRESS}")
    found = account_of(world).runs.get(str(text))
    return refusals.no_such_execution(text) if found is None else found


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def page(
    params: Json, rows: Sequence[T], purpose: str, largest: int = QUOTAS.largest_page
) -> tuple[list[T], str] | Refusal:
    """The rows asked for, and the token of the next page; "" after the last one."""
    wanted = params.get("maxResults") or QUOTAS.page
    if isinstance(wanted, bool) or not isinstance(wanted, int) or not 0 <= wanted <= largest:
        said = f"1 validation error detected: Value '{wanted}' at 'maxResults' failed to satisfy constraint: "
        return refusals.invalid(f"{said}Member must have value less than or equal to {largest}")
    begin = 0
    token = params.get("nextToken")
    if token:
        read = _read(token, purpose)
        if read is None or read > len(rows):
            return refusals.invalid_token()
        begin = read
    end = begin + wanted
    return list(rows[begin:end]), _write(end, purpose) if end < len(rows) else ""


def _write(offset: int, purpose: str) -> str:
    return base64.urlsafe_b64encode(f"{purpose}/{offset}".encode()).decode()


def _read(token: Any, purpose: str) -> int | None:
    try:
        kind, _, offset = base64.urlsafe_b64decode(str(token).encode()).decode().rpartition("/")
        return int(offset) if kind == purpose else None
    except (binascii.Error, ValueError):
        return None


def paged(name: str, rows: list[Json], token: str) -> Json:
    """A page as an answer."""
    return {name: rows, "nextToken": token} if token else {name: rows}
