"""A compiled pattern: which events it matches, and why it does not match another.

Theory of operation. A pattern is one or several *branches* (each `$or` multiplies them); it matches where one of them does. A
branch is a field per path, all of which must hold, and a field holds where one of its conditions does for one of the path's
values. Most events have each path once; only where arrays of objects are on the way do fields have to be looked at together.

A pattern is a definition, so it never enters a checkpoint: pickled, it is its own text, and is compiled again when the box is
opened (`remember` keeps what was compiled).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flows.patterns.arrays import Asked, hold_together, share_an_element
from flows.patterns.conditions import Absent, Condition, Equals, listed
from flows.patterns.leaves import Leaves, leaves_of, steps_to
from flows.patterns.values import Leaf, leaf, shown

MOST_FOUND = 3
"""So many values are told."""
LONGEST_KEPT = 16_384
"""Longer texts are compiled every time."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why an event does not match: the first field that failed, what it wants and what was found, in words.

    Of several branches it is the one that came nearest: `failing` of its `fields` failed.
    """

    path: str
    wanted: str
    found: str
    sentence: str
    failing: int
    fields: int

    @property
    def distance(self) -> tuple[int, int]:
        """How far from a match: by the fields that failed, then by how few held."""
        return self.failing, self.failing - self.fields


@dataclass(frozen=True, slots=True)
class Field:
    """What one path of a branch must be."""

    path: str
    conditions: tuple[Condition, ...]
    values: frozenset[Leaf] = field(init=False)
    tests: tuple[Callable[[Leaf], bool], ...] = field(init=False)
    may_be_absent: bool = field(init=False)

    def __post_init__(self) -> None:
        plain = [condition for condition in self.conditions if isinstance(condition, Equals)]
        tests = [each.holds for each in self.conditions if not isinstance(each, Equals | Absent)]
        absent = any(isinstance(each, Absent) for each in self.conditions)
        object.__setattr__(self, "values", frozenset(each.value for each in plain))
        object.__setattr__(self, "tests", tuple(tests))
        object.__setattr__(self, "may_be_absent", absent)

    def holds(self, value: Leaf) -> bool:
        if value in self.values:
            return True
        for test in self.tests:  # noqa: SIM110 - the innermost loop: a generator would cost more than the tests
            if test(value):
                return True
        return False

    def holds_for(self, values: Sequence[Leaf] | None) -> bool:
        """For a path with these values; None or nothing: it is not there."""
        if not values:
            return self.may_be_absent
        return self.holds(values[0]) or (len(values) > 1 and any(map(self.holds, values)))

    def wanted(self) -> str:
        return listed([condition.words() for condition in self.conditions])

    def mismatch(self, values: Sequence[Leaf] | None, failing: int, fields: int) -> Mismatch:
        found = _found(values) if values else "nothing"
        says = f"is {found}" if values else "is missing"
        wanted = self.wanted()
        sentence = f"{self.path} {says}, wanted is {wanted}"
        return Mismatch(self.path, wanted, found, sentence, failing, fields)

    def apart(self, values: Sequence[Leaf], fields: int) -> Mismatch:
        """It holds, but only in another element of an array than the fields before it."""
        wanted = self.wanted()
        sentence = f"{self.path} is {wanted} only in another element of the array than the other fields"
        return Mismatch(self.path, wanted, _found(values), sentence, 1, fields)


@dataclass(frozen=True, slots=True)
class Branch:
    """Fields as written; `ordered` by name, in which order arrays are searched."""

    fields: tuple[Field, ...]
    ordered: tuple[Field, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ordered", tuple(sorted(self.fields, key=lambda each: each.path)))

    def matches(self, leaves: Leaves) -> bool:
        values = leaves.values
        for each in self.fields:
            if not each.holds_for(values.get(each.path)) and not (each.may_be_absent and each.path in leaves.elements):
                return False
        return not leaves.elements or self.holds_together(leaves)

    def holds_together(self, leaves: Leaves) -> bool:
        """Whether fields that hold each for itself do so in the same elements of arrays."""
        asked = [_asked(each, leaves) for each in self.ordered if each.path in leaves.elements]
        shared = share_an_element(asked)
        return hold_together(asked) == len(asked) if shared is None else shared

    def _apart(self, leaves: Leaves) -> Field | None:
        """The first field that holds only beside those before it."""
        divided = [each for each in self.ordered if each.path in leaves.elements]
        held = hold_together([_asked(each, leaves) for each in divided])
        return divided[held] if held < len(divided) else None

    def mismatch(self, leaves: Leaves) -> Mismatch | None:
        values, count = leaves.values, len(self.fields)
        failed = [
            each
            for each in self.fields
            if not each.holds_for(values.get(each.path)) and not (each.may_be_absent and each.path in leaves.elements)
        ]
        if failed:
            return failed[0].mismatch(values.get(failed[0].path), len(failed), count)
        apart = self._apart(leaves) if leaves.elements else None
        return None if apart is None else apart.apart(values[apart.path], count)


class Pattern:
    """`kind` (who compiles it) and `text` make it again; `leaf` reads scalars as its service does."""

    __slots__ = ("branches", "definition_key", "kind", "leaf", "steps", "text")

    def __init__(self, kind: str, text: str, branches: tuple[Branch, ...], leaf: Callable[[Any], Leaf] = leaf) -> None:
        self.kind, self.text, self.branches, self.leaf = kind, text, branches, leaf
        self.definition_key = f"pattern/{kind}/{text}"
        self.steps = steps_to(each.path for branch in branches for each in branch.fields)

    def matches(self, event: Any) -> bool:
        """An event as JSON readers give it. What is no object matches nothing."""
        return isinstance(event, dict) and self.holds_for(self.leaves(event))

    def explain(self, event: Any) -> Mismatch | None:
        """Why the event does not match; None if it does."""
        if not isinstance(event, dict):
            return Mismatch("", "an object", "no object", "it is no JSON object", 1, 1)
        return self.why_not(self.leaves(event))

    def leaves(self, event: Any) -> Leaves:
        return leaves_of(event, self.steps, self.leaf)

    def holds_for(self, leaves: Leaves) -> bool:
        return any(branch.matches(leaves) for branch in self.branches)

    def why_not(self, leaves: Leaves) -> Mismatch | None:
        nearest: Mismatch | None = None
        for branch in self.branches:
            mismatch = branch.mismatch(leaves)
            if mismatch is None:
                return None
            if nearest is None or mismatch.distance < nearest.distance:
                nearest = mismatch
        return nearest

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and self.definition_key == other.definition_key

    def __hash__(self) -> int:
        return hash(self.definition_key)

    def __repr__(self) -> str:
        return f"<Pattern {self.kind} {self.text}>"

    def __reduce__(self) -> tuple[Callable[[str, str], Pattern], tuple[str, str]]:
        return remember, (self.kind, self.text)


def remember(kind: str, text: str) -> Pattern:
    """Compiled once: the same few texts are compiled for every execution. Also how a box recalls a pattern."""
    return _kept(kind, text) if len(text) <= LONGEST_KEPT else COMPILERS[kind](text)


@lru_cache(1024)
def _kept(kind: str, text: str) -> Pattern:
    return COMPILERS[kind](text)


COMPILERS: dict[str, Callable[[str], Pattern]] = {}
"""Filled by the modules that compile (`compiler.py`, `sns.py`, `mapping.py`): they need this one."""


def _asked(each: Field, leaves: Leaves) -> Asked:
    values, elements = leaves.values[each.path], leaves.elements[each.path]
    satisfied = [element for value, element in zip(values, elements, strict=True) if each.holds(value)]
    return Asked(satisfied, elements if each.may_be_absent else [], each.may_be_absent)


def _found(values: Sequence[Leaf]) -> str:
    words = [shown(value) for value in values[:MOST_FOUND]]
    more = len(values) - MOST_FOUND
    return listed([*words, f"{more} more"] if more > 0 else words, "and")
