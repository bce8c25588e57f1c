"""An index over many patterns: which of them match an event, without asking each.

Theory of operation. For every branch of every pattern one field is chosen to be its *door* (`doors.py`): the one by which the
fewest events will come that do not match in the end. An event is read once, for all patterns; each of its values opens the
doors that it fits, and only the branches behind those are asked for the rest of their fields. A field that wants a value to
be absent, or anything but something, is a door only where a branch has no better one.

The answer is the walk's, always (a test holds the two against each other); the index only leaves out what cannot match.
Patterns of different services read numbers differently, so each way of reading has a part of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flows.patterns.doors import Doors
from flows.patterns.entries import Entries, Entry
from flows.patterns.leaves import Leaves, Step, leaves_of
from flows.patterns.pattern import Pattern
from flows.patterns.values import Leaf


class PatternIndex:
    def __init__(self) -> None:
        self._parts: dict[Callable[[Any], Leaf], _Part] = {}
        self._part_of: dict[int, _Part] = {}

    def __len__(self) -> int:
        return len(self._part_of)

    def __contains__(self, key: int) -> bool:
        return key in self._part_of

    def add(self, key: int, pattern: Pattern) -> None:
        """A key that is there already gets another pattern. A mapping's filter is no rule: it reads its record by itself."""
        self.remove(key)
        part = self._parts.setdefault(pattern.leaf, _Part(pattern.leaf))
        part.add(key, pattern)
        self._part_of[key] = part

    def remove(self, key: int) -> None:
        """A key that is not there is no error."""
        part = self._part_of.pop(key, None)
        if part is not None:
            part.remove(key)

    def matching(self, event: Any) -> list[int]:
        """The keys of the patterns that match, ascending."""
        if not isinstance(event, dict):
            return []
        found: set[int] = set()
        for part in self._parts.values():
            part.find(event, found)
        return sorted(found)


class _Part:
    """The patterns that read scalars in one way.

    What was added is settled when an event is next asked about. Doors are chosen by what is known of all rules then; when there
    are twice as many as when that was last done, it is done again for all.
    """

    def __init__(self, leaf: Callable[[Any], Leaf]) -> None:
        self._leaf = leaf
        self._patterns: dict[int, Pattern] = {}
        self._waiting: dict[int, None] = {}
        self._clear()

    def add(self, key: int, pattern: Pattern) -> None:
        self._patterns[key] = pattern
        self._waiting[key] = None

    def remove(self, key: int) -> None:
        del self._patterns[key]
        self._waiting.pop(key, None)
        self._always.pop(key, None)
        for entry in self._entries.pop(key, ()):
            self._doors[entry.door.path].close_for(entry)
            if entry.door.may_be_absent:
                del self._absent[entry.door.path][entry]

    def find(self, event: Any, found: set[int]) -> None:
        if self._waiting:
            self._settle()
        found.update(self._always)
        leaves = leaves_of(event, self._steps, self._leaf)
        values, elements, doors = leaves.values, leaves.elements, self._doors
        for path, absent in self._absent.items():
            if absent and (path not in values or path in elements):
                _ask(absent, leaves, found)
        for path, many in values.items():
            door = doors[path]
            if door.used:
                equal = door.equal.groups
                fitting = door.fitting if door.others else None
                for value in many:
                    if (entries := equal.get(value)) is not None:
                        _ask(entries, leaves, found)
                    if fitting is not None:
                        for entries in fitting(value):
                            _ask(entries, leaves, found)

    def _clear(self) -> None:
        self._settled = 0
        self._doors: dict[str, Doors] = {}
        self._steps = Step()
        self._entries: dict[int, list[Entry]] = {}
        self._absent: dict[str, dict[Entry, None]] = {}
        """Entries that may come in where a path is not there."""
        self._always: dict[int, None] = {}
        """Patterns that ask for nothing."""

    def _settle(self) -> None:
        if len(self._patterns) >= 2 * self._settled:
            self._clear()
            self._waiting = dict.fromkeys(self._patterns)
            self._settled = len(self._patterns)
        fields = [each for key in self._waiting for branch in self._patterns[key].branches for each in branch.fields]
        for each in fields:
            self._doors.setdefault(each.path, Doors()).note(each)
            self._steps.lead_to(each.path)
        for key in self._waiting:
            self._open(key)
        self._waiting = {}

    def _open(self, key: int) -> None:
        self._entries[key] = []
        for branch in self._patterns[key].branches:
            if not branch.fields:
                self._always[key] = None
                continue
            shares = [self._doors[each.path].share(each) for each in branch.fields]
            entry = Entry(key, branch, shares.index(min(shares)))
            self._entries[key].append(entry)
            self._doors[entry.door.path].open_for(entry)
            if entry.door.may_be_absent:
                self._absent.setdefault(entry.door.path, {})[entry] = None


def _ask(entries: Entries, leaves: Leaves, found: set[int]) -> None:
    """The rest of the fields of those who came in; where elements of arrays have a say, whether they hold together."""
    values, elements = leaves.values, leaves.elements
    for entry in entries:
        if entry.key in found:
            continue
        divided = False
        for path, wanted, field in entry.rest:
            if elements and path in elements:
                divided = True
                if field.may_be_absent:
                    continue
            many = values.get(path)
            if many is None:
                if not field.may_be_absent:
                    break
            elif many[0] not in wanted and ((len(many) == 1 and not field.tests) or not field.holds_for(many)):
                break
        else:
            if not divided or entry.branch.holds_together(leaves):
                found.add(entry.key)
