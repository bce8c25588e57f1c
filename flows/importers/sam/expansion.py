"""The resources of one stack while SAM's shorthand is written out: what an expansion may read, add and amend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flows.topology import names
from flows.topology.types import SAM_TYPES

Note = Callable[[str, str, str, str], None]
"""(resource, property, verdict, reason)"""


@dataclass(slots=True)
class Raw:
    """A resource on its way into the document: references resolved, shorthand perhaps still there."""

    id: str
    type: str
    properties: dict[str, Any]
    origin: dict[str, Any] = field(default_factory=dict)
    declared: str = ""
    """The logical id in the template that this one was written out from, with its path."""
    connectors: dict[str, Any] = field(default_factory=dict)
    playground: dict[str, Any] = field(default_factory=dict)
    """What `Metadata: Redrive:` says: the behaviour, a label, a position."""
    inherited: frozenset[str] = frozenset()
    """The environment variables that only Globals gives it."""


class Expansion:
    def __init__(self, resources: dict[str, Raw], region: str, account: str, note: Note) -> None:
        self.resources, self.region, self.account, self.note = resources, region, account, note

    def add(self, id_: str, type_: str, properties: dict[str, Any], by: Raw, event: str = "") -> Raw:
        raw = Raw(
            id_,
            type_,
            properties,
            {"Type": by.origin.get("Type", by.type), "Resource": by.id, "Event": event},
            declared=by.id,
        )
        return self.resources.setdefault(id_, raw)

    def arn(self, raw: Raw) -> str:
        return names.arn(raw.type, self.name(raw), self.region, self.account)

    def name(self, raw: Raw) -> str:
        return names.physical_name(raw.type, raw.id, raw.properties)

    def find(self, value: object, *types: str) -> Raw | None:
        """The resource of one of the (CloudFormation) types that a name, ARN or logical id means."""
        if not isinstance(value, str):
            return None
        for raw in self.resources.values():
            if SAM_TYPES.get(raw.type, raw.type) in types and value in {raw.id, self.name(raw), self.arn(raw)}:
                return raw
        return None


def published_alias(raw: Raw) -> str:
    """The alias that SAM publishes a function under, and that its events invoke; "" if there is none."""
    shorthand = raw.origin.get("Properties")
    alias = shorthand.get("AutoPublishAlias") if isinstance(shorthand, dict) else None
    return alias if isinstance(alias, str) and raw.type == "AWS::Lambda::Function" else ""


def listed(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def chosen(given: dict[str, Any], *names_: str) -> dict[str, Any]:
    return {name: given[name] for name in names_ if name in given}
