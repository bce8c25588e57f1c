"""Where a pipe's events go: the node of an enrichment or a target, and how it is called there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flows.services.api_targets import request_for_api
from flows.services.pipes.config import PipeLinkConfig
from flows.services.pipes.template import compact, dynamic
from flows.services.ports import NO_LINK, Json
from flows.topology.links.draft import get
from flows.topology.names import bare_arn

if TYPE_CHECKING:
    from flows.services.pipes.pipe import Pipe
    from flows.services.world import World

STUB = "Redrive::Stub"
API = "api"
FIRE_AND_FORGET = "FIRE_AND_FORGET"
SIMULATED = frozenset({"sqs", "lambda", "sns", "states", "events", "kinesis", "firehose", "ecs", "execute-api"})
"""Services whose missing resources are missing; those of others are outside."""


def place_of(pipe: Pipe, role: str, kind: str) -> int | None:
    """The node of the pipe's enrichment or target, joined to the pipe."""
    world, link = pipe.world, pipe.links.get(kind, NO_LINK)
    if link != NO_LINK and link not in world.topology.gone_links:
        return world.topology.links[link].target
    arn = str(pipe.given.get(role) or "")
    node = world.topology.by_arn.get(arn) or world.topology.by_arn.get(bare_arn(arn))
    if node is None and arn.count(":") > 4 and arn.split(":")[2] not in SIMULATED:
        node = world.create(STUB, arn.rpartition(":")[2], None, arn=arn)
    if node is None:
        return None
    if pipe.node in world.topology.gone_nodes:
        pipe.links.pop(kind, None)
        return node.index
    joined = world.join(kind, pipe.node, node.index, PipeLinkConfig(pipe.node), id_=f"{pipe.id}.{role}")
    pipe.links[kind] = joined.index
    return node.index


def takes_whole_batch(world: World, place: int, parameters: Json) -> bool:
    """Whether the pipe waits for the target's answer: a function, an Express machine, unless told otherwise."""
    kind = world.topology.nodes[place].kind
    if kind == API:
        return True
    if kind == "function":
        said = get(parameters, "LambdaFunctionParameters", "InvocationType")
        return bool(said != FIRE_AND_FORGET)
    if kind == "machine":
        said = get(parameters, "StepFunctionStateMachineParameters", "InvocationType")
        return bool(getattr(world.nouns[place], "express", False) and said != FIRE_AND_FORGET)
    return False


def call_of(
    pipe: Pipe, place: int, values: list[Any], role: str, parameters: Json, *, waits: bool
) -> tuple[str, str, Json] | None:
    """The service, operation and parameters of a call whose answer is waited for; None where nobody answers."""
    world, text = pipe.world, compact(values)
    node = world.topology.nodes[place]
    if not waits or world.nouns[place] is None:
        return None
    if node.kind == "function":
        return "lambda", "Invoke", {"FunctionName": node.arn, "Payload": text}
    if node.kind == API:
        said, read = parameters.get("HttpParameters"), partial(dynamic, event=values)
        return "apigateway", "Request", request_for_api(node.arn, str(pipe.given.get(role) or ""), said, text, read)
    if node.kind == "machine":
        return "states", "StartSyncExecution", {"stateMachineArn": node.arn, "input": text}
    return None
