"""Names that people can read: for a topology from its template's description, for a CDK's resources from their path."""

from __future__ import annotations

import posixpath
import re

from flows.importers.resolver import section
from flows.importers.tree import Mapping

LONGEST = 80
MARKS = re.compile(r"\((?:uksb-|tag:|SO\d)[^)]*\)")
"""What AWS's samples put into descriptions for their own statistics."""
LEADS = re.compile(
    r"^(?:An? )?(?:(?:AWS )?SAM template for|Sample SAM template for|Serverless patterns?\s*[-:]|Template (?:to|for))\s+",
    re.IGNORECASE,
)
HASHED = re.compile(r"(.+?)[0-9A-F]{8}")
NOISE = {"Resource", "Default", ""}
"""Parts of a CDK path that every construct has."""
CDK_MARKS = ("BootstrapVersion", "CDKMetadata", "AssetParameters")
"""Parameters, conditions or resources that only a CDK writes."""
USUAL = {"template", "main", "stack", "index", "app"}
UNTITLED = "Imported template"


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
    return _short(stem if stem and stem.lower() not in USUAL else folder or UNTITLED)


def is_by_cdk(tree: Mapping) -> bool:
    names = [*section(tree, "Parameters"), *section(tree, "Resources")]
    return any(name.startswith(CDK_MARKS) for name in names)


def label_of(id_: str, metadata: object, *, by_cdk: bool) -> str:
    """What a CDK's author called a resource, instead of the run-together logical id with its hash; "" keeps the id."""
    path = metadata.get("aws:cdk:path") if isinstance(metadata, dict) else None
    parts = [part for part in path.split("/")[1:] if part not in NOISE] if isinstance(path, str) else []
    if parts:
        return _short("/".join(parts[-2:]))
    hashed = HASHED.fullmatch(id_) if by_cdk else None
    return hashed[1] if hashed is not None else ""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(",.;:-") + "…"
