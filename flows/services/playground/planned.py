"""The faults that a document plans: on its nodes and links, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import NO_LINK

if TYPE_CHECKING:
    from flows.services.world import World


def plan(world: World) -> None:
    """Put every planned fault; one from instant 0 begins at once."""
    for node in world.topology.nodes:
        for fault in node.faults:
            world.faults.put(node.index, NO_LINK, fault)
    for link in world.topology.links:
        for fault in link.faults:
            world.faults.put(link.target, link.index, fault)
