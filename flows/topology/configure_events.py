"""The configuration of buses, rules, archives and API destinations, and of the links between them and their targets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flows.patterns import PatternError, compile_event_pattern
from flows.topology.links.draft import get, members
from flows.topology.resources.bus import (
    DEFAULT,
    ApiDestinationConfig,
    ArchiveConfig,
    BusConfig,
    BusRuleConfig,
    EndpointConfig,
    RuleConfig,
    TargetConfig,
)
from flows.topology.schedules import ScheduleError, compile_schedule

if TYPE_CHECKING:
    from flows.topology.catalogue import Catalogue, Resource
    from flows.topology.compiled import CompiledNode
    from flows.topology.configure import Numbering
    from flows.topology.links.draft import Draft

RULE = "AWS::Events::Rule"
DISCOVERER = "AWS::EventSchemas::Discoverer"
DEAD_LETTERS = ".DeadLetterConfig"
USUAL_RATE = 300
NEITHER = "It has neither a pattern nor a schedule."
PATTERN_REFUSED = "AWS would refuse its event pattern: {why}"
SCHEDULE_REFUSED = "AWS would refuse its schedule: {why} is no rate and no cron expression."


def configure_bus(bus: Resource, numbering: Numbering) -> BusConfig:
    given = bus.properties
    return BusConfig(
        bus.name,
        _text(given.get("Description")),
        source=_text(given.get("EventSourceName")),
        tags=_tags(given.get("Tags")),
        discovered=bool(numbering.companions(bus, DISCOVERER, "SourceArn")),
    )


def configure_rule(rule: Resource, numbering: Numbering) -> RuleConfig:
    given = rule.properties
    return RuleConfig(
        rule.name,
        numbering.arn(given.get("EventBusName"), "bus") or DEFAULT,
        pattern_of(given.get("EventPattern")),
        _text(given.get("ScheduleExpression")),
        _text(given.get("State")) or "ENABLED",
        _text(given.get("Description")),
        _text(given.get("RoleArn")),
        tuple(json.dumps(_target(target, numbering)) for target in members(given.get("Targets"))),
        _tags(given.get("Tags")),
    )


def _target(target: object, numbering: Numbering) -> dict[str, Any]:
    """A target as PutTargets would get it: ARNs where a template may have names."""
    said: dict[str, Any] = dict(target) if isinstance(target, dict) else {}
    said["Arn"] = numbering.arn(said.get("Arn"), "queue", "function", "topic", "bus", "machine", "stream")
    dead = get(said, "DeadLetterConfig", "Arn")
    if dead:
        said["DeadLetterConfig"] = {"Arn": numbering.arn(dead, "queue")}
    return said


def configure_archive(archive: Resource, numbering: Numbering) -> ArchiveConfig:
    given = archive.properties
    days = given.get("RetentionDays")
    return ArchiveConfig(
        archive.name,
        numbering.arn(given.get("SourceArn") or given.get("EventSourceArn"), "bus"),
        pattern_of(given.get("EventPattern")),
        int(days) if isinstance(days, int | str) and str(days).isdecimal() else 0,
        _text(given.get("Description")),
    )


def configure_api_destination(destination: Resource, _numbering: Numbering) -> ApiDestinationConfig:
    given = destination.properties
    rate = given.get("InvocationRateLimitPerSecond")
    return ApiDestinationConfig(
        destination.name,
        _text(given.get("ConnectionArn")),
        _text(given.get("InvocationEndpoint")),
        _text(given.get("HttpMethod")) or "POST",
        int(rate) if isinstance(rate, int | str) and str(rate).isdecimal() and int(rate) > 0 else USUAL_RATE,
        _text(given.get("Description")),
    )


def pattern_of(value: object) -> str:
    """A pattern as text; a template may write it out."""
    if value is None or value == "":
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def why_refused(resource: Resource) -> str:
    """Why a rule or an archive cannot run, or nothing."""
    pattern = pattern_of(resource.properties.get("EventPattern"))
    schedule = _text(resource.properties.get("ScheduleExpression"))
    if resource.type == RULE and not pattern and not schedule:
        return NEITHER
    try:
        if pattern:
            compile_event_pattern(pattern)
        if schedule:
            compile_schedule(schedule)
    except ScheduleError:
        return SCHEDULE_REFUSED.format(why=schedule[:80])
    except PatternError as refused:
        return PATTERN_REFUSED.format(why=refused.message[:300])
    return ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _tags(value: object) -> tuple[tuple[str, str], ...]:
    return tuple((str(get(tag, "Key")), str(get(tag, "Value") or "")) for tag in members(value))


# ── links ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def bus_rule(
    _draft: Draft, _source: CompiledNode, target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    return BusRuleConfig(target.index)


def rule_target(
    draft: Draft, source: CompiledNode, _target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    """The place of the target among the rule's; its dead-letter queue's link has the same."""
    position = draft.id.removesuffix(DEAD_LETTERS).rpartition(".")[2]
    return TargetConfig(source.index, int(position))


def archived(
    _draft: Draft, _source: CompiledNode, target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    return target.config


def endpoint(
    _draft: Draft, source: CompiledNode, _target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    return EndpointConfig(source.index)


def bucket_events(
    _draft: Draft, source: CompiledNode, _target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    """All of a bucket's events go to the default bus."""
    return source.config
