"""Values that remember the line they were written on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Mapping(dict[str, Any]):
    """A mapping with the line of each of its keys."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


class Sequence(list[Any]):
    """A list with the line of each of its members."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


def line_of(tree: object, path: Iterable[object]) -> int | None:
    """The line of the deepest place on the path that exists."""
    line: int | None = None
    for part in path:
        if isinstance(tree, Mapping) and part in tree.lines:
            line = tree.lines[str(part)]
            tree = tree[str(part)]
        elif isinstance(tree, Sequence) and isinstance(part, int) and part < len(tree):
            line = tree.lines[part]
            tree = tree[part]
        else:
            break
    return line
