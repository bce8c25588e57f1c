"""The shape of parameters that are lists, maps or structures. A request of another shape is refused at the door.

AWS refuses JSON of the wrong shape before a service reads it. Which shape a parameter has says botocore's model of the operation,
read when the operation is first called and kept as a small tree of checks. A scalar is the service's own to judge (a number that
is none gets AWS's words there), except inside a list or a map, where nobody else looks. What the model does not know is not
looked at: operations of the playground, and what the playground adds to AWS's. A null is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from flows.services.ports import Json, Refusal

if TYPE_CHECKING:
    from botocore.model import ServiceModel

Check: TypeAlias = "Callable[[Any, str], str]"
"""(value, path) → what is wrong with it, or ""."""

BOTO_NAMES = {"states": "stepfunctions"}
"""Our key of a service → the name of its client, where they differ."""
SCALARS: dict[str, tuple[type, ...]] = {"string": (str,), "boolean": (bool,), "integer": (int,), "long": (int,)}
DEEPEST = 12
"""Shapes may contain themselves."""


def misshapen(service: str, operation: str, params: Json) -> Refusal | None:
    """What AWS says to JSON that is not of the operation's shape."""
    checks = _checks(service, operation)
    for name, value in params.items():
        check = checks.get(name)
        if check is not None and value is not None:
            wrong = check(value, name)
            if wrong:
                return Refusal("SerializationException", wrong)
    return None


@cache
def service_model(service: str) -> ServiceModel | None:
    """Botocore's model of a service, by our key of it; None of one that is not AWS's."""
    from botocore.exceptions import UnknownServiceError
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    name = BOTO_NAMES.get(service, service)
    try:
        return ServiceModel(Loader().load_service_model(name, "service-2"), name)
    except UnknownServiceError:
        return None


@cache
def _checks(service: str, operation: str) -> dict[str, Check]:
    model = service_model(service)
    if model is None or operation not in model.operation_names:
        return {}
    shape = model.operation_model(operation).input_shape
    return {} if shape is None else _members(shape, DEEPEST)


def _members(shape: Any, depth: int) -> dict[str, Check]:
    found = {name: _container(member, depth) for name, member in shape.members.items()}
    return {name: check for name, check in found.items() if check is not None}


def _container(shape: Any, depth: int) -> Check | None:
    if depth == 0:
        return None
    if shape.type_name == "list":
        return _List(_element(shape.member, depth - 1))
    if shape.type_name == "map":
        return _Map(_element(shape.value, depth - 1))
    if shape.type_name == "structure" and not getattr(shape, "is_document_type", False):
        return _Structure(_members(shape, depth - 1))
    return None


def _element(shape: Any, depth: int) -> Check | None:
    if shape.type_name in SCALARS:
        return _Scalar(shape.type_name)
    return _container(shape, depth)


class _Scalar:
    def __init__(self, type_name: str) -> None:
        self.types, self.name = SCALARS[type_name], "text" if type_name == "string" else type_name

    def __call__(self, value: Any, path: str) -> str:
        right = isinstance(value, self.types) and (bool in self.types or not isinstance(value, bool))
        return "" if right else f"{path} must be {'an' if self.name == 'integer' else 'a'} {self.name}."


class _List:
    def __init__(self, element: Check | None) -> None:
        self.element = element

    def __call__(self, value: Any, path: str) -> str:
        if not isinstance(value, list):
            return f"{path} must be a list."
        element = self.element
        if element is None:
            return ""
        return next((wrong for i, each in enumerate(value) if (wrong := element(each, f"{path}[{i}]"))), "")


class _Map:
    def __init__(self, element: Check | None) -> None:
        self.element = element

    def __call__(self, value: Any, path: str) -> str:
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
            return f"{path} must be an object."
        element = self.element
        if element is None:
            return ""
        return next((wrong for key, each in value.items() if (wrong := element(each, f"{path}.{key}"))), "")


class _Structure:
    def __init__(self, members: dict[str, Check]) -> None:
        self.members = members

    def __call__(self, value: Any, path: str) -> str:
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
            return f"{path} must be an object."
        for name, each in value.items():
            check = self.members.get(name)
            if check is not None and each is not None:
                wrong = check(each, f"{path}.{name}")
                if wrong:
                    return wrong
        return ""
