"""The gallery's examples with their words: by chapter for the gallery, one by one for their pages and for the studio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404

from dashboard.highlighting import python, template
from flows.models import Topology
from flows.topology.examples.chapters import CHAPTERS, Chapter
from flows.topology.examples.pictures import Picture, pictures_of

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from dashboard.library import Card


@dataclass(frozen=True, slots=True)
class Shelf:
    """A chapter of the gallery."""

    chapter: Chapter
    cards: list[Card]


@dataclass(frozen=True, slots=True)
class Setting:
    resource: str
    path: list[str]
    replaces: str
    source: SafeString


@dataclass(frozen=True, slots=True)
class Guide:
    """The words of an example: what to watch, what to try, the code that its settings replace."""

    slug: str
    url: str
    chapter: Chapter
    pictures: list[Picture]
    watch: list[str]
    experiments: list[dict[str, str]]
    says: str
    before: SafeString
    after: SafeString
    before_lines: int
    after_lines: int
    settings: list[Setting]

    @property
    def slides(self) -> str:
        return self.pictures[0].slides if self.pictures else ""

    @property
    def heading(self) -> str:
        return self.pictures[0].heading if self.pictures else self.chapter.title


def shelves(cards: list[Card]) -> list[Shelf]:
    found = [
        Shelf(chapter, [card for card in cards if _chapter(card.topology) == chapter.slug]) for chapter in CHAPTERS
    ]
    return [shelf for shelf in found if shelf.cards]


def example_of(slug: str) -> Topology:
    topology = Topology.objects.filter(slug=slug, is_example=True).first()
    if topology is None or not guide_of(topology):
        raise Http404
    return topology


def guide_of(topology: Topology) -> Guide | None:
    """None for what is no example, or was loaded before examples had guides."""
    given = topology.guide
    chapter = next((chapter for chapter in CHAPTERS if chapter.slug == given.get("chapter")), None)
    if chapter is None:
        return None
    deleted = given["deleted"]
    return Guide(
        slug=topology.slug,
        url=f"/examples/{topology.slug}/",
        chapter=chapter,
        pictures=pictures_of(topology.slug),
        watch=given["watch"],
        experiments=given["try"],
        says=deleted["says"],
        before=python(deleted["before"]),
        after=python(deleted["after"]),
        before_lines=_lines(deleted["before"]),
        after_lines=_lines(deleted["after"]),
        settings=[_setting(setting) for setting in deleted["settings"]],
    )


def neighbours(topology: Topology) -> tuple[Topology | None, Topology | None]:
    """The examples before and after, in the gallery's order."""
    ordered = sorted(Topology.objects.filter(is_example=True), key=lambda one: one.guide.get("order", 0))
    index = ordered.index(topology)
    return ordered[index - 1] if index else None, ordered[index + 1] if index + 1 < len(ordered) else None


def _chapter(topology: Topology) -> str:
    return str(topology.guide.get("chapter", ""))


def _setting(given: dict[str, Any]) -> Setting:
    resource, *path = given["at"].split("/")
    return Setting(
        resource,
        [step.replace("~1", "/") for step in path if step != "Properties"],
        given["replaces"],
        template(given["source"]),
    )


def _lines(source: str) -> int:
    """Of code: blank lines and comments are free."""
    return sum(1 for line in source.splitlines() if line.strip() and not line.strip().startswith("#"))
