"""Amazon Data Firehose: records gathered, transformed and put into a bucket, many at a time.

**Simulated**: PutRecord and PutRecordBatch, a Kinesis stream as the source, topics, rules, schedules and pipes that put; buffers by size and
interval; the transformation by a function (record ids, Ok, Dropped, ProcessingFailed, calls that are made again); objects in a bucket with
prefixes, expressions and the error output; the backup of what came; retries of a bucket that refuses, for a day; delivery streams made, changed
and deleted while a run goes; tags.

**Approximated**: a failed call or object is tried again after a second, doubling to five minutes (AWS names the end, not the waits); an error of
the function's own is not tried again; a function whose behaviour has no output lets every record through as it is; objects are not compressed or encrypted, whatever is said; a new stream says CREATING for a second; a destination
other than S3 just takes what it is sent, after its buffer, and what was not transformed goes to its bucket.

**Left out**: dynamic partitioning, format conversion, throughput limits, server-side encryption, time zones of prefixes, the five minutes after
which Firehose gives a function up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.firehose.config import DeliveryStreamConfig
from flows.services.firehose.operations import OPERATIONS
from flows.services.firehose.records import KINDS
from flows.services.firehose.stream import BACKUP, DESTINATION, SOURCE, DeliveryStream
from flows.services.firehose.transforming import LINK as TRANSFORM
from flows.services.ports import Service
from flows.services.streaming.reading import stream_of
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World

LINKS = frozenset({SOURCE, TRANSFORM, DESTINATION, BACKUP})


def build(world: World, node: CompiledNode) -> DeliveryStream | None:
    """The node's delivery stream."""
    return DeliveryStream(world, node, node.config) if isinstance(node.config, DeliveryStreamConfig) else None


def connect(world: World, node: CompiledNode) -> None:
    """A drawn one finds its links and begins to read."""
    stream = world.nouns[node.index]
    if not isinstance(stream, DeliveryStream):
        return
    for link in [*world.topology.links_to(node.index), *world.topology.links_from(node.index)]:
        if link.config is not None and link.kind in LINKS:
            stream.links.setdefault(link.kind, link.index)
    if SOURCE in stream.links and stream.config.source is not None:
        stream.begin(stream_of(world, stream.config.source))


SERVICE = Service("firehose", OPERATIONS, KINDS, build, connect)
