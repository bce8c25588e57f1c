"""The example topologies of the gallery: deployable SAM templates with a page of words beside each.

A folder per example: `template.yaml` (what the playground adds stands under `Metadata: Redrive:` of a resource, where AWS
does not look) and `about.json` (title, one line, what to watch, what to try, and the traffic that shows it). They are
data here and become documents by the importer, like anybody's template.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
TEMPLATE = "template.yaml"


@dataclass(frozen=True, slots=True)
class Example:
    slug: str
    title: str
    description: str
    watch: str
    try_: str
    traffic: dict[str, Any] = field(default_factory=dict)
    """`target` is a logical id; the rest are the parameters of `client:StartTraffic`."""
    files: dict[str, bytes] = field(default_factory=dict)
    main: str = TEMPLATE


def all_examples() -> list[Example]:
    """In the order of the gallery: the number in `about.json`, from the plain one to the surprising one."""
    found = [(about["order"], _example(folder, about)) for folder, about in _folders()]
    return [example for _, example in sorted(found, key=lambda pair: pair[0])]


def _folders() -> list[tuple[Path, dict[str, Any]]]:
    return [(path.parent, json.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*/about.json"))]


def _example(folder: Path, about: dict[str, Any]) -> Example:
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "about.json"
    }
    return Example(
        folder.name, about["title"], about["description"], about["watch"], about["try"], about["traffic"], files
    )
