"""A pipe's links: source, enrichment, target, and where what it gives up goes."""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.catalogue import Catalogue, Resource
from flows.topology.links.draft import Draft, get, own

ANY = ("queue", "function", "topic", "bus", "machine", "stream", "table", "delivery-stream", "api", "cluster")
READING = ("SqsQueueParameters", "KinesisStreamParameters", "DynamoDBStreamParameters")


def from_pipe(pipe: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    given = pipe.properties
    parameters = given.get("SourceParameters")
    filtered = get(parameters, "FilterCriteria") is not None
    yield Draft(
        f"{pipe.id}.Source",
        "pipe-source",
        catalogue.end(given.get("Source"), *ANY),
        own(pipe),
        label="filtered" if filtered else "",
        properties=_reading(parameters),
    )
    if given.get("Enrichment"):
        yield Draft(f"{pipe.id}.Enrichment", "pipe-enrichment", own(pipe), catalogue.end(given["Enrichment"], *ANY))
    yield Draft(f"{pipe.id}.Target", "pipe-target", own(pipe), catalogue.end(given.get("Target"), *ANY))
    for name, inner in sorted(parameters.items()) if isinstance(parameters, dict) else ():
        dead = get(inner, "DeadLetterConfig", "Arn")
        if dead:
            yield Draft(
                f"{pipe.id}.SourceParameters.{name}", "pipe-dlq", own(pipe), catalogue.end(dead), label="given up"
            )


def _reading(parameters: object) -> dict[str, object]:
    """How the source is read, for the inspector."""
    said = next((said for name in READING if isinstance(said := get(parameters, name), dict)), {})
    batch = {name: value for name, value in said.items() if name != "DeadLetterConfig"}
    filters = get(parameters, "FilterCriteria")
    return {**batch, **({"FilterCriteria": filters} if filters else {})}
