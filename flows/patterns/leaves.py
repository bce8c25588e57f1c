"""An event as its leaves: path → values, and for each value in which elements of which arrays it lies.

Theory of operation (event-ruler's `Event`). A path is the names on the way joined by dots, so `{"a.b": 1}` and `{"a": {"b": 1}}`
have the same leaf. Arrays leave no trace in a path; all values of an array are values of one path, and an empty array or object
is nothing. What lies inside an object or array in an array remembers the element: two fields of a pattern may not be satisfied
by different elements of the same array (`arrays.py`). An array of one element can divide nothing and is not remembered.

Only what somebody asks for is read. The event is walked with a list, level by level, never by recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from flows.patterns.values import Leaf

Element: TypeAlias = "tuple[Element | None, int, int]"
"""The element around the array, the array's number in the event, the index in it."""


class Step:
    """A place in events that somebody asks for: its own values (`is_leaf`), what is below it (`inner`, by name), or both."""

    __slots__ = ("inner", "is_leaf", "path")

    def __init__(self, path: str = "") -> None:
        self.path, self.is_leaf = path, False
        self.inner: dict[str, Step] = {}

    def lead_to(self, path: str) -> None:
        """From here, which is the root."""
        step = self
        for name in path.split("."):
            if name not in step.inner:
                step.inner[name] = Step(f"{step.path}.{name}" if step is not self else name)
            step = step.inner[name]
        step.is_leaf = True

    def at(self, name: str) -> Step | None:
        """What is below under a name that may have dots in it, which are steps as well."""
        step = self
        for part in name.split("."):
            below = step.inner.get(part)
            if below is None:
                return None
            step = below
        return step


@dataclass(slots=True)
class Leaves:
    """`elements` has only those paths of which a value lies in an array's element; its lists are as long as those of `values`."""

    values: dict[str, list[Leaf]]
    elements: dict[str, list[Element | None]]


def steps_to(paths: Iterable[str]) -> Step:
    root = Step()
    for path in paths:
        root.lead_to(path)
    return root


def leaves_of(event: Any, steps: Step, leaf: Callable[[Any], Leaf]) -> Leaves:
    """The leaves on the way to `steps`. What is no object has none."""
    found = Leaves({}, {})
    if not isinstance(event, dict):
        return found
    values, elements = found.values, found.elements
    arrays = 0
    todo: list[tuple[Step, Any, Element | None]] = [(steps, event, None)]
    for step, container, element in todo:
        if type(container) is list:
            arrays += 1
            _read_array(found, container, arrays, step, element, todo, leaf)
            continue
        names = step.inner
        for name, value in container.items():
            below = names.get(name)
            if below is None and ("." not in name or (below := step.at(name)) is None):
                continue
            kind = type(value)
            if kind is dict:
                if below.inner:
                    todo.append((below, value, element))
            elif kind is list:
                todo.append((below, value, element))
            elif below.is_leaf:
                path = below.path
                known = values.get(path)
                if known is None:
                    values[path] = [value if kind is str else leaf(value)]
                    if element is not None:
                        elements[path] = [element]
                    continue
                known.append(value if kind is str else leaf(value))
                places = elements.get(path)
                if places is not None:
                    places.append(element)
                elif element is not None:
                    elements[path] = [*[None] * (len(known) - 1), element]
    return found


def _read_array(
    found: Leaves,
    items: list[Any],
    number: int,
    step: Step,
    element: Element | None,
    todo: list[tuple[Step, Any, Element | None]],
    leaf: Callable[[Any], Leaf],
) -> None:
    divides = len(items) > 1
    for index, item in enumerate(items):
        if isinstance(item, dict):
            if step.inner:
                todo.append((step, item, (element, number, index) if divides else element))
        elif isinstance(item, list):
            todo.append((step, item, (element, number, index) if divides else element))
        elif step.is_leaf:
            _add(found, step.path, item if type(item) is str else leaf(item), element)


def _add(found: Leaves, path: str, value: Leaf, element: Element | None) -> None:
    known = found.values.setdefault(path, [])
    places = found.elements.get(path)
    if places is None and element is not None:
        places = found.elements[path] = [None] * len(known)
    if places is not None:
        places.append(element)
    known.append(value)
