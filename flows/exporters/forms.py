"""The forms a topology can be written in: one row each, for the page, the API and the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flows.exporters.mermaid import mermaid
from flows.exporters.sam import export_sam
from flows.topology import compile_topology


@dataclass(frozen=True, slots=True)
class Form:
    title: str
    words: str
    ending: str
    media_type: str
    type: str
    """What it is when it is read: JSON Schema's word."""
    write: Callable[[dict[str, Any]], str]


FORMS: dict[str, Form] = {
    "sam": Form(
        "SAM template",
        "Deploys with sam deploy, and comes back by an import as the same topology: behaviours, faults and positions stand in its metadata.",
        "template.yaml",
        "text/plain",  # YAML, but with tags that no reader of plain YAML knows
        "string",
        export_sam,
    ),
    "mermaid": Form(
        "Mermaid",
        "The picture as text, for a page of documentation or a pull request.",
        "mmd",
        "text/vnd.mermaid",
        "string",
        lambda document: mermaid(compile_topology(document)),
    ),
    "json": Form(
        "Topology document",
        "The playground's own form, for another installation.",
        "json",
        "application/json",
        "object",
        lambda document: json.dumps(document, ensure_ascii=False, indent=2) + "\n",
    ),
}


def export(document: dict[str, Any], form: str) -> str:
    """The document must have no error problems (`validate`)."""
    return FORMS[form].write(document)
