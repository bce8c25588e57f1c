"""Amazon Aurora Serverless, RDS instances, and the Data API: a store that runs out of connections, scales, and sleeps.

**Simulated**: connections, as many as the engine allows at its capacity, taken by statements, transactions and clients that keep them, and
the engine's own words when none is left; capacity between a minimum and a maximum of ACUs that follows the running statements, which
take longer while there is too little; pausing when nobody has had a connection for `SecondsUntilAutoPause`, and resuming at the next wish
(the Data API answers DatabaseResumingException, who connects waits); stopping and starting clusters; the Data API (`rds-data`):
ExecuteStatement, BatchExecuteStatement, BeginTransaction, CommitTransaction, RollbackTransaction with 45 s for a statement and 3 minutes
for a transaction in which nothing happens; statements of functions, containers and AppSync's resolvers.

**Approximated**: a behaviour stands in for the data: there is no SQL engine, a SELECT answers the behaviour's rows and anything else changes one
row; every statement needs the same share of an ACU; AWS publishes no times of scaling: it grows once a second by a quarter and half an
ACU at least, and gives half an ACU back after half a minute with less to do; resuming takes 15 s; provisioned clusters have the capacity of 4 ACUs
that never changes; an instance of a cluster stands for its cluster; a program that connects directly is one operation of ours (`rds:Query`).

**Left out**: SQL, tables, locks and isolation, replication, readers and failover, RDS Proxy, storage and its limits, backups and snapshots,
parameter groups, secrets and permissions (any secret will do), performance insights, blue/green deployments; operations that make
clusters and instances.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Service
from flows.services.rds.config import DatabaseConfig
from flows.services.rds.database import Database
from flows.services.rds.operations import OPERATIONS
from flows.services.rds.records import KINDS
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World


def build(world: World, node: CompiledNode) -> Database | None:
    return Database(world, node, node.config) if isinstance(node.config, DatabaseConfig) else None


def connect(world: World, node: CompiledNode) -> None:
    """A database that may pause begins to wait for somebody who wants it."""
    noun = world.nouns[node.index]
    if isinstance(noun, Database) and noun.config.cluster < 0:
        noun.begin()


SERVICE = Service("rds", OPERATIONS, KINDS, build, connect)
