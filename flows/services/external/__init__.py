"""What lies outside the topology: stubs, and resources of services that are not simulated yet.

**Simulated**: nothing. A stub stands where it was drawn and takes what services and functions send it, so that one sees what
would have come; faults can be put on it. It sends nothing on.

**Left out**: everything else; a service that gets a room of its own leaves this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.external.stub import OPERATIONS, Stub
from flows.services.ports import Service
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World

PROBLEM = "{name} ({type}) is drawn, but not simulated: it sends nothing on."


def build(world: World, node: CompiledNode) -> None:
    """No noun; the reason is said to whoever calls. What it is sent, it takes."""
    world.stubs[node.index] = Stub(world, node.index)
    world.problems[node.index] = node.missing or PROBLEM.format(name=node.name, type=node.type)


def connect(_world: World, _node: CompiledNode) -> None:
    """A stub has no neighbours."""


SERVICE = Service("external", OPERATIONS, (), build, connect)
