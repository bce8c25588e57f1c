"""The one door from outside: an operation of a service, by name, as AWS has it. Faults stand beside it.

A request to the data plane (sending, receiving, publishing, putting, invoking) meets the faults on the node it is about and on
the link it comes over: it is refused, or its answer comes later. An asynchronous invocation is taken in by Lambda's front door
whatever is wrong with the function; only a fault on the way there keeps it out. Who changes settings meets no faults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.services.ports import NO_LINK, Answer, Caller, Json, Operation, Pending, Refusal, Service
from flows.services.shapes import misshapen

if TYPE_CHECKING:
    from flows.services.world import World

DATA_PLANE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "sqs": (
        ("QueueUrl",),
        (
            "SendMessage",
            "SendMessageBatch",
            "ReceiveMessage",
            "DeleteMessage",
            "DeleteMessageBatch",
            "ChangeMessageVisibility",
            "ChangeMessageVisibilityBatch",
        ),
    ),
    "sns": (("TopicArn", "TargetArn"), ("Publish", "PublishBatch")),
    "s3": (
        ("Bucket",),
        ("PutObject", "CopyObject", "GetObject", "HeadObject", "DeleteObject", "ListObjectsV2", "UploadPart"),
    ),
    "lambda": (("FunctionName",), ("Invoke",)),
    "states": (("stateMachineArn",), ("StartExecution", "StartSyncExecution")),
    "events": (("EventBusName",), ("PutEvents", "AnnounceEvents")),
    "kinesis": (("StreamARN", "StreamName"), ("PutRecord", "PutRecords", "GetShardIterator", "GetRecords")),
    "firehose": (("DeliveryStreamName",), ("PutRecord", "PutRecordBatch")),
    "apigateway": (("TargetArn",), ("Invoke", "Request")),
    "dynamodb": (
        ("TableName",),
        ("PutItem", "GetItem", "UpdateItem", "DeleteItem", "Query", "Scan"),
    ),
    "ecs": (("taskDefinition",), ("RunTask",)),
    "rds": (("TargetArn",), ("Query",)),
    "rds-data": (
        ("resourceArn",),
        ("ExecuteStatement", "BatchExecuteStatement", "BeginTransaction", "CommitTransaction", "RollbackTransaction"),
    ),
    "appsync": (("TargetArn",), ("Invoke", "Request")),
    "external": (("TargetArn",), ("Call",)),
}
"""service → the parameters that may say whom a request is about, and the operations that faults strike."""
KINDS = {
    "sqs": "queue",
    "sns": "topic",
    "s3": "bucket",
    "lambda": "function",
    "states": "machine",
    "events": "bus",
    "kinesis": "stream",
    "firehose": "delivery-stream",
    "dynamodb": "table",
    "apigateway": "api",
    "ecs": "container-task",
    "rds": "database",
    "rds-data": "database",
    "appsync": "graphql-api",
}
THROTTLED_AS = dict.fromkeys(("kinesis", "dynamodb"), "ProvisionedThroughputExceededException")
"""What a service calls a throttled request, where it has a name of its own for it."""
THROTTLED = "ThrottlingException"
NOWHERE = -1


class OperationsDoor:
    definition_key = "door"

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._services = services

    def room(self, service: str) -> Service:
        """The service of that key, or the one that stands for all that are not simulated."""
        return self._services.get(service) or self._services["external"]

    def row(self, service: str, operation: str) -> Operation | None:
        room = self._services.get(service)
        return None if room is None else room.operations.get(operation)

    def call(self, world: World, caller: Caller, service: str, operation: str, params: Json) -> Answer | Pending:
        row = self.row(service, operation)
        if row is None:
            return Answer(
                refusal=Refusal("UnknownOperationException", f"There is no operation {service}:{operation}.", 404)
            )
        refusal = misshapen(service, operation, params)
        if refusal is not None:
            return Answer(refusal=refusal)
        if world.faults.live and is_data_plane(service, operation):
            return _faulty(world, caller, row, service, params)
        return row.run(world, caller, params)


def is_data_plane(service: str, operation: str) -> bool:
    return operation in DATA_PLANE.get(service, ((), ()))[1]


def _about(service: str, params: Json) -> object:
    """Whom a request is about. Entries of one PutEvents may be for several buses: it is about the first one's."""
    names = DATA_PLANE[service][0]
    entries = params.get("Entries")
    if service == "events" and isinstance(entries, list) and entries and isinstance(entries[0], dict):
        return entries[0].get(names[0]) or "default"
    return next((params[name] for name in names if name in params), None)


def _faulty(world: World, caller: Caller, row: Operation, service: str, params: Json) -> Answer | Pending:
    """A request while something is wrong somewhere."""
    found = world.addressed(_about(service, params), KINDS.get(service, ""))
    if found is None:
        return row.run(world, caller, params)
    node = found.index
    link = caller.link if caller.link != NO_LINK else world.link_between(caller.node, node)
    asynchronous = params.get("InvocationType") == "Event"
    struck = world.faults.strike(NOWHERE if asynchronous else node, link)
    if struck is not None:
        refusal = struck.refusal
        if refusal.code == THROTTLED and service in THROTTLED_AS:
            refusal = replace(refusal, code=THROTTLED_AS[service], status=400)
        return Answer(refusal=refusal, cause=struck.cause)
    answer = row.run(world, caller, params)
    wait = world.faults.latency_us(NOWHERE if service == "lambda" else node, link)
    return world.answer_later(wait, answer) if wait else answer
