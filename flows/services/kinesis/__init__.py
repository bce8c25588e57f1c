"""Kinesis Data Streams: shards with records in order, read by position.

**Simulated**: streams made, changed and deleted while a run goes; partition keys and explicit hash keys (MD5, 128-bit ranges); sequence
numbers that grow; PutRecord, and PutRecords of which some may fail; the limits of a shard (a thousand records and 1 MiB a second in; five
GetRecords and 2 MiB a second out) with ProvisionedThroughputExceededException; iterators of every type, which expire after five
minutes; retention from a day to a year; SplitShard and MergeShards with parents and children; registered consumers; tags; both
capacity modes. Event source mappings read streams (Lambda's page).

**Approximated**: limits are counted per whole second; an on-demand stream has four shards and does not grow; what a mapping reads
does not count towards a shard's limits; states like CREATING last a second; a consumer is there, and pushes through a mapping only.

**Left out**: SubscribeToShard, UpdateShardCount, encryption, enhanced metrics, resource policies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.kinesis.config import StreamNodeConfig
from flows.services.kinesis.operations import OPERATIONS
from flows.services.kinesis.records import KINDS
from flows.services.kinesis.stream import KinesisStream
from flows.services.ports import Service
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World


def build(world: World, node: CompiledNode) -> KinesisStream | None:
    """The node's stream."""
    return KinesisStream(world, node, node.config) if isinstance(node.config, StreamNodeConfig) else None


def connect(_world: World, _node: CompiledNode) -> None:
    """Who reads it, finds it."""


SERVICE = Service("kinesis", OPERATIONS, KINDS, build, connect)
