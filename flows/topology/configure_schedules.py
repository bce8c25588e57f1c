"""The configuration of schedules and pipes, and of their links: what CreateSchedule and CreatePipe would be told, as JSON text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flows.topology.links.draft import get
from flows.topology.resources.schedule import (
    DEFAULT_GROUP,
    PipeConfig,
    PipeLinkConfig,
    ScheduleConfig,
    ScheduleLinkConfig,
)
from flows.topology.schedules import ScheduleError
from flows.topology.timetable import timetable

if TYPE_CHECKING:
    from flows.topology.catalogue import Catalogue, Resource
    from flows.topology.compiled import CompiledNode
    from flows.topology.configure import Numbering
    from flows.topology.links.draft import Draft

SCHEDULE, PIPE = "AWS::Scheduler::Schedule", "AWS::Pipes::Pipe"
UNIVERSAL = ":aws-sdk:"
READ_BY_PIPES = ("queue", "stream", "table")
TARGETS = ("queue", "function", "topic", "bus", "machine", "stream", "table", "bucket")
SCHEDULE_REFUSED = "AWS would refuse it: {why}."


def configure_schedule(schedule: Resource, numbering: Numbering) -> ScheduleConfig:
    given = dict(schedule.properties)
    target = dict(given["Target"]) if isinstance(given.get("Target"), dict) else {}
    arn = str(target.get("Arn") or "")
    if UNIVERSAL not in arn:
        target["Arn"] = numbering.arn(arn, *TARGETS)
    dead = get(target, "DeadLetterConfig", "Arn")
    if dead:
        target["DeadLetterConfig"] = {"Arn": numbering.arn(dead, "queue")}
    if isinstance(target.get("Input"), dict | list):
        target["Input"] = json.dumps(target["Input"])
    given["Target"] = target
    group = given.get("GroupName")
    return ScheduleConfig(schedule.name, group if isinstance(group, str) and group else DEFAULT_GROUP, _text(given))


def configure_pipe(pipe: Resource, numbering: Numbering) -> PipeConfig:
    given = dict(pipe.properties)
    for end in ("Source", "Enrichment", "Target"):
        if given.get(end):
            given[end] = numbering.arn(given[end], *TARGETS, "api-destination")
    parameters = given.get("SourceParameters")
    for name, inner in parameters.items() if isinstance(parameters, dict) else ():
        dead = get(inner, "DeadLetterConfig", "Arn")
        if dead:
            letters = {"DeadLetterConfig": {"Arn": numbering.arn(dead, "queue", "topic")}}
            given["SourceParameters"] = {**given["SourceParameters"], name: {**inner, **letters}}
    return PipeConfig(pipe.name, _text(given))


def why_schedule_stands(schedule: Resource) -> str:
    """Why a schedule cannot run, or nothing."""
    try:
        timetable(schedule.properties, 0)
    except ScheduleError as refused:
        return SCHEDULE_REFUSED.format(why=refused)
    return ""


def _text(given: dict[str, Any]) -> str:
    return json.dumps(given, separators=(",", ":"), default=str)


# ── links ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def scheduled(
    _draft: Draft, source: CompiledNode, _target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    return ScheduleLinkConfig(source.index) if isinstance(source.config, ScheduleConfig) else None


def piped_in(
    _draft: Draft, source: CompiledNode, target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    """Queues and streams are read, and the streams of tables."""
    read = source.kind in READ_BY_PIPES and isinstance(target.config, PipeConfig)
    return PipeLinkConfig(target.index) if read else None


def piped_out(
    _draft: Draft, source: CompiledNode, _target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    return PipeLinkConfig(source.index) if isinstance(source.config, PipeConfig) else None
