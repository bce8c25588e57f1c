"""The reference page about importing, out of the importer's own tables: what is drawn, what is read, what is refused."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from flows.importers.limits import LIMITS
from flows.importers.problems import IMPORT_CHECKS
from flows.importers.properties import PROPERTIES
from flows.importers.types import LINK_TYPES, OTHER_TYPES, verdict_of
from flows.topology.types import NODE_TYPES, SAM_TYPES, SERVICE_TITLES, STUB

if TYPE_CHECKING:
    from collections.abc import Iterator

REST = "*"


def importing() -> str:
    lines = [
        "# Importing",
        "",
        "What becomes of each resource type and each property of a template, and the words of every refusal.",
        "",
        "## Resources that are drawn",
        "",
        "| type | kind | |",
        "|---|---|---|",
        *_drawn(),
        "",
        "## Resources that are links, or are not drawn",
        "",
        "| type | verdict | |",
        "|---|---|---|",
        *(f"| `{type_}` | {_row(verdict_of(type_))} |" for type_ in sorted({*LINK_TYPES, *OTHER_TYPES} - {REST})),
        f"| any other | {_row(OTHER_TYPES[REST])} |",
        "",
        "## Properties",
        "",
        "A property that is not listed does not change where messages go, and is ignored.",
    ]
    for type_, table in PROPERTIES.items():
        lines += ["", f"### {type_}", "", "| property | verdict | |", "|---|---|---|"]
        lines += [f"| `{name}` | {_row(verdict)} |" for name, verdict in table.items()]
    lines += ["", "## Limits", "", "| limit | value |", "|---|---|"]
    lines += [f"| {field.name.replace('_', ' ')} | {getattr(LIMITS, field.name):,} |" for field in fields(LIMITS)]
    lines += ["", "## Problems"]
    for check in IMPORT_CHECKS.values():
        lines += ["", f"### {check.code}", "", f"*{check.severity}* · {_prose(check.sentence)}", "", _prose(check.hint)]
    return "\n".join(lines)


def _drawn() -> Iterator[str]:
    for row in NODE_TYPES.values():
        if row.type != STUB:
            title = SERVICE_TITLES.get(row.service, row.service)
            yield f"| `{row.type}` | {row.kind} | {'simulated' if row.simulated else f'drawn; {title} is not simulated yet'} |"
    for sam, type_ in SAM_TYPES.items():
        yield f"| `{sam}` | {NODE_TYPES[type_].kind} | read as `{type_}` |"


def _row(verdict: tuple[str, str]) -> str:
    return f"{verdict[0]} | {verdict[1]}"


def _prose(sentence: str) -> str:
    return sentence.replace("{", "*").replace("}", "*").replace("<", "&lt;")
