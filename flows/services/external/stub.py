"""What stands for a node that is not simulated: it takes whatever it is sent, and keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.ports import NO_LINK, Answer, Caller, Delivery, Json, Operation, Refusal, operations
from flows.services.sdk_records import REACHED_STUB

if TYPE_CHECKING:
    from flows.services.world import World

MESSAGE = int(SubjectKind.MESSAGE)
DELIVERED = "a delivery"


class Stub:
    def __init__(self, world: World, node: int) -> None:
        self.world = world
        self.node = node

    def deliver(self, delivery: Delivery) -> int | Refusal:
        return self.take(DELIVERED, delivery)

    def take(self, operation: str, delivery: Delivery) -> int:
        """Whatever it is; answers its subject."""
        environment = self.world.environment
        subject = environment.subjects.new(MESSAGE, delivery.parent, 0, delivery.body)
        detail = (delivery.link, operation)
        environment.recorder.write(REACHED_STUB, self.node, subject, delivery.request, delivery.cause, 0, detail)
        return subject


def call(world: World, caller: Caller, params: Json) -> Answer:
    """A program's request to something that is not simulated: {TargetArn, Operation, Body}. It always succeeds."""
    node = world.addressed(params.get("TargetArn"))
    stub = None if node is None else world.stubs.get(node.index)
    if not isinstance(stub, Stub):
        return Answer(refusal=Refusal("NoSuchTarget", f"{params.get('TargetArn')} is no stub.", 404))
    link = caller.link if caller.link != NO_LINK else world.link_between(caller.node, stub.node)
    body = world.environment.bodies.number(str(params.get("Body") or "{}"))
    stub.take(
        str(params.get("Operation") or "a request"), Delivery(body, caller.parent, link, caller.request, caller.cause)
    )
    return Answer({})


OPERATIONS = operations(Operation("Call", call, aws=False))
