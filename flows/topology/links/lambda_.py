"""A function's links: what polls for it, where its failures and successes go, and what its code seems to call."""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.catalogue import Catalogue, End, Resource
from flows.topology.links.draft import Draft, get, own

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
    for call in function.playground.calls:
        known = call.target in catalogue.resources
        yield Draft(
            f"{function.id}.calls.{call.target}",
            "call",
            own(function),
            End(call.target) if known else catalogue.end(call.target),
            label=", ".join(call.operations),
            style=call.style,
            properties={"operations": call.operations, "evidence": call.evidence},
        )


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
