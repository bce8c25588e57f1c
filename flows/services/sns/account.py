"""What SNS keeps for the whole account besides its topics: subscriptions and tokens by name, mobile push, text messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.services.sns.topic import Topic

if TYPE_CHECKING:
    from flows.services.sns.subscription import Subscription
    from flows.services.world import World

KEY = "sns"


@dataclass(slots=True)
class Application:
    """A platform application: what stands for an app at Apple, Google, Amazon …"""

    arn: str
    platform: str
    name: str
    attributes: dict[str, str]
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Endpoint:
    """One installation of an app, on one device."""

    arn: str
    application: str
    attributes: dict[str, str]


@dataclass(slots=True)
class Account:
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    """By ARN, in the order in which they were made."""
    tokens: dict[str, Subscription] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    sms: dict[str, dict[str, str]] = field(default_factory=dict)
    """Region → attributes that were set."""
    opted_out: dict[str, None] = field(default_factory=dict)
    sandbox: dict[str, str] = field(default_factory=dict)
    """Phone number → Pending or Verified."""
    made: int = 0

    def numbered(self) -> int:
        """A number that nothing else made here has had."""
        self.made += 1
        return self.made


def account_of(world: World) -> Account:
    found = world.shared.get(KEY)
    if not isinstance(found, Account):
        found = world.shared[KEY] = Account()
    return found


def topics_of(world: World, region: str) -> list[Topic]:
    return [noun for noun in world.nouns_of("sns") if isinstance(noun, Topic) and noun.region == region]


def topic_at(world: World, arn: str) -> Topic | None:
    node = world.topology.by_arn.get(arn)
    noun = None if node is None else world.nouns[node.index]
    return noun if isinstance(noun, Topic) else None
