"""From drafts to the frozen configuration of links that carry messages: one builder per simulated link kind.

A link without configuration is drawn and stands still, so a builder answers None only where something is missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from pydantic import ValidationError

from flows.topology import configure_api as apis
from flows.topology import configure_containers as containers
from flows.topology import configure_databases as databases
from flows.topology import configure_delivery_stream as delivery
from flows.topology import configure_events as events
from flows.topology import configure_graphql as graphql
from flows.topology import configure_schedules as schedules
from flows.topology.catalogue import Catalogue
from flows.topology.compiled import CompiledNode
from flows.topology.configure import Numbering
from flows.topology.configure_function import configure_mapping
from flows.topology.configure_machine import configure_task
from flows.topology.links.draft import Draft, get, members
from flows.topology.links.lambda_ import POLLED
from flows.topology.links.sns import SUBSCRIBERS
from flows.topology.properties import SubscriptionProperties
from flows.topology.resources.bucket import NotificationConfig
from flows.topology.resources.container import TaskDefinitionConfig
from flows.topology.resources.function import BehaviourCall, FunctionConfig
from flows.topology.resources.queue import QueueConfig
from flows.topology.resources.topic import SubscriptionConfig
from flows.topology.types import SIMULATED_LINKS

TO_STUBS = SIMULATED_LINKS - {"redrive", "esm"}
"""What is sent over these arrives at a node that is not simulated, too: it shows what would have come."""

Builder = Callable[[Draft, CompiledNode, CompiledNode, Catalogue, Numbering], object | None]


def link_config(
    draft: Draft, source: CompiledNode, target: CompiledNode, catalogue: Catalogue, numbering: Numbering
) -> object | None:
    if draft.kind not in SIMULATED_LINKS or source.missing or (target.missing and draft.kind not in TO_STUBS):
        return None
    return BUILDERS[draft.kind](draft, source, target, catalogue, numbering)


def redrive(
    _draft: Draft, source: CompiledNode, _target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    return source.config.redrive if isinstance(source.config, QueueConfig) else None


def mapping(
    draft: Draft, source: CompiledNode, _target: CompiledNode, catalogue: Catalogue, numbering: Numbering
) -> object | None:
    return configure_mapping(catalogue.resources[draft.via], numbering) if source.kind in POLLED else None


def discarded(
    draft: Draft, _source: CompiledNode, _target: CompiledNode, catalogue: Catalogue, numbering: Numbering
) -> object | None:
    """What a mapping on a stream gives up; one on a queue has no destination."""
    config = configure_mapping(catalogue.resources[draft.via], numbering)
    return None if config is None else config.stream


def asynchronous(
    _draft: Draft, source: CompiledNode, _target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    return source.config.asynchronous if isinstance(source.config, FunctionConfig) else None


def call(
    draft: Draft, source: CompiledNode, _target: CompiledNode, catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    """How the call is made, if the behaviour makes it; what a template only hints at stands still."""
    calls: tuple[BehaviourCall, ...] = ()
    if isinstance(source.config, FunctionConfig):
        calls = source.config.behaviour.calls
    elif isinstance(source.config, TaskDefinitionConfig):
        calls = source.config.behaviour.work.calls
    ends = ((made, catalogue.by_id(made.target) or catalogue.end(made.target)) for made in calls)
    return next((made.sdk for made, end in ends if end.id == draft.target.id), None)


def subscription(
    draft: Draft, source: CompiledNode, target: CompiledNode, _catalogue: Catalogue, numbering: Numbering
) -> object | None:
    try:
        given = SubscriptionProperties.model_validate(draft.given)
    except ValidationError:
        return None
    dead = given.RedrivePolicy.deadLetterTargetArn if given.RedrivePolicy is not None else None
    return SubscriptionConfig(
        id=draft.id,
        topic=source.index,
        target=target.index,
        protocol=given.Protocol,
        raw=given.RawMessageDelivery,
        filter_policy="" if given.FilterPolicy is None else json.dumps(given.FilterPolicy, separators=(",", ":")),
        filter_scope=given.FilterPolicyScope,
        dead_letter_target=numbering.of(dead),
        delivery_policy="" if given.DeliveryPolicy is None else json.dumps(given.DeliveryPolicy, separators=(",", ":")),
        endpoint=given.Endpoint if target.service == "external" and given.Endpoint else "",
    )


def undeliverable(
    draft: Draft, source: CompiledNode, target: CompiledNode, catalogue: Catalogue, numbering: Numbering
) -> object | None:
    """The subscription that gives up: its own target, not the queue at the end of this link."""
    found = subscription(draft, source, target, catalogue, numbering)
    subscriber = numbering.of(get(draft.given, "Endpoint"), *SUBSCRIBERS)
    if not isinstance(found, SubscriptionConfig) or subscriber is None:
        return None
    return replace(found, id=draft.id.removesuffix(".RedrivePolicy"), target=subscriber)


def notification(
    draft: Draft, source: CompiledNode, target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    events = members(get(draft.given, "Event") or get(draft.given, "Events"))
    ends = {"prefix": "", "suffix": ""}
    filters = get(draft.given, "Filter", "S3Key", "Rules") or get(draft.given, "Filter", "Key", "FilterRules")
    for rule in members(filters):
        name, value = str(get(rule, "Name")).lower(), get(rule, "Value")
        if name in ends and isinstance(value, str):
            ends[name] = value
    return NotificationConfig(draft.id, source.index, target.index, tuple(str(event) for event in events), **ends)


def task(
    draft: Draft, _source: CompiledNode, _target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    return configure_task(draft)


BUILDERS: dict[str, Builder] = {
    "redrive": redrive,
    "esm": mapping,
    "esm-on-failure": discarded,
    "subscription": subscription,
    "subscription-dlq": undeliverable,
    "s3-notification": notification,
    "async-dlq": asynchronous,
    "async-on-success": asynchronous,
    "async-on-failure": asynchronous,
    "call": call,
    "sfn-task": task,
    "bus-rule": events.bus_rule,
    "rule-target": events.rule_target,
    "rule-dlq": events.rule_target,
    "archive": events.archived,
    "schedule-target": schedules.scheduled,
    "schedule-dlq": schedules.scheduled,
    "pipe-source": schedules.piped_in,
    "pipe-enrichment": schedules.piped_out,
    "pipe-target": schedules.piped_out,
    "pipe-dlq": schedules.piped_out,
    "firehose-source": delivery.delivered,
    "firehose-transform": delivery.delivered,
    "firehose-destination": delivery.delivered,
    "firehose-backup": delivery.delivered,
    "ddb-kinesis-stream": delivery.streamed_to,
    "api-destination-endpoint": events.endpoint,
    "s3-eventbridge": events.bucket_events,
    "api-integration": apis.integration,
    "api-authorizer": apis.integration,
    "ecs-poll": containers.polled,
    "db-member": databases.member,
    "appsync-datasource": graphql.data_source,
    "ecs-service-task": containers.part_of_service,
    "ecs-service-cluster": containers.part_of_service,
}
