"""A function's links: what polls for it, where its failures and successes go, and what its code seems to call."""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.catalogue import Catalogue, Resource
from flows.topology.links.draft import Draft, get, members, own

INVOKED = ("function",)
POLLED = ("queue", "stream", "table")
DESTINATIONS = (("OnSuccess", "async-on-success", "on success"), ("OnFailure", "async-on-failure", "on failure"))


def from_function(function: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    target = get(function.properties, "DeadLetterConfig", "TargetArn")
    if target:
        yield Draft(
            f"{function.id}.DeadLetterConfig",
            "async-dlq",
            own(function),
            catalogue.end(target),
            label="after asynchronous retries",
        )
    yield from calls_of(function, catalogue)


def calls_of(function: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    """What the behaviour calls, which is certain; then what the template only hints at."""
    told: dict[str, list[str]] = {}
    for call in members(get(function.playground.behaviour, "calls")):
        target, operation = get(call, "target"), get(call, "operation")
        if isinstance(target, str) and target:
            found = catalogue.by_id(target) or catalogue.end(target)
            operations = told.setdefault(found.id or target, [])
            if isinstance(operation, str) and operation and operation not in operations:
                operations.append(operation)
    hinted = {call.target: call for call in function.playground.calls}
    for target, operations in told.items():
        hint = hinted.pop(target, None)
        evidence = ["behaviour", *(hint.evidence if hint is not None else [])]
        yield _call(function, catalogue, target, "solid", operations, evidence)
    for target, hint in hinted.items():
        yield _call(function, catalogue, target, hint.style, hint.operations, hint.evidence)


def _call(
    function: Resource, catalogue: Catalogue, target: str, style: str, operations: list[str], evidence: list[str]
) -> Draft:
    end = catalogue.by_id(target) or catalogue.end(target)
    properties = {"operations": operations, "evidence": evidence}
    id_ = f"{function.id}.calls.{target}"
    return Draft(id_, "call", own(function), end, label=", ".join(operations), style=style, properties=properties)


def of_function(_companion: Resource, _catalogue: Catalogue) -> Iterator[Draft]:
    """A version, an alias, a URL: part of its function, and no link; so is a consumer of its stream, a discoverer of its bus."""
    return iter(())


def from_mapping(mapping: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    given = mapping.properties
    function = catalogue.end(given.get("FunctionName"), *INVOKED)
    if "EventSourceArn" in given:
        size = given.get("BatchSize")
        shown = {
            name: given[name]
            for name in ("BatchSize", "MaximumBatchingWindowInSeconds", "BisectBatchOnFunctionError")
            if name in given
        }
        yield Draft(
            mapping.id,
            "esm",
            catalogue.end(given["EventSourceArn"], *POLLED),
            function,
            via=mapping.id,
            label=f"batches of {size}" if size is not None else "",
            properties={**shown, "filtered": "FilterCriteria" in given},
        )
    target = get(given, "DestinationConfig", "OnFailure", "Destination")
    if target:
        yield Draft(
            f"{mapping.id}.OnFailure",
            "esm-on-failure",
            function,
            catalogue.end(target),
            via=mapping.id,
            label="discarded batches",
        )


def from_invoke_config(config: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    function = catalogue.end(config.properties.get("FunctionName"), *INVOKED)
    for name, kind, label in DESTINATIONS:
        target = get(config.properties, "DestinationConfig", name, "Destination")
        if target:
            yield Draft(f"{config.id}.{name}", kind, function, catalogue.end(target), via=config.id, label=label)
