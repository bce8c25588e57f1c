"""Code bindings: classes of an event for Python, TypeScript and Java, from templates of ours, in a zip archive.

`LANGUAGES` has a row per language as AWS names them: from a schema's document to the files of the archive, by their paths.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Mapping
from typing import TypeAlias

from flows.services.ports import Json
from flows.services.schemas.bindings import java, python, typescript
from flows.services.schemas.bindings.model import Model, model_of

Files: TypeAlias = "dict[str, str]"
LANGUAGES: Mapping[str, Callable[[Model], Files]] = {
    "Python36": python.files,
    "TypeScript3": typescript.files,
    "Java8": java.files,
}
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""A zip archive knows no earlier date, and ours has no other."""


def files_of(document: Json, name: str, language: str) -> Files:
    return LANGUAGES[language](model_of(document, name))


def archive(files: Files) -> str:
    """The files in a zip archive, as base64; the same files give the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as zipped:
        for path in sorted(files):
            zipped.writestr(zipfile.ZipInfo(path, FIRST_DAY), files[path])
    return base64.b64encode(held.getvalue()).decode()
