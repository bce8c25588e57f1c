"""The JSON paths of rules' targets: `$`, `.name`, `['name']`, `[0]`, `[*]`, `.*`, and no more (AWS: "Amazon EventBridge input
transformation": dots, dashes, underscores, indices, wildcards). What a path does not find is MISSING.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final, TypeAlias

MISSING: Final[Any] = object()
STEP = re.compile(r"\.(\*|[\w\-/:@#]+)|\[(\d+)\]|\[(\*)\]|\[(?:'([^']*)'|\"([^\"]*)\")\]")
ALL = object()
Step: TypeAlias = "str | int | object"


class PathError(ValueError):
    """No path."""


@lru_cache(4096)
def compile_path(text: str) -> tuple[Step, ...]:
    """Raises PathError."""
    if not text.startswith("$"):
        raise PathError(text)
    steps: list[Step] = []
    at = 1
    while at < len(text):
        found = STEP.match(text, at)
        if found is None:
            raise PathError(text)
        name, index, every, single, double = found.groups()
        if name == "*" or every:
            steps.append(ALL)
        elif index is not None:
            steps.append(int(index))
        else:
            steps.append(name if name is not None else single if single is not None else double)
        at = found.end()
    return tuple(steps)


def read(text: str, value: Any) -> Any:
    """What the path finds; a list, where it has a wildcard."""
    return _walk(compile_path(text), 0, value)


def _walk(steps: tuple[Step, ...], at: int, value: Any) -> Any:
    for position in range(at, len(steps)):
        step = steps[position]
        if step is ALL:
            inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            found = (_walk(steps, position + 1, each) for each in inside)
            return [each for each in found if each is not MISSING]
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                return MISSING
            value = value[step]
        else:
            if not isinstance(value, dict) or step not in value:
                return MISSING
            value = value[step]
    return value
