"""Everything that is wrong with a pattern, not only what AWS says first.

AWS reads a pattern to its first problem. Someone who is writing one wants them all, so after a refusal every field is compiled for
itself; what the whole was refused for (too many keys, too complex) stays in the list too. Places in the text are left out: a
problem names its field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flows.patterns.compiler import OR
from flows.patterns.pattern import Pattern
from flows.patterns.reading import PatternError
from flows.patterns.values import Numeral, read_json

MOST_PROBLEMS = 50
PLACE = "\n at ["
NUMERAL = re.compile(r'"\\u0000([-+.0-9eE]+)\\u0000"')


@dataclass(frozen=True, slots=True)
class PatternProblem:
    path: str
    message: str


def problems(text: str, compiler: Callable[[str], Pattern]) -> list[PatternProblem]:
    """Of a pattern as text, or nothing if it can be compiled."""
    try:
        compiler(text)
    except PatternError as error:
        first = _problem(error.path, error)
    else:
        return []
    try:
        tree = read_json(text)
    except ValueError:
        return [first]
    found: dict[PatternProblem, None] = {}
    for path, field in _fields(tree):
        found |= dict.fromkeys(_alone(path, field, compiler))
        if len(found) >= MOST_PROBLEMS:
            break
    if first.message not in {each.message for each in found}:
        found = {first: None, **found}
    return list(found)[:MOST_PROBLEMS]


def _fields(tree: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path, and a pattern that has nothing but this field."""
    todo = [("", tree)] if isinstance(tree, dict) else []
    for path, branch in todo:
        for name, value in branch.items():
            here = f"{path}.{name}" if path else name
            if (
                name == OR
                and isinstance(value, list)
                and len(value) > 1
                and all(isinstance(each, dict) for each in value)
            ):
                todo += [(path, each) for each in value]
            elif isinstance(value, dict) and value:
                todo.append((here, value))
            else:
                yield here, {name: value}


def _alone(path: str, field: dict[str, Any], compiler: Callable[[str], Pattern]) -> Iterator[PatternProblem]:
    """The problems of a field: those of each value in its array, so that one does not hide another."""
    ((name, value),) = field.items()
    for each in [[item] for item in value] if isinstance(value, list) and value else [value]:
        try:
            compiler(NUMERAL.sub(r"\1", json.dumps({name: each}, default=_marked)))
        except PatternError as error:
            yield _problem(path, error)


def _problem(path: str, error: PatternError) -> PatternProblem:
    return PatternProblem(path, error.reason.partition(PLACE)[0])


def _marked(value: Numeral) -> str:
    """A number that Python's writer does not know, to be freed of its quotes afterwards."""
    return f"\0{value}\0"
