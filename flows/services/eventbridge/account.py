"""What EventBridge keeps for the whole account: rules and archives by bus, replays, connections, partner event sources.

Everything is known by its ARN, so regions and accounts are kept apart. A default bus is always there for whoever asks; a node stands
for it once somebody needs one (it was drawn, or something was put on it).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.services.eventbridge.config import BusConfig
from flows.services.ports import Json
from flows.topology.resources.bus import DEFAULT

if TYPE_CHECKING:
    from flows.services.eventbridge.archive import Archive
    from flows.services.eventbridge.bus import Bus
    from flows.services.eventbridge.replay import Replay
    from flows.services.eventbridge.rule import Rule
    from flows.services.ports import Caller
    from flows.services.world import World

KEY = "events"
BUS = "AWS::Events::EventBus"


@dataclass(slots=True)
class Connection:
    """How an API destination authorizes itself; secrets are kept and never answered."""

    arn: str
    secret_arn: str
    name: str
    description: str
    type: str
    parameters: Json
    made_at: int
    changed_at: int
    authorized_at: int
    state: str = "AUTHORIZED"


@dataclass(slots=True)
class Source:
    """A partner's event source: PENDING until a bus of its name is made, ACTIVE then."""

    arn: str
    name: str
    account: str
    made_at: int
    state: str = "PENDING"


@dataclass(slots=True)
class Account:
    rules: dict[str, dict[str, Rule]] = field(default_factory=dict)
    """Bus ARN → name → rule."""
    by_number: dict[int, Rule] = field(default_factory=dict)
    archives: dict[str, Archive] = field(default_factory=dict)
    """By ARN, in the order in which they were made."""
    replays: dict[str, Replay] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    made: int = 0

    def numbered(self) -> int:
        """A number that nothing else made here has had."""
        self.made += 1
        return self.made

    def rules_of(self, bus_arn: str) -> dict[str, Rule]:
        return self.rules.setdefault(bus_arn, {})

    def archives_of(self, bus_arn: str) -> list[Archive]:
        return [archive for archive in self.archives.values() if archive.bus_arn == bus_arn]


def account_of(world: World) -> Account:
    found = world.shared.get(KEY)
    if not isinstance(found, Account):
        found = world.shared[KEY] = Account()
    return found


def arn_of(caller: Caller, resource: str) -> str:
    """The ARN of a resource of the caller's own account and region."""
    return f"arn:aws:events:{caller.region}:{caller.account}:{resource}"


def bus_arn(caller: Caller, name: object) -> str:
    """The ARN of a bus by its name or its ARN; no name is the default bus."""
    text = str(name or DEFAULT)
    return text if text.startswith("arn:") else arn_of(caller, f"event-bus/{text}")


def bus_name(arn: str) -> str:
    return arn.partition(":event-bus/")[2] or arn


def bus_at(world: World, arn: str) -> Bus | None:
    """The bus with that ARN, if a node stands for it."""
    from flows.services.eventbridge.bus import Bus

    node = world.topology.by_arn.get(arn)
    noun = None if node is None else world.nouns[node.index]
    return noun if isinstance(noun, Bus) else None


def is_default(arn: str) -> bool:
    return bus_name(arn) == DEFAULT


def needed_bus(world: World, arn: str, caller: Caller | None = None) -> Bus | None:
    """The bus, for something that is going to change or to happen there: a default bus gets its node now."""
    found = bus_at(world, arn)
    if found is None and is_default(arn):
        world.create(BUS, DEFAULT, BusConfig(DEFAULT), arn=arn, caller=caller)
        found = bus_at(world, arn)
    return found


def exists(world: World, arn: str) -> bool:
    return is_default(arn) or bus_at(world, arn) is not None
