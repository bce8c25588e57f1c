"""Amazon EventBridge schemas: what events look like, found in the traffic of a bus or written down, and code for them.

**Simulated**: discoverers on event buses; registries, schemas and their versions; OpenAPI 3 and JSON Schema Draft 4, exported from one to the
other; search; tags; code bindings for Python, TypeScript and Java, made by templates of ours. Beside AWS's operations: the differences of two
versions, and sample events made from a schema and the seed.

**Approximated**: a schema is discovered at once, and every version admits all events seen before it; code bindings are complete at once.

**Left out**: AWS's own registry of service events, bindings for Go, resource policies, and schemas of other sources than buses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Service
from flows.services.schemas.operations import OPERATIONS
from flows.services.schemas.records import KINDS
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World


def build(_world: World, _node: CompiledNode) -> None:
    """No node stands for a registry: it belongs to the account."""


def connect(_world: World, _node: CompiledNode) -> None:
    """A discoverer is joined to its bus when it is made."""


SERVICE = Service("schemas", OPERATIONS, KINDS, build, connect)
