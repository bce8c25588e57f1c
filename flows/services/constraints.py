"""What AWS says of values that are out of bounds before an operation reads them, from botocore's model of the request.

The family of services behind one front (EventBridge, Scheduler, Pipes) tells all violations at once, in the order of the members:
"2 validation errors detected: Value '…' at 'name' failed to satisfy constraint: …". Recorded (cases/aws/events): of one text the
pattern is looked at before its length; structures are written the way Java prints them, with members that no public model has.
Lists, maps and structures are what they should be already (`shapes.py`); a scalar of another type cannot be read at all.
Some sets of values AWS prints in an order of its own (`ENUMS`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

from flows.services.ports import Json, Refusal
from flows.services.shapes import service_model
from flows.services.texts import size_of

Shape: TypeAlias = Any
HIDDEN_MEMBERS: Mapping[str, tuple[str, ...]] = {"PutEventsRequestEntry": ("kmsKeyIdentifier", "internalMetadata")}
"""Members that AWS prints beside those of the public model."""
ENUMS: Mapping[str, str] = {"httpMethod": "[HEAD, POST, PATCH, DELETE, PUT, GET, OPTIONS]"}
"""Member → its set as AWS prints it."""
SCALARS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "double": (int, float),
    "timestamp": (int, float, str),
}
JAVA_CLASSES: Mapping[str, str] = {r"\p{L}": r"\w", r"\p{N}": r"\d", r"\p{Z}": r"\s", r"\p{ASCII}": r"\x00-\x7f"}
"""Java's names of classes of characters → Python's, near enough."""
DEEPEST = 8


def violations(service: str, operation: str, params: Json) -> Refusal | None:
    """The refusal that names every violation, or None."""
    shape = _input(service, operation)
    if shape is None:
        return None
    wrong = next(_mistyped(shape, params, DEEPEST), None)
    if wrong is not None:
        return Refusal("SerializationException", wrong)
    found = list(_members(shape, params, "", DEEPEST))
    if not found:
        return None
    errors = "error" if len(found) == 1 else "errors"
    return Refusal("ValidationException", f"{len(found)} validation {errors} detected: {'; '.join(found)}")


@cache
def _input(service: str, operation: str) -> Shape:
    model = service_model(service)
    if model is None or operation not in model.operation_names:
        return None
    return model.operation_model(operation).input_shape


def _mistyped(shape: Shape, value: Any, depth: int) -> Iterator[str]:
    """Scalars that are none of their kind."""
    kind = shape.type_name
    if value is None or depth == 0:
        return
    if kind == "structure" and isinstance(value, dict):
        for name, member in shape.members.items():
            yield from _mistyped(member, value.get(name), depth - 1)
    elif kind in ("list", "map") and isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _mistyped(shape.value if kind == "map" else shape.member, each, depth - 1)
    elif isinstance(value, str) and size_of(value) < 0:
        yield "Invalid UTF-8"
    elif kind in SCALARS and (not isinstance(value, SCALARS[kind]) or (isinstance(value, bool) and kind != "boolean")):
        yield f"{type(value).__name__} can not be converted to {kind}"


def _members(shape: Shape, given: Json, path: str, depth: int) -> Iterator[str]:
    for name, member in shape.members.items():
        at = f"{path}.{_camel(name)}" if path else _camel(name)
        value = given.get(name)
        if value is not None:
            yield from _value(member, value, at, depth - 1)
        elif name in shape.required_members:
            yield f"Value null at '{at}' failed to satisfy constraint: Member must not be null"


def _value(shape: Shape, value: Any, at: str, depth: int) -> Iterator[str]:
    for wrong in _wrong(shape, value, at.rpartition(".")[2]):
        yield f"Value '{java(shape, value)}' at '{at}' failed to satisfy constraint: Member must {wrong}"
    if depth <= 0:
        return
    if shape.type_name == "structure" and isinstance(value, dict):
        yield from _members(shape, value, at, depth)
    elif shape.type_name == "list" and isinstance(value, list):
        for number, each in enumerate(value, start=1):
            if each is not None:
                yield from _value(shape.member, each, f"{at}.{number}.member", depth - 1)


def _wrong(shape: Shape, value: Any, name: str) -> Iterator[str]:
    bounds = shape.metadata
    if isinstance(value, str):
        if "pattern" in bounds and not _pattern(bounds["pattern"]).fullmatch(value):
            yield f"satisfy regular expression pattern: {bounds['pattern']}"
        yield from _range(bounds, len(value), "have length")
        if "enum" in bounds and value not in bounds["enum"]:
            named = ENUMS.get(name) or f"[{', '.join(bounds['enum'])}]"
            yield f"satisfy enum value set: {named}"
    elif isinstance(value, list | dict):
        yield from _range(bounds, len(value), "have length")
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from _range(bounds, value, "have value")


def _range(bounds: Mapping[str, Any], size: int, verb: str) -> Iterator[str]:
    if "max" in bounds and size > bounds["max"]:
        yield f"{verb} less than or equal to {bounds['max']}"
    if "min" in bounds and size < bounds["min"]:
        yield f"{verb} greater than or equal to {bounds['min']}"


@cache
def _pattern(text: str) -> re.Pattern[str]:
    for java_class, ours in JAVA_CLASSES.items():
        text = text.replace(java_class, ours)
    return re.compile(text.removeprefix("^").removesuffix("$"), re.DOTALL)


def java(shape: Shape, value: Any) -> str:
    """A value the way AWS's messages print it."""
    if value is None:
        return "null"
    if shape.type_name == "list" and isinstance(value, list):
        return f"[{', '.join(java(shape.member, each) for each in value)}]"
    if shape.type_name == "structure" and isinstance(value, dict):
        members = [f"{_camel(name)}={java(member, value.get(name))}" for name, member in shape.members.items()]
        members += [f"{name}=null" for name in HIDDEN_MEMBERS.get(shape.name, ())]
        return f"{shape.name}({', '.join(members)})"
    if shape.type_name == "map" and isinstance(value, dict):
        return f"{{{', '.join(f'{name}={each}' for name, each in value.items())}}}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]
