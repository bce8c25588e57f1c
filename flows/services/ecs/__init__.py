"""Amazon ECS on Fargate: tasks that run to an end, services that keep tasks running, containers that poll queues.

**Simulated**: RunTask and StopTask, a task's way from PROVISIONING to STOPPED with stop code, reason and exit code; containers by their
behaviour (how long they work, what fails, what they call, which queue they poll and how): a message that fails stays in its queue, an
exception that nobody catches ends the container, work that is longer than the visibility timeout is done twice; SIGTERM, the stop
timeout, SIGKILL, and what is in hand then; services that replace tasks, scale, deploy within their percentages, are held back when
tasks do not start, and the circuit breaker that gives up; scaling on a queue's metrics by target tracking and by steps, where the
template declares it; events on the default bus for every change of a task, for steady states and deployments; `.sync` and callback
tasks of Step Functions, which stop the task when they give it up.

**Approximated**: a behaviour stands in for the image: no container runs. Starting takes 20 to 40 s unless the behaviour says how
long (AWS publishes no number), a third of it for the network interface; deprovisioning takes 10 s; long polling only; messages of one
receive are worked on together; a service that cannot start tasks waits 10 s, then twice as long each round, up to 15 minutes; the container that
works is the first essential one, the others begin and end with it; a container to which nothing is given to do runs on in a service,
and works once in a task; metrics are those of the minute that is over; work takes a millisecond at least, and the
bus hears of a task a millisecond later.

**Left out**: the states ACTIVATING, DEACTIVATING and STOPPING between these, how many tasks a service may start in a second, CPU and
memory and all scaling on them, container instances, capacity providers and placement, load balancers, health checks, networks, volumes,
roles, logs, ECS Exec, task sets and external deployments, rollback by the circuit breaker, daemon services, restart policies of
containers, dependencies between containers; operations that make clusters, services and revisions of task definitions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ecs.cluster import Cluster
from flows.services.ecs.config import ClusterConfig, ContainerServiceConfig, TaskDefinitionConfig
from flows.services.ecs.definition import Definition
from flows.services.ecs.operations import OPERATIONS
from flows.services.ecs.records import KINDS
from flows.services.ecs.service import ContainerService
from flows.services.ports import Service
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World


def build(world: World, node: CompiledNode) -> Cluster | Definition | ContainerService | None:
    """The noun of the node's kind."""
    config = node.config
    if isinstance(config, TaskDefinitionConfig):
        return Definition(world, node, config)
    if isinstance(config, ContainerServiceConfig):
        return ContainerService(world, node, config)
    return Cluster(world, node) if isinstance(config, ClusterConfig) else None


def connect(world: World, node: CompiledNode) -> None:
    """A service begins; who polls a queue is joined to it."""
    noun = world.nouns[node.index]
    if isinstance(noun, ContainerService):
        noun.connect()
    elif isinstance(noun, Definition) and noun.behaviour.consumes is not None:
        noun.polls(noun.behaviour.consumes.queue)


SERVICE = Service("ecs", OPERATIONS, KINDS, build, connect)
