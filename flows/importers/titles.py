"""A name for a topology, from what its template says about itself."""

from __future__ import annotations

import posixpath
import re

from flows.importers.tree import Mapping

LONGEST = 80
MARKS = re.compile(r"\((?:uksb-|tag:|SO\d)[^)]*\)")
"""What AWS's samples put into descriptions for their own statistics."""
LEADS = re.compile(
    r"^(?:An? )?(?:(?:AWS )?SAM template for|Sample SAM template for|Serverless patterns?\s*[-:]|Template (?:to|for))\s+",
    re.IGNORECASE,
)
USUAL = {"template", "main", "stack", "index", "app"}


def title_of(tree: Mapping, path: str) -> str:
    """The first line of its description, without the words that every template begins with; else the file's name."""
    description = tree.get("Description")
    text = MARKS.sub(" ", description) if isinstance(description, str) else ""
    first = next((line for line in text.splitlines() if line.strip()), "")
    whole = " ".join(first.split())
    said = LEADS.sub("", whole)
    if said:
        return _short(said if said == whole else said[:1].upper() + said[1:])
    stem = posixpath.basename(path).split(".")[0]
    folder = posixpath.basename(posixpath.dirname(path))
    return _short(stem if stem and stem.lower() not in USUAL else folder or "Imported template")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(",.;:-") + "…"
