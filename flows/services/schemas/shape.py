"""The shape of JSON values: what is inferred from events, merged, read from a schema and written as one.

Theory of operation. A shape is which JSON types a value may have; of objects also the shape of each member and which members are always
there, of lists the shape of all elements. The shape of two values is the union: types of both, members of both, required is what both have.
So merging is commutative and associative, and the shape of many events does not depend on their order. `integer` is contained in `number`.
A text is a `date-time` as long as every text seen there was one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")
OBJECT, ARRAY, STRING, NUMBER, INTEGER, BOOLEAN, NULL = (
    "object",
    "array",
    "string",
    "number",
    "integer",
    "boolean",
    "null",
)
ORDER = (OBJECT, ARRAY, STRING, NUMBER, INTEGER, BOOLEAN, NULL)
DEEPEST = 64


@dataclass(frozen=True, slots=True)
class Shape:
    """`types` in the order of `ORDER`; none at all is a value that nothing is known of."""

    types: tuple[str, ...] = ()
    members: dict[str, Shape] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    items: Shape | None = None
    format: str = ""
    allowed: tuple[Any, ...] = ()
    """`enum`, where a schema says so."""

    @property
    def plain(self) -> str:
        """The one type beside null; "" if there are none or several."""
        found = [each for each in self.types if each != NULL]
        return found[0] if len(found) == 1 else ""

    @property
    def nullable(self) -> bool:
        return NULL in self.types


ANYTHING = Shape()


def shape_of(value: Any, depth: int = 0) -> Shape:
    """The shape of one value."""
    if isinstance(value, dict) and depth < DEEPEST:
        members = {str(name): shape_of(value[name], depth + 1) for name in sorted(value)}
        return Shape((OBJECT,), members, frozenset(members))
    if isinstance(value, list) and depth < DEEPEST:
        items = None
        for each in value:
            found = shape_of(each, depth + 1)
            items = found if items is None else merged(items, found)
        return Shape((ARRAY,), items=items)
    if isinstance(value, str):
        return Shape((STRING,), format="date-time" if DATE_TIME.fullmatch(value) else "")
    if isinstance(value, bool):
        return Shape((BOOLEAN,))
    if isinstance(value, int):
        return Shape((INTEGER,))
    if isinstance(value, float):
        return Shape((NUMBER,))
    return Shape((NULL,)) if value is None else ANYTHING


def merged(one: Shape, other: Shape) -> Shape:
    """The shape of values of either."""
    if one == other:
        return one
    types = set(one.types) | set(other.types)
    if NUMBER in types:
        types.discard(INTEGER)
    names = sorted(one.members.keys() | other.members.keys())
    members = {name: _either(one.members.get(name), other.members.get(name)) for name in names}
    objects = [each for each in (one, other) if OBJECT in each.types]
    required = frozenset.intersection(*(each.required for each in objects)) if objects else frozenset[str]()
    texts = {each.format for each in (one, other) if STRING in each.types}
    items = _either(one.items, other.items) if one.items or other.items else None
    allowed = tuple(dict.fromkeys((*one.allowed, *other.allowed))) if one.allowed and other.allowed else ()
    kinds = tuple(each for each in ORDER if each in types)
    return Shape(kinds, members, required, items, texts.pop() if len(texts) == 1 else "", allowed)


def _either(one: Shape | None, other: Shape | None) -> Shape:
    if one is None or other is None:
        return one or other or ANYTHING
    return merged(one, other)
