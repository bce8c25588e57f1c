"""The people and programs that send traffic.

**Simulated**: one message, a steady rate, a burst, to queues, topics, buckets, functions, state machines, event buses, streams,
delivery streams, tables, APIs, GraphQL APIs, databases and task definitions; numbered bodies and variants
("every tenth is poison"); message groups and deduplication ids made from the number; the SDK's retries (legacy, standard,
adaptive) while something is wrong.

**Approximated**: a rate is even, not random; sending takes no time unless a fault makes it slow.

**Left out**: traffic to anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.client.operations import OPERATIONS
from flows.services.client.records import KINDS
from flows.services.client.traffic import Traffic
from flows.services.ports import Service
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World


def build(_world: World, _node: CompiledNode) -> dict[int, Traffic]:
    """The client's noun is its traffic, by subject."""
    return {}


def connect(_world: World, _node: CompiledNode) -> None:
    """The client finds its targets when it sends."""


SERVICE = Service("client", OPERATIONS, KINDS, build, connect)
