"""What the playground itself can do to a running topology: faults.

**Simulated**: outages, error rates, latency and throttles on nodes and links, put while it runs (`PutFault`) or planned in the
document (`playground.faults` of a resource, `playground.links` of the document by link id).

**Approximated**: a latency is constant (its share of requests is drawn); a throttle counts whole seconds; a message move task
meets no faults.

**Left out**: poison patterns (a function's behaviour has them).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.fault_records import KINDS
from flows.services.playground.operations import OPERATIONS
from flows.services.playground.planned import plan
from flows.services.ports import Service
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World


def build(_world: World, _node: CompiledNode) -> None:
    """The playground has no nodes."""


def connect(_world: World, _node: CompiledNode) -> None:
    """The playground has no nodes."""


SERVICE = Service("playground", OPERATIONS, KINDS, build, connect)

__all__ = ["SERVICE", "plan"]
