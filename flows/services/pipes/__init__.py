"""Amazon EventBridge Pipes: from one source through filter and enrichment to one target, without code of one's own.

**Simulated**: queues as sources (standard and FIFO) with batches and batching windows; Kinesis streams and the streams of tables with starting
position, batch and window, parallelization factor, automatic bisection, maximum record age and retry attempts, and the dead-letter queue or topic that
hears of what is given up; filter criteria; enrichment by a function or an Express state machine; queues, topics, functions, machines, event buses,
Kinesis and Firehose streams, ECS tasks and APIs as targets; input templates with reserved variables and
implicit parsing of bodies; parameters that are paths into the event; partial batch failures; concurrency that grows while messages
wait; states, starting and stopping; tags; AWS's checks and messages.

**Approximated**: a run takes a millisecond besides what it waits for; a poller whose batch failed rests for a second; a state changes within a second; an API destination as an enrichment is a stub
which takes the events and lets them go on as they are, and so does a function whose behaviour has no output; a stream is asked, and a failed batch waits, as in a mapping of Lambda.

**Left out**: MSK and MQ as sources (such a pipe says CREATE_FAILED); permissions, logs and encryption;
targets of services that are not simulated are stubs which take what they are sent.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.services.pipes.config import PipeConfig
from flows.services.pipes.operations import OPERATIONS
from flows.services.pipes.pipe import SOURCE_LINK, Pipe
from flows.services.pipes.records import KINDS
from flows.services.pipes.run import ENRICHMENT_LINK, TARGET_LINK
from flows.services.ports import Service
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World


LINKS = frozenset({SOURCE_LINK, ENRICHMENT_LINK, TARGET_LINK})


def build(world: World, node: CompiledNode) -> Pipe | None:
    """The node's pipe."""
    config = node.config
    if not isinstance(config, PipeConfig):
        return None
    return Pipe(world, node, json.loads(config.given), made=node.index >= len(world.topology.base.nodes))


def connect(world: World, node: CompiledNode) -> None:
    """A drawn pipe finds its links and begins to read."""
    pipe = world.nouns[node.index]
    if not isinstance(pipe, Pipe):
        return
    for link in [*world.topology.links_to(node.index), *world.topology.links_from(node.index)]:
        if link.config is not None and link.kind in LINKS:
            pipe.links[link.kind] = link.index
    if not pipe.state:
        pipe.begin()


SERVICE = Service("pipes", OPERATIONS, KINDS, build, connect)
