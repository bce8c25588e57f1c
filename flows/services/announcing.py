"""AWS's services tell the default event bus what happened to them.

The bus hears it in a notice of its own, at the same instant unless the service says how much later. Where no node stands for the default bus nobody has a rule there, and
nothing is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Announcement

if TYPE_CHECKING:
    from flows.services.world import World

DEFAULT_BUS = "arn:aws:events:{region}:{account}:event-bus/default"


def announce(world: World, region: str, account: str, announcement: Announcement, later_us: int = 0) -> None:
    """Say it to the default bus of that region and account."""
    node = world.topology.by_arn.get(DEFAULT_BUS.format(region=region, account=account))
    noun = None if node is None else world.nouns[node.index]
    if noun is not None and hasattr(noun, "announce"):
        calendar = world.environment.calendar
        calendar.schedule(calendar.now_at + later_us, noun.announce, announcement)


def is_heard(world: World, region: str, account: str) -> bool:
    """Whether anybody could hear it: saying so may cost more than asking."""
    return DEFAULT_BUS.format(region=region, account=account) in world.topology.by_arn
