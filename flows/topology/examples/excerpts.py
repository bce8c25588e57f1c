"""The lines of a template that hold one setting, as they are written there.

The template is composed, not constructed: tags such as `!GetAtt` need no meaning for it, and every node knows where it
begins and ends.
"""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def excerpt(text: str, steps: list[str]) -> str:
    """The key at the end of these steps, and what it holds; KeyError if the template has no such place."""
    node: Any = yaml.compose(text, LOADER)
    key: Any = None
    for step in steps:
        key, node = _below(node, step)
    lines = text.splitlines()
    first = (key or node).start_mark
    last = node.end_mark.line if _ends_on_its_line(node) else node.end_mark.line - 1
    kept = [" " * first.column + lines[first.line][first.column :], *lines[first.line + 1 : last + 1]]
    return dedent("\n".join(line for line in kept if line.strip() and _within(line, first.column)))


def _ends_on_its_line(node: Any) -> bool:
    """What is written in brackets or on one line does; a block ends where the next thing begins."""
    return bool(node.flow_style) if isinstance(node, yaml.CollectionNode) else node.style not in ("|", ">")


def _within(line: str, column: int) -> bool:
    """Comments and what stands further left are of the next thing."""
    return len(line) - len(line.lstrip()) >= column and not line.lstrip().startswith("#")


def _below(node: Any, step: str) -> tuple[Any, Any]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key, value
    if isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
        return None, node.value[int(step)]
    raise KeyError(step)
