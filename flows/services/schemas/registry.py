"""What the schema registry keeps for the whole account: registries, schemas with their versions, discoverers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.services.schemas.quotas import DISCOVERED, QUOTAS

if TYPE_CHECKING:
    from flows.services.ports import Caller
    from flows.services.schemas.discovery import Discoverer
    from flows.services.world import World

KEY = "schemas"


@dataclass(slots=True)
class Version:
    number: int
    content: str
    type: str
    made_at: int
    bindings: dict[str, int] = field(default_factory=dict)
    """Language → when its code was made."""


@dataclass(slots=True)
class Schema:
    arn: str
    name: str
    type: str
    description: str = ""
    changed_at: int = 0
    tags: dict[str, str] = field(default_factory=dict)
    versions: dict[int, Version] = field(default_factory=dict)
    last: int = 0

    @property
    def newest(self) -> Version:
        return self.versions[max(self.versions)]

    def add(self, content: str, type_: str, now_at: int) -> Version:
        """A new version; of too many the oldest is forgotten."""
        self.last += 1
        self.type, self.changed_at = type_, now_at
        version = self.versions[self.last] = Version(self.last, content, type_, now_at)
        if len(self.versions) > QUOTAS.versions:
            del self.versions[min(self.versions)]
        return version


@dataclass(slots=True)
class Registry:
    arn: str
    name: str
    description: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    schemas: dict[str, Schema] = field(default_factory=dict)


@dataclass(slots=True)
class Account:
    registries: dict[str, Registry] = field(default_factory=dict)
    """By ARN."""
    discoverers: dict[str, Discoverer] = field(default_factory=dict)
    """By id."""
    made: int = 0


def account_of(world: World) -> Account:
    found = world.shared.get(KEY)
    if not isinstance(found, Account):
        found = world.shared[KEY] = Account()
    return found


def arn_of(region: str, account: str, kind: str, name: object) -> str:
    """`kind` is registry, schema or discoverer; a schema is named with its registry."""
    return f"arn:aws:schemas:{region}:{account}:{kind}/{name}"


def registry_of(world: World, caller: Caller, name: object) -> Registry | None:
    """The caller's registry; the one for what is discovered is always there."""
    return registry_at(world, caller.region, caller.account, name)


def registry_at(world: World, region: str, account: str, name: object) -> Registry | None:
    registries, arn = account_of(world).registries, arn_of(region, account, "registry", name)
    if name == DISCOVERED and arn not in registries:
        registries[arn] = Registry(arn, DISCOVERED, "Schemas that discoverers found.")
    return registries.get(arn)
