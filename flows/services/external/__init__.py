"""What lies outside the topology: stubs, and resources of services that are not simulated yet.

**Simulated**: nothing. A stub stands where it was drawn, takes no message and says so.

**Left out**: everything; a service that gets a room of its own leaves this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Service
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World

PROBLEM = "{name} ({type}) is drawn, but not simulated: it takes no messages and sends none."


def build(world: World, node: CompiledNode) -> None:
    """No noun; the reason is said to whoever calls."""
    world.problems[node.index] = node.missing or PROBLEM.format(name=node.name, type=node.type)


def connect(_world: World, _node: CompiledNode) -> None:
    """A stub has no neighbours."""


SERVICE = Service("external", {}, (), build, connect)
