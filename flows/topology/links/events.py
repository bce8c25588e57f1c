"""Buses, rules, archives, API destinations and schedules: who hands events to whom, and where undeliverable ones go."""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.catalogue import Catalogue, Resource
from flows.topology.links.draft import Draft, from_text, get, members, own

NAMED = ("QueueUrl", "TopicArn", "FunctionName", "StateMachineArn", "EventBusName", "StreamName", "TableName", "Bucket")
TARGETS = ("queue", "function", "topic", "bus", "machine", "stream")


def from_rule(rule: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    given = rule.properties
    if given.get("EventPattern") is not None:
        yield Draft(
            f"{rule.id}.EventBusName",
            "bus-rule",
            catalogue.end(given.get("EventBusName") or "default", "bus"),
            own(rule),
        )
    for index, target in enumerate(members(given.get("Targets"))):
        id_ = f"{rule.id}.Targets.{index}"
        end = catalogue.end(get(target, "Arn"), *TARGETS)
        yield Draft(id_, "rule-target", own(rule), end, properties=_retries(target), given=target)
        dead = get(target, "DeadLetterConfig", "Arn")
        if dead:
            letters = catalogue.end(dead)
            id_ = f"{id_}.DeadLetterConfig"
            yield Draft(id_, "rule-dlq", own(rule), letters, label="undeliverable", properties=_retries(target))


def from_schedule(schedule: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    target = schedule.properties.get("Target")
    if not isinstance(target, dict):
        return
    yield Draft(
        f"{schedule.id}.Target",
        "schedule-target",
        own(schedule),
        catalogue.end(_universal(target), *TARGETS, "table", "bucket"),
        properties=_retries(target),
    )
    dead = get(target, "DeadLetterConfig", "Arn")
    if dead:
        yield Draft(
            f"{schedule.id}.DeadLetterConfig", "schedule-dlq", own(schedule), catalogue.end(dead), label="undeliverable"
        )


def from_archive(archive: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    source = archive.properties.get("SourceArn") or archive.properties.get("EventSourceArn")
    yield Draft(f"{archive.id}.SourceArn", "archive", catalogue.end(source, "bus"), own(archive))


def from_api_destination(destination: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    endpoint = destination.properties.get("InvocationEndpoint")
    if isinstance(endpoint, str) and endpoint:
        yield Draft(
            f"{destination.id}.InvocationEndpoint",
            "api-destination-endpoint",
            own(destination),
            catalogue.end(endpoint),
        )


def _universal(target: object) -> object:
    """A universal target names an SDK call; the resource it is about stands in its input."""
    arn = get(target, "Arn")
    if not isinstance(arn, str) or ":aws-sdk:" not in arn:
        return arn
    said = from_text(get(target, "Input"))
    return next((named for name in NAMED if (named := get(said, name)) is not None), arn)


def _retries(target: object) -> dict[str, object]:
    policy = get(target, "RetryPolicy")
    return dict(policy) if isinstance(policy, dict) else {}
