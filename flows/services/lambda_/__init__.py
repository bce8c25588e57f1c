"""AWS Lambda: functions with their versions and aliases, and event source mappings on queues and streams.

**Simulated**: functions and mappings made, changed and deleted while a run goes, with AWS's answers, states, checks and errors;
event source mappings on standard and FIFO queues (batch size, batching window, filter criteria, whole-batch return, partial batch
response, maximum concurrency, five pollers at first and 300 more a minute up to 1,250), throttled batches that come back after
their visibility timeout and count as received; event source mappings on Kinesis streams and on the streams of tables (batch size
and window, every starting position, parallelization factor with the order of each partition key kept, whole batches tried again,
maximum retry attempts and record age, bisection, partial batch response with its checkpoint, tumbling windows, filter criteria,
registered consumers, the on-failure record in a queue, a topic or a bucket, children of split shards after their parents); synchronous Invoke with qualifier, log tail and dry run; asynchronous invocation:
function errors tried again after one and two minutes, invocation errors backed off from 1 s to 5 min, maximum retry attempts and
event age per version and alias, destinations with AWS's record, the dead-letter queue; timeouts in virtual time; reserved and
provisioned concurrency, the account's thousand, growth by 1,000 in ten seconds; cold starts; versions, and aliases with weights;
function URLs; chains of requests that are stopped after sixteen rounds, through events and through queues; the calls a function
makes through its SDK.

**Approximated**: code is a behaviour (duration, init, which records fail, output, calls); pollers are added five a second; after a
minute without work a mapping starts from five again; a throttled poller rests for a second; with a batching window one batch
at a time is gathered; messages reach a free poller at once; an invocation takes a millisecond at least; an asynchronous event
is tried at once and once per attempt; an event that will be too old at its next attempt is given up at once; what cannot be
delivered to a destination or dead-letter queue is lost; a function that never ran has no response in its record; states like
Creating last a second; a warm environment is kept for ten minutes; what a function once grew to it may use again at once; events
that other services send come to the function itself, not to one of its aliases; a mapping's error says AWS's words where they are
known (a FIFO batch above ten is refused in ours); a batch of a stream waits one second before it is tried again, doubling to a minute
(AWS says that it backs off, and not how fast), and the halves of a split batch are tried at once; a shard is asked once a second,
a table's stream four times; permissions are kept and shown, and forbid nothing.

**Left out**: the payload limit of a batch of a queue; provisioned pollers of mappings; layers, container images, code signing, SnapStart, response streaming, durable functions; people's own code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.lambda_.async_records import KINDS as ASYNC_KINDS
from flows.services.lambda_.config import FunctionConfig, MappingConfig
from flows.services.lambda_.function import Function
from flows.services.lambda_.mapping_operations import begin_mapping
from flows.services.lambda_.operations import OPERATIONS
from flows.services.lambda_.records import KINDS
from flows.services.lambda_.version_records import KINDS as VERSION_KINDS
from flows.services.ports import Service
from flows.services.streaming.records import KINDS as STREAM_KINDS
from flows.topology.compiled import CompiledNode

DEAD_LETTERS = ("async-dlq", "async-on-failure")
if TYPE_CHECKING:
    from flows.services.world import World


def build(world: World, node: CompiledNode) -> Function | None:
    """The node's function."""
    return Function(world.environment, node, node.config, world) if isinstance(node.config, FunctionConfig) else None


def connect(world: World, node: CompiledNode) -> None:
    """The mappings that invoke it, if their queue can be polled; and it answers for the dead letters of its events."""
    function = world.nouns[node.index]
    if function is None:
        return
    for link in world.topology.links_to(node.index):
        if isinstance(link.config, MappingConfig):
            begin_mapping(world, link.config, link.index)
    for link in world.topology.links_from(node.index):
        if link.kind in DEAD_LETTERS:
            world.origins[link.index] = function.event_queue


SERVICE = Service("lambda", OPERATIONS, (*KINDS, *ASYNC_KINDS, *VERSION_KINDS, *STREAM_KINDS), build, connect)
