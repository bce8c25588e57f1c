"""An event as its leaves: path → values, and for each value in which elements of which arrays it lies.

Theory of operation (event-ruler's `Event`). A path is the names on the way joined by dots, so `{"a.b": 1}` and `{"a": {"b": 1}}`
have the same leaf. Arrays leave no trace in a path; all values of an array are values of one path, and an empty array or object
is nothing. What lies inside an object or array in an array remembers the element: two fields of a pattern may not be satisfied
by different elements of the same array (`arrays.py`). An array of one element can divide nothing and is not remembered.

Only what somebody asks for is read. The event is walked with a list, level by level, never by recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from flows.patterns.values import Leaf

LEAF, INNER = 1, 2
Steps: TypeAlias = Mapping[str, int]
"""Path → whether its own values are asked for, what is below it, or both."""
Element: TypeAlias = "tuple[Element | None, int, int]"
"""The element around the array, the array's number in the event, the index in it."""


@dataclass(slots=True)
class Leaves:
    """`elements` has only those paths of which a value lies in an array's element; its lists are as long as those of `values`."""

    values: dict[str, list[Leaf]]
    elements: dict[str, list[Element | None]]


def steps_to(paths: Iterable[str]) -> dict[str, int]:
    steps: dict[str, int] = {}
    for path in paths:
        steps[path] = steps.get(path, 0) | LEAF
        at = path.find(".")
        while at >= 0:
            steps[path[:at]] = steps.get(path[:at], 0) | INNER
            at = path.find(".", at + 1)
    return steps


def leaves_of(event: Any, steps: Steps, leaf: Callable[[Any], Leaf]) -> Leaves:
    """The leaves on the way to `steps`. What is no object has none."""
    found = Leaves({}, {})
    if not isinstance(event, dict):
        return found
    values = found.values
    arrays = 0
    todo: list[tuple[str, Any, Element | None]] = [("", event, None)]
    for prefix, container, element in todo:
        if isinstance(container, list):
            arrays += 1
            for index, item in enumerate(container):
                place = (element, arrays, index) if len(container) > 1 else element
                if isinstance(item, list):
                    todo.append((prefix, item, place))
                elif isinstance(item, dict):
                    if steps[prefix] & INNER:
                        todo.append((f"{prefix}.", item, place))
                elif steps[prefix] & LEAF:
                    _add(found, prefix, item if type(item) is str else leaf(item), element)
            continue
        for name, value in container.items():
            path = prefix + name
            step = steps.get(path)
            if step is None:
                continue
            kind = type(value)
            if kind is dict:
                if step & INNER:
                    todo.append((path + ".", value, element))
            elif kind is list:
                todo.append((path, value, element))
            elif step & LEAF:
                scalar = value if kind is str else leaf(value)
                if element is None and path not in values:
                    values[path] = [scalar]
                else:
                    _add(found, path, scalar, element)
    return found


def _add(found: Leaves, path: str, value: Leaf, element: Element | None) -> None:
    known = found.values.get(path)
    if known is None:
        known = found.values[path] = []
    if element is not None or path in found.elements:
        places = found.elements.setdefault(path, [None] * len(known))
        places.append(element)
    known.append(value)
