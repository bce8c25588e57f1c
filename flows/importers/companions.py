"""The other files of an upload: definitions, OpenAPI documents and nested templates, found by the path that names them."""

from __future__ import annotations

import posixpath
from typing import Any

from flows.importers.loader import load
from flows.topology.problems import Problem


class Companions:
    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = {posixpath.normpath(name.replace("\\", "/")): content for name, content in files.items()}
        self._trees: dict[str, Any] = {}
        self.problems: list[Problem] = []

    def path(self, location: object, beside: str) -> str | None:
        """The uploaded file that a location means: beside the template, else the only one whose path ends like it."""
        if not isinstance(location, str) or not location or "://" in location:
            return None
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(beside), location.replace("\\", "/")))
        if wanted in self._files:
            return wanted
        base = posixpath.basename(wanted)
        alike = [name for name in self._files if posixpath.basename(name) == base and name != beside]
        return alike[0] if len(alike) == 1 else None

    def tree(self, path: str) -> Any:
        """The content of a file, read once; its problems are told once, as warnings of the import."""
        if path not in self._trees:
            self._trees[path], problems = load(self._files[path], path)
            self.problems.extend(problems)
        return self._trees[path]

    def text(self, path: str) -> str:
        return self._files[path].decode("utf-8", "replace")

    def exactly(self, location: str, beside: str) -> str:
        """The text at one place and no other; nothing where nothing was uploaded there."""
        content = self._files.get(posixpath.normpath(posixpath.join(posixpath.dirname(beside), location)))
        return "" if content is None else content.decode("utf-8", "replace")
