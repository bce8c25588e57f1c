"""A queue's links: where its dead letters go."""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.catalogue import Catalogue, Resource
from flows.topology.links.draft import Draft, from_text, get, own


def from_queue(queue: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    policy = from_text(queue.properties.get("RedrivePolicy"))
    target = get(policy, "deadLetterTargetArn")
    if target is None:
        return
    count = get(policy, "maxReceiveCount")
    label = f"after {count} receive{'s' if str(count) != '1' else ''}" if count is not None else ""
    yield Draft(
        f"{queue.id}.RedrivePolicy",
        "redrive",
        own(queue),
        catalogue.end(target),
        label=label,
        properties={"maxReceiveCount": count},
    )
