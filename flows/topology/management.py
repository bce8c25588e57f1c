"""Who manages what: the talk's scale from EC2 to Lambda, as a table that the studio's lens, its legend and the docs read.

A node stands on one rung of the scale. Which one follows from its kind, and where AWS offers both ways of running the same
thing, from its properties: a table on demand is scaled by AWS, a provisioned one by its owner; a task with the launch type
FARGATE has no servers, one with EC2 has. A rung says for each layer who keeps it going (the provider, you, or both) and in
words what is left to do.

Sources: the shared responsibility model (docs.aws.amazon.com/whitepapers/latest/aws-risk-and-compliance/shared-responsibility-model.html),
and of each service its page on security ("Shared responsibility model" in the Lambda and Fargate guides) and on capacity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.topology.compiled import CompiledNode, CompiledTopology

Json = dict[str, Any]

AWS, YOU, BOTH = "provider", "customer", "both"

LAYERS = {
    "hardware": "Hardware",
    "system": "Operating system",
    "patching": "Patching",
    "scaling": "Scaling",
    "code": "Code",
    "data": "Data sources",
    "security": "Security and network",
}
"""Top to bottom: what providers took over first, and what stays with you."""


@dataclass(frozen=True, slots=True)
class Rung:
    """`cells`: per layer who, and what that means here. `step` is the place on the scale, from everything is yours to least is."""

    key: str
    step: int
    name: str
    cells: tuple[tuple[str, str], ...]

    def as_json(self) -> Json:
        cells = [
            {"layer": layer, "who": who, "words": words} for layer, (who, words) in zip(LAYERS, self.cells, strict=True)
        ]
        return {"key": self.key, "step": self.step, "name": self.name, "cells": cells}


STEPS = ("Servers", "Containers on servers", "Containers without servers", "Functions", "Managed services")
EXAMPLES = ("EC2", "ECS, EKS", "Fargate", "Lambda", "SQS, SNS, EventBridge …")

_METAL = (AWS, "Machines, racks, power and network are AWS's.")
_NONE_TO_SEE = (AWS, "There is no server to log in to.")
_PATCHED = (AWS, "AWS patches it while it runs.")
_GROWS = (AWS, "It grows and shrinks with what comes, within the quotas of the account.")
_OWN_CODE = (YOU, "What your program does.")
_NO_CODE = (AWS, "No code of yours runs in it: you configure what it does.")
_YOUR_DATA = (YOU, "What comes in, what it means, how long it is kept.")
_ROLES = (YOU, "Who may call it and what it may call; where it is in your network; encryption.")

RUNGS = {
    rung.key: rung
    for rung in (
        Rung("server", 0, "Server",
             (_METAL, (YOU, "You choose the image and keep the system running."), (YOU, "You patch the system and everything on it."),
              (YOU, "You choose sizes and numbers, or write the policies."), _OWN_CODE, _YOUR_DATA, _ROLES)),
        Rung("containers", 1, "Container on servers of yours",
             (_METAL, (BOTH, "AWS places the containers; the instances under them are yours."), (YOU, "Instances and images are yours to patch."),
              (YOU, "Tasks and the instances under them, both by policies of yours."), _OWN_CODE, _YOUR_DATA, _ROLES)),
        Rung("fargate", 2, "Container without servers",
             (_METAL, (AWS, "Each task gets a machine of its own that nobody sees."), (BOTH, "AWS patches the host and retires old ones; the image is yours."),
              (BOTH, "AWS finds the room; how many tasks there are is your policy."), _OWN_CODE, _YOUR_DATA, _ROLES)),
        Rung("function-image", 3, "Function in an image of yours",
             (_METAL, _NONE_TO_SEE, (BOTH, "AWS patches the host; the image and its runtime are yours."), _GROWS, _OWN_CODE, _YOUR_DATA, _ROLES)),
        Rung("function", 3, "Function",
             (_METAL, _NONE_TO_SEE, (AWS, "Host and runtime; you only leave runtimes that end."), _GROWS, _OWN_CODE, _YOUR_DATA, _ROLES)),
        Rung("instance", 1, "Database on instances",
             (_METAL, _NONE_TO_SEE, (BOTH, "AWS patches in the window that you give."), (YOU, "You choose the class of the instance and add readers."),
              (YOU, "Schema and queries."), _YOUR_DATA, _ROLES)),
        Rung("serverless-database", 3, "Serverless database",
             (_METAL, _NONE_TO_SEE, (BOTH, "AWS patches in the window that you give."), (BOTH, "AWS scales between the least and the most capacity that you set."),
              (YOU, "Schema and queries."), _YOUR_DATA, _ROLES)),
        Rung("provisioned", 4, "Managed service with capacity that you buy",
             (_METAL, _NONE_TO_SEE, _PATCHED, (YOU, "You say how much: shards, read and write units; more is throttled."), _NO_CODE, _YOUR_DATA, _ROLES)),
        Rung("service", 4, "Managed service", (_METAL, _NONE_TO_SEE, _PATCHED, _GROWS, _NO_CODE, _YOUR_DATA, _ROLES)),
    )
}  # fmt: skip


def _on_fargate(properties: Json) -> bool:
    """By launch type, by what a task definition is made for, or by the capacity providers."""
    said = [
        properties.get("LaunchType"),
        *(properties.get("RequiresCompatibilities") or []),
        *(properties.get("CapacityProviders") or []),
        *(
            each.get("CapacityProvider")
            for each in properties.get("CapacityProviderStrategy") or []
            if isinstance(each, dict)
        ),
    ]
    return any(str(each).startswith("FARGATE") for each in said)


def _service(_node: CompiledNode) -> str:
    return "service"


def _container(node: CompiledNode) -> str:
    return "fargate" if _on_fargate(node.properties) else "containers"


def _cluster(node: CompiledNode) -> str:
    return "containers" if node.properties.get("CapacityProviders") and not _on_fargate(node.properties) else "fargate"


def _table(node: CompiledNode) -> str:
    return "service" if node.properties.get("BillingMode") == "PAY_PER_REQUEST" else "provisioned"


def _stream(node: CompiledNode) -> str:
    mode = node.properties.get("StreamModeDetails")
    return "service" if isinstance(mode, dict) and mode.get("StreamMode") == "ON_DEMAND" else "provisioned"


def _function(node: CompiledNode) -> str:
    return "function-image" if node.properties.get("PackageType") == "Image" else "function"


def _database(node: CompiledNode) -> str:
    serverless = (
        node.properties.get("EngineMode") == "serverless" or "ServerlessV2ScalingConfiguration" in node.properties
    )
    return "serverless-database" if serverless else "instance"


BY_KIND: dict[str, Callable[[CompiledNode], str]] = {
    "function": _function,
    "table": _table,
    "stream": _stream,
    "database": _database,
    "container-task": _container,
    "container-service": _container,
    "cluster": _cluster,
}
"""Kinds that AWS runs in more than one way. Everything else of AWS's that is drawn is a managed service."""

NOT_AWS = frozenset({"stub"})
SERVERS = "AWS::EC2::"


def rung_of(node: CompiledNode) -> str:
    """The key of a node's rung; empty for you, and for what lies outside of AWS."""
    if node.scenery or node.kind in NOT_AWS or node.service == "external":
        return ""
    if node.type.startswith(SERVERS):
        return "server"
    return BY_KIND.get(node.kind, _service)(node)


def management(topology: CompiledTopology) -> Json:
    """What the lens shows of one topology: the scale, its rungs, and where each node stands."""
    return {
        "layers": [{"key": key, "name": name} for key, name in LAYERS.items()],
        "steps": [{"name": name, "example": example} for name, example in zip(STEPS, EXAMPLES, strict=True)],
        "rungs": [rung.as_json() for rung in RUNGS.values()],
        "nodes": [rung_of(node) for node in topology.nodes],
    }
