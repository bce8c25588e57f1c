"""A state machine's links: what its Task states call, read from the definition.

A task names its resource in two ways: as the ARN of a function, or as `arn:aws:states:::service:action`, where the
resource stands in the parameters (JSONPath: Parameters, JSONata: Arguments). One link per target, with the names of the
states that use it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.topology.catalogue import Catalogue, End, Resource
from flows.topology.definitions import definition_of
from flows.topology.links.draft import Draft, get, members, own

PARAMETERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "lambda": (("FunctionName",), ("function",)),
    "sqs": (("QueueUrl",), ("queue",)),
    "sns": (("TopicArn", "TargetArn"), ("topic",)),
    "dynamodb": (("TableName",), ("table",)),
    "states": (("StateMachineArn",), ("machine",)),
    "sfn": (("StateMachineArn",), ("machine",)),
    "ecs": (("TaskDefinition",), ("container-task",)),
    "kinesis": (("StreamName", "StreamARN"), ("stream",)),
    "firehose": (("DeliveryStreamName",), ("delivery-stream",)),
    "s3": (("Bucket",), ("bucket",)),
    "apigateway": (("ApiEndpoint",), ("api",)),
    "http": (("ApiEndpoint",), ("api-destination",)),
}
"""service → the parameters that name the resource, and the kinds it may be."""


def from_machine(machine: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    merged: dict[tuple[str, str], tuple[End, list[str], list[str]]] = {}
    for name, state in task_states(definition_of(machine.properties).parsed):
        for call, end in targets_of(state, catalogue):
            if not end.id and not end.value:
                continue
            _, states, calls = merged.setdefault((end.id, end.value if not end.id else ""), (end, [], []))
            states.append(name)
            if call not in calls:
                calls.append(call)
    for index, (end, states, calls) in enumerate(merged.values()):
        id_ = f"{machine.id}.{end.id or index}"
        yield Draft(
            id_, "sfn-task", own(machine), end, label=", ".join(calls), properties={"states": states, "calls": calls}
        )


def task_states(definition: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every Task state by name, whatever Map or Parallel it stands in."""
    return ((name, state) for name, state in states_of(definition) if state.get("Type") == "Task")


def states_of(definition: object) -> Iterator[tuple[str, dict[str, Any]]]:
    waiting = [definition]
    while waiting:
        states = get(waiting.pop(), "States")
        for name, state in states.items() if isinstance(states, dict) else ():
            if isinstance(state, dict):
                yield name, state
                waiting.extend([state.get("Iterator"), state.get("ItemProcessor"), *members(state.get("Branches"))])


def targets_of(state: dict[str, Any], catalogue: Catalogue) -> Iterator[tuple[str, End]]:
    resource = state.get("Resource")
    if not isinstance(resource, str):
        return
    parts = resource.split(":")
    if len(parts) < 7 or parts[2] != "states" or parts[3] or parts[4]:
        yield "lambda:invoke", catalogue.end(resource, "function")
        return
    service, action = (
        (parts[6], ":".join(parts[7:])) if parts[5] == "aws-sdk" and len(parts) > 7 else (parts[5], parts[6])
    )
    given = state.get("Arguments") if isinstance(state.get("Arguments"), dict) else state.get("Parameters")
    call = f"{service}:{action}"
    if service in {"events", "eventbridge"}:
        for entry in members(get(given, "Entries")):
            yield call, catalogue.end(_said(entry, "EventBusName") or "default", "bus")
        return
    names, kinds = PARAMETERS.get(service, ((), ()))
    said = next((text for name in names if (text := _said(given, name)) is not None), None)
    if said is not None and not is_computed(said):
        yield call, catalogue.end(said.split(".")[0] if service == "apigateway" else said, *kinds)


def is_computed(text: str) -> bool:
    """Whether a text is found out when the machine runs; a `${Name}` is a template's and means one thing."""
    return text.startswith("{%") or (text.startswith("$") and not text.startswith("${"))


def _said(given: object, name: str) -> str | None:
    found = get(given, name)
    return found if isinstance(found, str) else None
