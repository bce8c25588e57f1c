"""Whether fields that each hold somewhere hold together: never in two different elements of one array.

Theory of operation (event-ruler's `ACFinder`). Fields are taken in the order of their names. A *state* is which element of which
array has been chosen so far; each value that satisfies the next field either contradicts it (same array, another element) or may
add to it. "The field is not there" is asked of the elements chosen so far. Any state that is left at the end is a match.

Only arrays that divide the values at hand matter, and of those, only arrays that a later field still has to do with; states that
are the same in these are one. That keeps the usual event (one list of records) linear. Arrays that cross each other in ways
that only malice invents would grow without bound; such a search ends after `MOST_TRIED` steps and is no match.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flows.patterns.leaves import Element

MOST_TRIED = 200_000
Places: TypeAlias = tuple[tuple[int, int], ...]
"""Array and index, outermost array first."""


@dataclass(slots=True)
class Asked:
    """A field on its way through the search: the elements of values that satisfy it and, where it may be absent, of all its values."""

    satisfied: list[Element | None]
    present: list[Element | None]
    may_be_absent: bool


def share_an_element(fields: Sequence[Asked]) -> bool | None:
    """Whether all hold in one and the same element, which is the usual way to hold together. None: that decides nothing."""
    shared: set[int] | None = None
    arrays = set()
    for field in fields:
        if field.may_be_absent:
            return None
        elements = set()
        for element in field.satisfied:
            if element is None:
                return None
            elements.add(id(element))
            arrays.add(element[1])
        shared = elements if shared is None else shared & elements
    if shared:
        return True
    return False if len(arrays) == 1 else None


def hold_together(fields: Sequence[Asked]) -> int:
    """How many of the fields, taken in order, hold together: all, or up to the first that does not."""
    dividing = _dividing(element for field in fields for element in (*field.satisfied, *field.present))
    places = _Places(dividing)
    satisfied = [places.of_all(field.satisfied) for field in fields]
    present = [places.of_all(field.present) for field in fields]
    later = _later(satisfied, present)
    states: list[dict[int, int]] = [{}]
    tried = 0
    for number, field in enumerate(fields):
        choices, reached = _Choices(satisfied[number]), dict[Places, None]()
        there = _Choices(present[number])
        for state in states:
            tried += 1
            for places_of_value in choices.beside(state):
                tried += 1
                merged = {**state, **dict(places_of_value)}
                reached[tuple(sorted(pair for pair in merged.items() if pair[0] in later[number]))] = None
            if field.may_be_absent and next(there.beside(state), None) is None:
                reached[tuple(sorted(pair for pair in state.items() if pair[0] in later[number]))] = None
            if tried > MOST_TRIED:
                return number
        if not reached:
            return number
        states = [dict(state) for state in reached]
    return len(fields)


def _dividing(elements: Iterable[Element | None]) -> set[int]:
    """Arrays of which more than one element is concerned."""
    first: dict[int, int] = {}
    dividing, seen = set(), set()
    for each in elements:
        element = each
        while element is not None and id(element) not in seen:
            seen.add(id(element))
            around, array, index = element
            if first.setdefault(array, index) != index:
                dividing.add(array)
            element = around
    return dividing


class _Places:
    """Elements as places, in dividing arrays only."""

    def __init__(self, dividing: set[int]) -> None:
        self._dividing = dividing
        self._known: dict[int, Places] = {}

    def of_all(self, elements: list[Element | None]) -> list[Places]:
        return list(dict.fromkeys(self._of(element) for element in elements))

    def _of(self, element: Element | None) -> Places:
        way = []
        while element is not None and id(element) not in self._known:
            way.append(element)
            element = element[0]
        found: Places = () if element is None else self._known[id(element)]
        for each in reversed(way):
            _, array, index = each
            found = (*found, (array, index)) if array in self._dividing else found
            self._known[id(each)] = found
        return found


class _Choices:
    """Values' places, by their outermost array, so that a state meets only those that may agree with it."""

    def __init__(self, all_places: list[Places]) -> None:
        self._anywhere = [places for places in all_places if not places]
        self._inside: dict[int, dict[int, list[Places]]] = {}
        for places in all_places:
            if places:
                array, index = places[0]
                self._inside.setdefault(array, {}).setdefault(index, []).append(places)

    def beside(self, state: dict[int, int]) -> Iterator[Places]:
        yield from self._anywhere
        for array, elements in self._inside.items():
            index = state.get(array)
            groups = elements.values() if index is None else (elements.get(index, ()),)
            for group in groups:
                for places in group:
                    if all(state.get(each, at) == at for each, at in places):
                        yield places


def _later(satisfied: list[list[Places]], present: list[list[Places]]) -> list[set[int]]:
    """Per field, the arrays that fields after it have to do with."""
    found: list[set[int]] = [set()] * len(satisfied)
    arrays: set[int] = set()
    for number in range(len(satisfied) - 1, -1, -1):
        found[number] = set(arrays)
        arrays |= {array for places in (*satisfied[number], *present[number]) for array, _ in places}
    return found
