"""AWS Lambda: functions, and event source mappings on SQS queues.

**Simulated**: event source mappings (batch size, batching window, whole-batch return, partial batch response, maximum
concurrency, five pollers at first and 300 more a minute up to 1,250, enabling and disabling), timeouts in virtual time,
reserved concurrency and the account's thousand, throttled batches that come back after their visibility timeout and count as
received, synchronous Invoke; asynchronous invocation: function errors tried again after one and two minutes, invocation errors
backed off from 1 s to 5 min, maximum retry attempts and event age, destinations for success and failure with AWS's record, the
dead-letter queue; loops are stopped after sixteen rounds; the calls a function makes through its SDK.

**Approximated**: code is a behaviour (duration, which records fail, output, calls); pollers are added five a second; after a
minute without work a mapping starts from five again; a throttled poller rests for a second; with a batching window one batch
at a time is gathered; messages reach a free poller at once; an invocation takes a millisecond at least; an asynchronous event
is tried at once and once per attempt; an event that will be too old at its next attempt is given up at once; what cannot be
delivered to a destination or dead-letter queue is lost; a function that never ran has no response in its record.

**Left out**: stream mappings; filters; cold starts; the payload limit of a batch; destinations in S3; people's own code.
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


SERVICE = Service("lambda", OPERATIONS, (*KINDS, *ASYNC_KINDS, *VERSION_KINDS), build, connect)
