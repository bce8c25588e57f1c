"""Functions that call: the stand-in behaviour of an imported function does what its solid call links say.

Without it a picture comes to rest at the first function that sends on. Only what writes is taken over (a read moves no
message), only into behaviours that nobody wrote, and never where it would close a circle: a simulated function that
feeds itself would run for ever, which its code surely avoids.
"""

from __future__ import annotations

from typing import Any

from flows.importers.callbacks import ANSWER
from flows.topology.behaviour import STAND_IN
from flows.topology.catalogue import Catalogue, Resource
from flows.topology.document import Call, Document
from flows.topology.links import derive_links

WRITES: dict[str, tuple[str, tuple[str, ...]]] = {
    "queue": ("sqs:SendMessage", ("sqs:Send", "sqs:*")),
    "topic": ("sns:Publish", ("sns:Publish", "sns:*")),
    "bucket": ("s3:PutObject", ("s3:Put", "s3:*")),
    "function": ("lambda:Invoke", ("lambda:Invoke", "lambda:*")),
    "stream": ("kinesis:PutRecord", ("kinesis:Put", "kinesis:*")),
    "table": ("dynamodb:PutItem", ("dynamodb:Put", "dynamodb:Update", "dynamodb:BatchWrite", "dynamodb:*")),
    "bus": ("events:PutEvents", ("events:Put", "events:*")),
    "machine": ("states:StartExecution", ("states:Start", "states:*")),
    "delivery-stream": ("firehose:PutRecord", ("firehose:Put", "firehose:*")),
    "database": ("rds-data:ExecuteStatement", ("rds-data:",)),
    "container-task": ("ecs:RunTask", ("ecs:RunTask", "ecs:*")),
    "graphql-api": ("appsync:Request", ("appsync:GraphQL", "appsync:*")),
}
"""kind → the operation that a behaviour calls, and how the operations begin that allow it."""
SENT_OUTSIDE = frozenset(operation for operation, _ in WRITES.values()) - {"s3:PutObject", "dynamodb:PutItem"}
"""What is sent on to something outside the template: a stub shows what would have come."""


def add_behaviour(document: dict[str, Any]) -> None:
    catalogue = Catalogue(Document.model_validate(document))
    leading: dict[str, set[str]] = {}
    for draft in derive_links(catalogue):
        if draft.kind != "call":
            leading.setdefault(draft.source.id, set()).add(draft.target.id)
    for function in catalogue.of_type("AWS::Lambda::Function"):
        if function.playground.behaviour != STAND_IN:
            continue
        calls = []
        for call in function.playground.calls:
            operation = _operation(call, catalogue.resources.get(call.target))
            if operation and (operation == ANSWER or not _reaches(call.target, function.id, leading)):
                calls.append({"target": call.target, "operation": operation})
                leading.setdefault(function.id, set()).add(call.target)
        if calls:
            document["resources"][function.id]["playground"]["behaviour"] = {**STAND_IN, "calls": calls}


def _operation(call: Call, target: Resource | None) -> str:
    """What the behaviour calls for it; nothing where it only reads. A call whose operations nobody knows is taken to write."""
    if call.style != "solid":
        return ""
    if call.operations == [ANSWER]:
        return ANSWER
    if target is None:
        return next((said for said in call.operations if said in SENT_OUTSIDE), "")
    operation, allowing = WRITES.get(target.kind, ("", ()))
    return operation if not call.operations or any(said.startswith(allowing) for said in call.operations) else ""


def _reaches(start: str, goal: str, leading: dict[str, set[str]]) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        if here == goal:
            return True
        further = leading.get(here, set()) - seen
        seen |= further
        waiting.extend(sorted(further))
    return False
