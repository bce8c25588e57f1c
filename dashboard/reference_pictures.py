"""The talk picture by picture: which example shows it, and what it looks like in the studio.

The pictures are made by `python -m tests.browser.gallery_pictures` and lie in `static/public/pictures`, one for each theme.
"""

from __future__ import annotations

from flows.topology.examples import Example, all_examples
from flows.topology.examples.chapters import CHAPTERS
from flows.topology.examples.pictures import PICTURES, Picture

INTRODUCTION = """\
# The talk, picture by picture

Redrive grew from the talk "I want you to write less Python code" (2020). Every picture of it is a topology of the
[gallery](/) that you can run, break and repair. Headings and sentences are ours; the numbers are the slides'. Under an example's
name are its guide and the code that its settings replace.

| slides | picture | example |
|---|---|---|
"""


def pictures() -> str:
    """The table of the slides, then every example as the studio draws it after its own traffic."""
    known = {example.slug: example for example in all_examples()}
    rows = "".join(_row(picture, known) for picture in PICTURES)
    chapters = "\n".join(
        f"\n## {chapter.title}\n\n{chapter.says}\n"
        + "".join(_shown(example) for example in known.values() if example.chapter == chapter.slug)
        for chapter in CHAPTERS
        if any(example.chapter == chapter.slug for example in known.values())
    )
    return f"{INTRODUCTION}{rows}{chapters}"


def _row(picture: Picture, known: dict[str, Example]) -> str:
    links = [f"[{known[slug].title}](/examples/{slug}/)" for slug in picture.examples if slug in known]
    return f"| {picture.slides} | **{picture.heading}.** {picture.shows} | {'<br>'.join(links)} |\n"


def _shown(example: Example) -> str:
    alt = f"The studio after the traffic of this example: {example.description}".replace('"', "'")
    images = "".join(
        f'<img class="only-{theme}" src="/static/pictures/{example.slug}.{theme}.webp" alt="{alt}" loading="lazy" width="1280" height="735">'
        for theme in ("light", "dark")
    )
    return f"\n### [{example.title}](/examples/{example.slug}/)\n\n{example.description}\n\n<p>{images}</p>\n"
