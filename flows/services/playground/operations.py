"""PutFault, DeleteFault, ListFaults: the playground's own operations on nodes and links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.faults import Fault
from flows.services.ports import NO_LINK, Answer, Caller, Json, Operation, Refusal, operations
from flows.topology.faults import read_fault
from flows.topology.resources.fault import KINDS

if TYPE_CHECKING:
    from flows.services.world import World

REFUSING = ("outage", "error-rate", "throttle")
ON_LINKS: dict[str, tuple[str, ...]] = {
    "send": KINDS,
    "call": KINDS,
    "subscription": KINDS,
    "s3-notification": KINDS,
    "subscription-dlq": REFUSING,
    "async-dlq": REFUSING,
    "async-on-success": REFUSING,
    "async-on-failure": REFUSING,
    "rule-target": KINDS,
    "rule-dlq": REFUSING,
    "api-destination-endpoint": REFUSING,
    "api-integration": KINDS,
    "api-authorizer": KINDS,
    "schedule-target": KINDS,
    "schedule-dlq": REFUSING,
    "pipe-enrichment": KINDS,
    "pipe-target": KINDS,
    "pipe-source": ("outage",),
    "pipe-dlq": REFUSING,
    "firehose-source": ("outage",),
    "firehose-transform": KINDS,
    "firehose-destination": KINDS,
    "firehose-backup": KINDS,
    "ddb-kinesis-stream": REFUSING,
    "esm": ("outage",),
    "ecs-poll": ("outage",),
    "appsync-datasource": KINDS,
}
"""link kind → the faults that make a difference there. A poller polls again at once; a redrive is inside SQS."""
SCENERY = "client"


def put_fault(world: World, caller: Caller, params: Json) -> Answer:
    """A fault on the node or link whose id is `Target`: {Target, Kind, From?, Until?, Rate?, Latency?, PerSecond?}."""
    place = _place(world, params.get("Target"))
    if place is None:
        return _refused("NoSuchTarget", f"There is no node or link {params.get('Target')}.", 404)
    read = read_fault(params, world.environment.now_at)
    if isinstance(read, str):
        return _refused("InvalidFault", read)
    node, link = place
    if link != NO_LINK:
        kind = world.topology.links[link].kind
        if read.kind not in ON_LINKS.get(kind, ()):
            possible = ", ".join(ON_LINKS.get(kind, ())) or "none"
            return _refused(
                "InvalidFault", f"{read.kind} makes no difference on a link of kind {kind} (possible: {possible})."
            )
    fault = world.faults.put(node, link, read, caller.request, caller.cause)
    return Answer({"FaultId": fault.id})


def delete_fault(world: World, caller: Caller, params: Json) -> Answer:
    fault = world.faults.faults.get(str(params.get("FaultId")))
    if fault is None:
        return _refused("NoSuchFault", f"There is no fault {params.get('FaultId')}.", 404)
    world.faults.delete(fault, caller.request, caller.cause)
    return Answer({})


def list_faults(world: World, _caller: Caller, _params: Json) -> Answer:
    return Answer({"Faults": [_row(world, fault) for fault in world.faults.faults.values()]})


def _row(world: World, fault: Fault) -> Json:
    topology, config = world.topology, fault.config
    target = topology.nodes[fault.node].id if fault.link == NO_LINK else topology.links[fault.link].id
    return {
        "FaultId": fault.id,
        "Target": target,
        "Kind": config.kind,
        "From": config.from_at,
        "Until": config.until_at,
        "Rate": config.rate_ppm / 1_000_000,
        "Latency": config.latency_us,
        "PerSecond": config.per_second,
        "State": "ON" if fault.began else "PLANNED",
        "Struck": fault.struck,
    }


def _place(world: World, target: object) -> tuple[int, int] | None:
    """(node, link) of a node's or a link's id; nothing can be wrong with people."""
    topology = world.topology
    if not isinstance(target, str):
        return None
    node = topology.by_id.get(target)
    if node is not None:
        return None if node.kind == SCENERY else (node.index, NO_LINK)
    return next(((link.target, link.index) for link in topology.links if link.id == target), None)


def _refused(code: str, message: str, status: int = 400) -> Answer:
    return Answer(refusal=Refusal(code, message, status))


OPERATIONS = operations(
    Operation("PutFault", put_fault, aws=False),
    Operation("DeleteFault", delete_fault, aws=False),
    Operation("ListFaults", list_faults, mutates=False, aws=False),
)
