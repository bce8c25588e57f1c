"""A template on disk with what it refers to, as an upload would hold it."""

from __future__ import annotations

from pathlib import Path

from flows.importers.code import SUFFIXES
from flows.importers.limits import LIMITS

COMPANIONS = {".yaml", ".yml", ".json", ".template", ".graphql", ".vtl", *SUFFIXES}
"""What templates refer to: nested templates, state machines, API definitions, schemas, code to look for calls in."""
NOT_ITS_OWN = {"node_modules", ".aws-sam", ".venv", "venv", "cdk.out", "dist"}
"""Folders of what was installed or built."""


def with_companions(path: Path) -> dict[str, bytes]:
    """The template and the files below its folder, as many as an upload may hold."""
    files = {path.name: path.read_bytes()}
    size = len(files[path.name])
    for companion in sorted(path.parent.rglob("*")):
        if companion.suffix not in COMPANIONS or not companion.is_file() or companion == path:
            continue
        if NOT_ITS_OWN & set(companion.relative_to(path.parent).parts[:-1]):
            continue
        size += companion.stat().st_size
        if len(files) == LIMITS.files or size > LIMITS.upload_bytes:
            break
        files[companion.relative_to(path.parent).as_posix()] = companion.read_bytes()
    return files
