"""A link on its way: what a resource's properties say about two ends, before anything is numbered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flows.topology.catalogue import Catalogue, End, Resource


@dataclass(frozen=True, slots=True)
class Draft:
    id: str
    kind: str
    source: End
    target: End
    via: str = ""
    """The logical id of the resource that declares the link, when it is neither end."""
    label: str = ""
    style: str = "solid"
    properties: dict[str, Any] = field(default_factory=dict)
    given: Any = None
    """What declares the link, as it was written."""
    outside: str = ""
    """What to call the end that was not found, where the declaring property knows better than the value."""


Derivation = Callable[[Resource, Catalogue], Iterator[Draft]]


def own(resource: Resource) -> End:
    return End(resource.id, resource.arn)


def get(value: object, *path: str) -> Any:
    """The value at a path of property names, None where any of them is absent or not an object."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def members(value: object) -> list[Any]:
    """A property that should be a list; one thing alone counts as a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def from_text(value: object) -> object:
    """A policy given as JSON text, read; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None
