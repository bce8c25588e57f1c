"""DynamoDB: tables with items, conditions, indexes, time to live and a stream of what changed.

**Simulated**: tables made, changed and deleted while a run goes; PutItem, GetItem, UpdateItem, DeleteItem, Query and Scan (also of
secondary indexes, with pages), BatchGetItem, BatchWriteItem, TransactWriteItems and TransactGetItems; condition, filter, key condition,
projection and update expressions with AWS's messages; ReturnValues; numbers of 38 digits; sizes of items; provisioned units
with five minutes of burst, and ProvisionedThroughputExceededException; streams with the four view types, for event source mappings
and pipes; changes put into a Kinesis stream; time to live.

**Approximated**: reads of whatever kind see every write at once; a stream has one shard; an item whose time to live is over goes at
once, not within days; indexes have no units of their own; states like CREATING last a second.

**Left out**: the API of DynamoDB Streams (mappings read them); legacy parameters (Expected, KeyConditions, AttributeUpdates …); reserved
words are taken as names; PartiQL; backups, exports, global tables' replicas, encryption, resource policies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.dynamodb.config import TableConfig
from flows.services.dynamodb.forwarding import LINK_KIND, Forwarding
from flows.services.dynamodb.operations import OPERATIONS
from flows.services.dynamodb.records import KINDS
from flows.services.dynamodb.table import Table
from flows.services.ports import Service
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World


def build(world: World, node: CompiledNode) -> Table | None:
    """The node's table."""
    return Table(world, node, node.config) if isinstance(node.config, TableConfig) else None


def connect(world: World, node: CompiledNode) -> None:
    """Who reads its stream, finds it; it finds the Kinesis stream that it puts its changes into."""
    table = world.nouns[node.index]
    for link in world.topology.links_from(node.index):
        if isinstance(table, Table) and link.kind == LINK_KIND and link.config is not None:
            table.forwarding = world.links[link.index] = Forwarding(table, link.index)


SERVICE = Service("dynamodb", OPERATIONS, KINDS, build, connect)
