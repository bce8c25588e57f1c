"""The docs, served by the house itself: Markdown in `templates/docs/<section>/`, and pages generated from the tables.

A page is a file or a generator in `GENERATED`; both give Markdown, so both get headings, anchors and a place in the
navigation. Only our own files are rendered; nothing a user typed comes here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from markdown import Markdown

from dashboard.reference import GENERATED

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTIONS = {
    "": "Start",
    "tutorial": "Tutorial",
    "how-to": "How to",
    "reference": "Reference",
    "explanation": "Explanation",
}
EXTENSIONS = ("fenced_code", "tables", "toc", "attr_list", "admonition", "meta", "sane_lists")
CONFIGURED = {"toc": {"permalink": False}, "tables": {"use_align_attribute": True}}
"""A column is aligned by an attribute, since no inline style gets past our policy."""
EMPTY_HEAD = re.compile(r"<th( [^>]*)?></th>")
LAST = 1000
"""Pages say `order: 10` in their head; those that do not stand behind, by title."""


@dataclass(frozen=True, slots=True)
class Page:
    section: str
    slug: str
    title: str
    order: int
    html: str
    headings: list[tuple[str, str]]

    @property
    def url(self) -> str:
        return "/docs/" + "".join(f"{part}/" for part in (self.section, self.slug) if part and part != "index")


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    pages: list[Page]

    def find(self, section: str, slug: str) -> Page | None:
        return next((page for page in self.pages if (page.section, page.slug) == (section, slug)), None)

    def sections(self, current: Page) -> list[tuple[str, list[Entry]]]:
        named = (
            (name, [_entry(page, current) for page in self.pages if page.section == section])
            for section, name in SECTIONS.items()
        )
        return [(name, entries) for name, entries in named if entries]

    def neighbours(self, page: Page) -> tuple[Entry | None, Entry | None]:
        index = self.pages.index(page)
        previous = _entry(self.pages[index - 1], page) if index else None
        following = _entry(self.pages[index + 1], page) if index + 1 < len(self.pages) else None
        return previous, following


def shelf() -> Shelf:
    return _read() if settings.DEBUG else _kept()


@lru_cache(1)
def _kept() -> Shelf:
    return _read()


def _read() -> Shelf:
    order = list(SECTIONS)
    pages = [*_written(), *_generated()]
    return Shelf(sorted(pages, key=lambda page: (order.index(page.section), page.order, page.title)))


def _written() -> Iterator[Page]:
    root = Path(settings.BASE_DIR) / "templates" / "docs"
    for section in SECTIONS:
        for file in sorted((root / section).glob("*.md")):
            yield _page(section, file.stem, file.read_text(encoding="utf-8"))


def _generated() -> Iterator[Page]:
    for slug, generate in GENERATED.items():
        yield _page("reference", slug, generate())


def _page(section: str, slug: str, text: str) -> Page:
    markdown: Any = Markdown(extensions=list(EXTENSIONS), extension_configs=CONFIGURED)
    html = _reachable(markdown.convert(text))
    tokens = markdown.toc_tokens
    title = tokens[0]["name"] if tokens else slug
    order = int(markdown.Meta.get("order", [LAST])[0])
    headings = [(child["id"], child["name"]) for token in tokens for child in token["children"]]
    return Page(section, slug, title, order, html, headings)


def _reachable(html: str) -> str:
    """Code that scrolls is reached by keyboard; the head of a column that has no name is no heading."""
    return EMPTY_HEAD.sub("<td></td>", html.replace("<pre>", '<pre tabindex="0">'))


def _entry(page: Page, current: Page) -> Entry:
    return Entry(page.title, page.url, page is current)
