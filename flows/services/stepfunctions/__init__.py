"""AWS Step Functions: state machines, their executions, activities and task tokens.

**Simulated**: Standard and Express machines (StartSyncExecution too); versions, aliases and routing; executions with names,
idempotent starts, stopping, describing, the whole history as AWS writes it; redrive within fourteen days; distributed Maps
with child executions and map runs; activities and their workers; task tokens and heartbeats; request–response, `.sync`,
`.sync:2` and `.waitForTaskToken`; optimised integrations with Lambda, SQS, SNS, EventBridge, DynamoDB, S3, ECS
tasks, API Gateway, HTTP, Step Functions itself and any operation of a simulated service through `aws-sdk`; TestState with mocks (and, as an operation of our own,
for real); the lint; tags.

**Approximated**: a state takes no time of its own, until an execution has gone from state to state for long without waiting: then
each transition takes ten milliseconds; a machine that is deleted is gone at once, and what runs goes on; a service that throttles
is not tried again by Step Functions itself; Express executions are not kept once they are over.

**Left out**: permissions, logs, tracing, encryption; integrations with services that are not simulated (a state's mocked answer
says how its task ends; without one the task fails and says so); jobs other than executions and ECS tasks for `.sync`; Athena, Parquet and
inventory files other than CSV in an ItemReader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Service
from flows.services.stepfunctions.machine import Machine, build_machine
from flows.services.stepfunctions.operations import OPERATIONS
from flows.services.stepfunctions.records import KINDS
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World


def build(world: World, node: CompiledNode) -> Machine | None:
    """The node's state machine."""
    return build_machine(world, node)


def connect(_world: World, _node: CompiledNode) -> None:
    """A machine finds whom it calls when it calls them."""


SERVICE = Service("states", OPERATIONS, KINDS, build, connect)
