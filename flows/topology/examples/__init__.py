"""The example topologies of the gallery: deployable SAM templates with a page of words beside each.

A folder per example: `template.yaml` (what the playground adds stands under `Metadata: Redrive:` of a resource, where AWS
does not look) and `about.json` (title, one line, what to watch, what to try, and the traffic that shows it). They are
data here and become documents by the importer, like anybody's template.

Where the point is that a setting replaces code, `before.py` is the handler as it would have to be without the setting,
`after.py` what is left of it, and `deleted` in `about.json` names the settings by their place in the template, from which
they are shown: the page cannot show a setting that the topology does not have.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from flows.topology.examples.excerpts import excerpt

FOLDER = Path(__file__).parent
TEMPLATE = "template.yaml"
WORDS = ("about.json", "before.py", "after.py")


@dataclass(frozen=True, slots=True)
class Experiment:
    do: str
    """What to change, by the words on the screen or in the template."""
    then: str
    """What happens then: tested, as every word of an example is (tests/topology/claims)."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that stands for code."""

    at: str
    """Its place in the template: a JSON pointer below Resources, without the first slash."""
    replaces: str
    source: str
    """The lines of the template that are there."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """The code that the settings replace."""

    says: str
    before: str
    after: str
    settings: list[Setting]


@dataclass(frozen=True, slots=True)
class Example:
    slug: str
    chapter: str
    title: str
    description: str
    watch: list[str]
    experiments: list[Experiment]
    deleted: Deleted | None = None
    traffic: dict[str, Any] = field(default_factory=dict)
    """`target` is a logical id; the rest are the parameters of `client:StartTraffic`."""
    also: list[dict[str, Any]] = field(default_factory=list)
    """What to send to other targets, in the same form."""
    files: dict[str, bytes] = field(default_factory=dict)
    main: str = TEMPLATE

    def guide(self, order: int) -> dict[str, Any]:
        """What a topology keeps of its example, as JSON."""
        return {
            "order": order,
            "slug": self.slug,
            "chapter": self.chapter,
            "watch": self.watch,
            "try": [asdict(experiment) for experiment in self.experiments],
            "deleted": self.deleted and asdict(self.deleted),
            "traffic": self.traffic,
            "also": self.also,
        }


@lru_cache(1)
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
        if path.is_file() and path.name not in WORDS
    }
    return Example(
        slug=folder.name,
        chapter=about["chapter"],
        title=about["title"],
        description=about["description"],
        watch=about["watch"],
        experiments=[Experiment(**experiment) for experiment in about["try"]],
        deleted=_deleted(folder, about["deleted"], files[TEMPLATE].decode()) if "deleted" in about else None,
        traffic=about["traffic"],
        also=about.get("also", []),
        files=files,
    )


def _deleted(folder: Path, given: dict[str, Any], template: str) -> Deleted:
    before, after = ((folder / name).read_text("utf-8") for name in ("before.py", "after.py"))
    settings = [
        Setting(setting["at"], setting["replaces"], excerpt(template, ["Resources", *_steps(setting["at"])]))
        for setting in given["settings"]
    ]
    return Deleted(given["says"], before, after, settings)


def _steps(pointer: str) -> list[str]:
    return [step.replace("~1", "/") for step in pointer.split("/")]
