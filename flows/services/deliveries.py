"""One service delivers to another, past the faults on the way. Retries belong to the sender."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.faults import Struck
from flows.services.ports import Delivery, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

NOWHERE = -1
TOO_MANY = 429
THROTTLES = frozenset(
    {"ProvisionedThroughputExceededException", "ThrottlingException", "Throttling", "RequestThrottled"}
)
"""Codes with which services say so under a status of 400."""


def deliver(world: World, node: int, delivery: Delivery) -> int | Struck:
    """The subject it became at `node`, or why it did not get there. A status below 500 is not worth another try."""
    if world.faults.live:
        struck = world.faults.strike(_behind(world, node), delivery.link)
        if struck is not None:
            return struck
    recipient = world.recipient(node)
    if recipient is None:
        return Struck(Refusal("NotFound", f"{world.topology.nodes[node].name} takes nothing here.", 404), 0)
    taken = recipient.deliver(delivery)
    return Struck(taken, 0) if isinstance(taken, Refusal) else taken


def latency_us(world: World, node: int, link: int) -> int:
    """How much later it gets there because of a fault."""
    return world.faults.latency_us(_behind(world, node), link) if world.faults.live else 0


def is_permanent(refusal: Refusal) -> bool:
    """The sender's own fault: AWS does not try again. A throttle is not, whatever its status."""
    return refusal.status < 500 and not is_throttle(refusal)


def is_throttle(refusal: Refusal) -> bool:
    return refusal.status == TOO_MANY or refusal.code in THROTTLES


def _behind(world: World, node: int) -> int:
    """Lambda takes events in whatever is wrong with the function: its faults are met when the event is executed."""
    return NOWHERE if world.topology.nodes[node].kind == "function" else node
