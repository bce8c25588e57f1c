"""The report, resource by resource and property by property; and mending what a template says wrongly.

`PROPERTIES` is the table behind "simulated, approximated, left out": for every modelled type, each property with its
verdict and the reason. A property that is not in the table changes nothing about where messages go, and is ignored.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from flows.importers.properties import PROPERTIES, UNLISTED
from flows.importers.report import IGNORED, MODELLED, ReportLine
from flows.importers.resolver import type_of
from flows.importers.sam import Raw
from flows.importers.stack import Stack
from flows.importers.types import verdict_of
from flows.topology.problems import pointer
from flows.topology.properties import PROPERTY_MODELS
from flows.topology.types import NODE_TYPES, SAM_TYPES
from flows.topology.words import is_yes

STANDING = "It is drawn, and stands still when the topology runs: {service} is not simulated yet."
FIFO = "It is drawn, and stands still when the topology runs: FIFO queues are not simulated yet."


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
                stack.resolver.note(
                    ("Resources", raw.declared, "Properties", name),
                    IGNORED,
                    f"The value cannot be used ({wrong[name]}); AWS's default is taken.",
                )
                del raw.properties[name]
            if here:
                continue
            stack.raws.pop(raw.id, None)
            stack.resolver.note(("Resources", raw.declared), IGNORED, f"It cannot be used without {', '.join(wrong)}.")
        return


def report_on(stack: Stack, document: dict[str, Any]) -> list[ReportLine]:
    lines: list[ReportLine] = []
    for id_, resource in stack.resolver.resources.items():
        type_ = type_of(resource)
        if not type_:
            continue
        path = ("Resources", id_)
        full = stack.prefix + id_
        verdict, reason = _resource(type_, document["resources"].get(full))
        lines.append(ReportLine(full, "", verdict, reason, pointer(*path), stack.line(*path), type_))
        given = resource.get("Properties")
        table = PROPERTIES.get(type_)
        if table is None or not isinstance(given, dict):
            continue
        for name in given:
            verdict, reason = table.get(name, UNLISTED)
            where = (*path, "Properties", name)
            lines.append(ReportLine(full, name, verdict, reason, pointer(*where), stack.line(*where), type_))
    for inner in stack.inner:
        lines.extend(report_on(inner, document))
    return lines


def _resource(type_: str, drawn: Any) -> tuple[str, str]:
    row = NODE_TYPES.get(SAM_TYPES.get(type_, type_))
    if row is None:
        return verdict_of(type_)
    if not row.simulated:
        return IGNORED, STANDING.format(service=row.type.split("::")[1])
    if isinstance(drawn, dict) and is_yes(drawn["Properties"].get("FifoQueue")):
        return IGNORED, FIFO
    return MODELLED, ""
