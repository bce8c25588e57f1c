"""Where a schedule's calls go: a templated target (an ARN) or a universal one (an operation of any service).

Templated targets that take a body without a reply (queues, topics, functions, machines) are delivered to. An event bus is called with
PutEvents, and a universal target with the operation it names, through the one door, as AWS's API would be called; the members of its Input
may be spelled as the SDKs for Java do (`StateMachineArn` for `stateMachineArn`). A resource of a service that is not simulated has a stub,
which takes what it is sent.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from flows.services.ports import NO_LINK, Json
from flows.services.scheduler.config import ScheduleLinkConfig
from flows.services.shapes import service_model
from flows.topology.names import bare_arn

if TYPE_CHECKING:
    from flows.services.ports import Caller
    from flows.services.scheduler.schedule import Schedule

STUB, STUB_ROOM = "Redrive::Stub", "external"
LINK, DEAD_LETTER_LINK = "schedule-target", "schedule-dlq"
UNIVERSAL = "arn:aws:scheduler:::aws-sdk:"
SDK_NAMES = {"sfn": "states", "eventbridge": "events", "cloudwatchevents": "events"}
"""aws-sdk's name of a service → its key here, where they differ."""
NAMED = (
    "QueueUrl",
    "TopicArn",
    "FunctionName",
    "StateMachineArn",
    "stateMachineArn",
    "EventBusName",
    "Bucket",
    "StreamARN",
    "StreamName",
    "TableName",
    "DeliveryStreamName",
    "Cluster",
    "cluster",
)
SIMULATED = frozenset({"sqs", "lambda", "sns", "states", "events", "kinesis", "firehose", "ecs"})
"""Services whose missing resources are missing; those of others are outside."""


class Target:
    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.link = self.dead_letter_link = NO_LINK

    def member(self, *names: str) -> Any:
        """A member of what CreateSchedule was told about the target; None where there is none."""
        found: Any = self.schedule.given.get("Target")
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return found

    @property
    def arn(self) -> str:
        return str(self.member("Arn") or "")

    @property
    def is_universal(self) -> bool:
        return self.arn.startswith(UNIVERSAL)

    @property
    def is_bus(self) -> bool:
        return ":event-bus/" in self.arn

    @property
    def operation(self) -> tuple[str, str]:
        """The service's key and the operation of a universal target."""
        service, _, name = self.arn.removeprefix(UNIVERSAL).partition(":")
        return SDK_NAMES.get(service.lower(), service.lower()), name[:1].upper() + name[1:]

    # ── places ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def place(self) -> int | None:
        """The node it leads to now, joined to the schedule; of a universal target the resource that its Input names."""
        world = self.schedule.world
        if self.link != NO_LINK:
            return world.topology.links[self.link].target
        if self.is_universal:
            node = next((found for name in self._named() if (found := world.addressed(name)) is not None), None)
            service, operation = self.operation
            if node is None and world.door.room(service).kind == STUB_ROOM:
                node = world.create(STUB, f"{service}:{operation}", None, arn=f"{self.arn}/{self.schedule.name}")
        else:
            node = world.topology.by_arn.get(self.arn) or world.topology.by_arn.get(bare_arn(self.arn))
            if node is None and self._is_outside():
                node = world.create(STUB, self.arn.rpartition(":")[2], None, arn=self.arn)
        if node is None:
            return None
        self.link = self._joined(LINK, node.index, f"{self.schedule.id}.Target")
        world.links[self.link] = self
        return node.index

    def dead_letter_queue(self) -> int | None:
        arn = self.member("DeadLetterConfig", "Arn")
        world = self.schedule.world
        if self.dead_letter_link != NO_LINK:
            return world.topology.links[self.dead_letter_link].target
        node = world.topology.by_arn.get(str(arn)) if arn else None
        if node is None:
            return None
        self.dead_letter_link = self._joined(DEAD_LETTER_LINK, node.index, f"{self.schedule.id}.DeadLetterConfig")
        world.links[self.dead_letter_link] = DeadLetterEnd(self)
        world.origins[self.dead_letter_link] = self.schedule
        return node.index

    def drawn(self) -> None:
        """The links that were drawn are the schedule's own."""
        world = self.schedule.world
        for link in world.topology.links_from(self.schedule.node):
            if link.config is None:
                continue
            if link.kind == LINK:
                self.link, world.links[link.index] = link.index, self
            elif link.kind == DEAD_LETTER_LINK:
                self.dead_letter_link, world.links[link.index] = link.index, DeadLetterEnd(self)
                world.origins[link.index] = self.schedule

    def retarget(self, caller: Caller | None) -> None:
        """The schedule was changed: where it leads is looked up again."""
        world = self.schedule.world
        links, self.link, self.dead_letter_link = (self.link, self.dead_letter_link), NO_LINK, NO_LINK
        for link in links:
            if link != NO_LINK:
                world.origins.pop(link, None)
                world.part(link, caller)

    def removed(self, _caller: Caller | None) -> None:
        """The link is gone, because its other end is."""
        self.link = NO_LINK

    def _joined(self, kind: str, target: int, id_: str) -> int:
        schedule = self.schedule
        return schedule.world.join(kind, schedule.node, target, ScheduleLinkConfig(schedule.node), id_=id_).index

    def _is_outside(self) -> bool:
        parts = self.arn.split(":")
        return len(parts) > 5 and parts[2] not in SIMULATED

    def _named(self) -> list[Any]:
        given = as_object(str(self.member("Input") or ""))
        return [given[name] for name in NAMED if name in given]

    def told(self, kind: str, subject: int) -> Json:
        """What a node of that kind is told beside the body (`Delivery.system`)."""
        if kind == "queue":
            group = self.member("SqsParameters", "MessageGroupId")
            return {"MessageGroupId": str(group), "MessageDeduplicationId": f"{subject}"} if group else {}
        if kind == "stream":
            return {"PartitionKey": str(self.member("KinesisParameters", "PartitionKey") or "")}
        parameters = self.member("EcsParameters")
        return {"EcsParameters": parameters} if kind == "cluster" and parameters else {}

    # ── requests ────────────────────────────────────────────────────────────────────────────────────────────────────

    def request(self, text: str) -> tuple[str, str, Json]:
        """The service, operation and parameters of a call through the door."""
        if self.is_universal:
            service, operation = self.operation
            return service, operation, respelled(service, operation, as_object(text))
        parameters = self.member("EventBridgeParameters") or {}
        entry = {
            "EventBusName": self.arn,
            "Source": parameters.get("Source"),
            "DetailType": parameters.get("DetailType"),
            "Detail": text,
        }
        return "events", "PutEvents", {"Entries": [entry]}


class DeadLetterEnd:
    """The link to a schedule's dead-letter queue."""

    def __init__(self, target: Target) -> None:
        self.target = target

    def removed(self, _caller: Caller | None) -> None:
        self.target.dead_letter_link = NO_LINK


def as_object(text: str) -> Json:
    """The JSON object that a text is; an empty one, if it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def respelled(service: str, operation: str, given: Json) -> Json:
    """The parameters by the API's own names, whatever the case of their letters."""
    names = _members(service, operation)
    return {names.get(name.lower(), name): value for name, value in given.items()}


@cache
def _members(service: str, operation: str) -> dict[str, str]:
    model = service_model(service)
    if model is None or operation not in model.operation_names:
        return {}
    shape = model.operation_model(operation).input_shape
    return {} if shape is None else {name.lower(): name for name in shape.members}
