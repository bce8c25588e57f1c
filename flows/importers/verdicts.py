"""The report, resource by resource and property by property; and mending what a template says wrongly.

`PROPERTIES` is the table behind "simulated, approximated, left out": for every modelled type, each property with its
verdict and the reason. A property that is not in the table changes nothing about where messages go, and is ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from flows.importers.problems import import_problem
from flows.importers.properties import PROPERTIES, SAM_EVENTS
from flows.importers.report import IGNORED, MISSING, MODELLED, ReportLine
from flows.importers.resolver import type_of
from flows.importers.sam import Raw
from flows.importers.stack import Stack
from flows.importers.types import verdict_of
from flows.importers.verdict_words import UNLISTED
from flows.topology.behaviour import STAND_IN
from flows.topology.problems import pointer
from flows.topology.properties import PROPERTY_MODELS
from flows.topology.types import NODE_TYPES, SAM_TYPES, SERVICE_TITLES, SIMULATED_LINKS

STANDING = "It is drawn, and stands still when the topology runs: {service} is not simulated yet."
POLLED = (":sqs:", ":kinesis:", ":dynamodb:")
MAPPING_TYPE = "AWS::Lambda::EventSourceMapping"
STANDS_IN = (
    "Its code is not run. A behaviour stands in, which you can edit: about a tenth of a second, and a failure for "
    "messages whose body says poison: true."
)
OTHER_SOURCE = "It is drawn as a link; mappings from sources other than queues, streams and tables are not simulated."


def mend(raw: Raw, stack: Stack) -> None:
    """Take out what no model understands, so that a wrong value costs one property and not the import."""
    model = PROPERTY_MODELS.get(raw.type)
    if model is None:
        return
    for _ in range(len(raw.properties) + 1):
        try:
            model.model_validate(raw.properties)
        except ValidationError as refused:
            wrong = {str(error["loc"][0]): error["msg"] for error in refused.errors(include_url=False) if error["loc"]}
            here = [name for name in wrong if name in raw.properties]
            for name in here:
                _default_is_taken(raw, stack, name, wrong[name])
            if here:
                continue
            stack.raws.pop(raw.id, None)
            stack.resolver.note(("Resources", raw.declared), IGNORED, f"It cannot be used without {', '.join(wrong)}.")
        return


def _default_is_taken(raw: Raw, stack: Stack, name: str, why: str) -> None:
    path = ("Resources", raw.declared, "Properties", name)
    stack.resolver.note(path, IGNORED, f"The value cannot be used ({why}); AWS's default is taken.")
    said = why[:1].lower() + why[1:]
    facts = {"property": name, "resource": raw.id, "why": said}
    stack.upload.problems.append(import_problem("ValueNotUsable", pointer(*path), line=stack.line(*path), **facts))
    del raw.properties[name]


def report_on(stack: Stack, document: dict[str, Any]) -> list[ReportLine]:
    lines: list[ReportLine] = []
    for id_, resource in stack.resolver.resources.items():
        type_ = type_of(resource)
        if type_ and not _left_out(type_, stack.resolver.full(id_), document):
            lines.extend(_lines(stack, id_, type_, resource, document))
    for inner in stack.inner:
        lines.extend(report_on(inner, document))
    return lines


def _left_out(type_: str, full: str, document: dict[str, Any]) -> bool:
    """A condition or a mending took it out, and said so."""
    return (SAM_TYPES.get(type_, type_) in NODE_TYPES or type_ == MAPPING_TYPE) and full not in document["resources"]


def _lines(stack: Stack, id_: str, type_: str, resource: Any, document: dict[str, Any]) -> Iterator[ReportLine]:
    full, path = stack.resolver.full(id_), ("Resources", id_)
    verdict, reason = _resource(type_, document["resources"].get(full))
    yield ReportLine(full, "", verdict, reason, pointer(*path), stack.line(*path), type_)
    given = resource.get("Properties")
    table = PROPERTIES.get(type_) if _runs(type_) else None
    unused = {(line.resource, line.property) for line in stack.resolver.report if line.verdict in (MISSING, IGNORED)}
    for name, value in given.items() if table is not None and isinstance(given, dict) else ():
        if (full, name) in unused:
            continue
        verdict, reason = (table or {}).get(name, UNLISTED)
        where = (*path, "Properties", name)
        yield ReportLine(full, name, verdict, reason, pointer(*where), stack.line(*where), type_)
        if name == "Events" and isinstance(value, dict):
            yield from _events(stack, full, where, value, type_)


def _runs(type_: str) -> bool:
    """Whether its properties are worth a line each: a resource that stands still has one for all."""
    row = NODE_TYPES.get(SAM_TYPES.get(type_, type_))
    return row.simulated if row is not None else verdict_of(type_)[0] == MODELLED


def _events(stack: Stack, full: str, path: tuple[str, ...], events: dict[str, Any], type_: str) -> Iterator[ReportLine]:
    """The events of a SAM function: each is a resource of its own, told where the reader finds it."""
    for name, event in events.items():
        what, where = (event.get("Type"), (*path, name)) if isinstance(event, dict) else (None, (*path, name))
        given = event.get("Properties") if isinstance(event, dict) else None
        kind, table = SAM_EVENTS.get(str(what), ("", {}))
        if kind not in SIMULATED_LINKS:
            reason = f"Drawn as a link; {what} events are not simulated yet."
            yield ReportLine(full, f"Events.{name}", IGNORED, reason, pointer(*where), stack.line(*where), type_)
            continue
        for property_ in given if isinstance(given, dict) else ():
            verdict, reason = table.get(property_, UNLISTED)
            inner = (*where, "Properties", property_)
            told = f"Events.{name}.{property_}"
            yield ReportLine(full, told, verdict, reason, pointer(*inner), stack.line(*inner), type_)


def _resource(type_: str, drawn: Any) -> tuple[str, str]:
    given = drawn["Properties"] if isinstance(drawn, dict) else {}
    row = NODE_TYPES.get(SAM_TYPES.get(type_, type_))
    if row is None:
        if type_ == MAPPING_TYPE and not any(each in str(given.get("EventSourceArn")) for each in POLLED):
            return IGNORED, OTHER_SOURCE
        return verdict_of(type_)
    if not row.simulated:
        return IGNORED, STANDING.format(service=SERVICE_TITLES.get(row.service, row.service))
    behaviour = drawn["playground"].get("behaviour") if isinstance(drawn, dict) else None
    if not isinstance(behaviour, dict) or behaviour.get("failures") != STAND_IN["failures"]:
        return MODELLED, ""
    called = ", ".join(call["target"] for call in behaviour.get("calls", []))
    return MODELLED, STANDS_IN + (f" It passes each record on to {called}." if called else "")
