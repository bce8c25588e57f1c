"""The doors of one path: every kind of condition by which a value can be looked up instead of being tested.

Equal values, addresses and blocks, beginnings and ends (with and without regard to case), a wildcard's literal beginning or end,
and numeric ranges are looked up; what is left (wildcards that begin and end with `*`, `anything-but`, case beyond ASCII) is tested
one by one. `share` guesses which share of the events a door lets in, by how many different things all rules ask of its path;
the index opens the narrowest door of each branch, so that what most rules share (`source`) is nobody's door.
"""

from __future__ import annotations

from flows.patterns.addresses import Address, address
from flows.patterns.conditions import (
    Absent,
    AnythingBut,
    AnythingButValues,
    Condition,
    Equals,
    EqualsAddress,
    EqualsIgnoringCase,
    Exists,
    InBlock,
    Matches,
    Prefix,
    PrefixIgnoringCase,
    Range,
    Suffix,
    SuffixIgnoringCase,
)
from flows.patterns.entries import Entries, Entry
from flows.patterns.pattern import Field
from flows.patterns.ranges import Ranges
from flows.patterns.values import NUMBERS, Leaf

NEARLY_ALL, A_THIRD = 1.0, 1 / 3
A_TEST = 4
"""A test that cannot be looked up costs as much as letting in so many."""


class Table:
    """Groups of entries by what is looked up. A look-up may need a measure first (how long a beginning): `measures` counts them."""

    __slots__ = ("groups", "measures")

    def __init__(self) -> None:
        self.groups: dict[object, Entries] = {}
        self.measures: dict[int, int] = {}

    def put(self, what: object, measure: int, entry: Entry) -> None:
        group = self.groups.get(what)
        if group is None:
            group = self.groups[what] = {}
            self.measures[measure] = self.measures.get(measure, 0) + 1
        group[entry] = None

    def take(self, what: object, measure: int, entry: Entry) -> None:
        group = self.groups.get(what, {})
        group.pop(entry, None)
        if not group and self.groups.pop(what, None) is not None:
            self.measures[measure] -= 1
            if not self.measures[measure]:
                del self.measures[measure]

    def beginning(self, value: str) -> list[Entries]:
        """Of texts by their length: those that the value begins with."""
        get = self.groups.get
        return [group for length in self.measures if (group := get(value[:length])) is not None]

    def ending(self, value: str) -> list[Entries]:
        get, size = self.groups.get, len(value)
        return [group for length in self.measures if (group := get(value[max(0, size - length) :])) is not None]


class Doors:
    __slots__ = (
        "anything",
        "asked",
        "begin",
        "block",
        "end",
        "equal",
        "fold",
        "fold_begin",
        "fold_end",
        "folded",
        "ip",
        "others",
        "ranges",
        "tests",
        "used",
    )

    def __init__(self) -> None:
        self.used = self.others = self.folded = 0
        self.asked: set[Condition] = set()
        self.equal, self.ip, self.block = Table(), Table(), Table()
        self.begin, self.end = Table(), Table()
        self.fold, self.fold_begin, self.fold_end = Table(), Table(), Table()
        self.ranges = Ranges()
        self.tests: dict[Condition, Entries] = {}
        self.anything: Entries = {}

    def note(self, field: Field) -> None:
        """A field of some rule: the more different things are asked of a path, the fewer events fit any one of them."""
        self.asked.update(field.conditions)

    def share(self, field: Field) -> float:
        """Which share of the events is taken to come in by this field."""
        return sum(self._share(condition) for condition in field.conditions)

    def open_for(self, entry: Entry) -> None:
        self.used += 1
        for condition in entry.door.conditions:
            self._place(condition, entry, opened=True)

    def close_for(self, entry: Entry) -> None:
        self.used -= 1
        for condition in entry.door.conditions:
            self._place(condition, entry, opened=False)

    def fitting(self, value: Leaf) -> list[Entries]:
        """Groups of entries whose door the value fits, besides those of an equal value; a group may come twice."""
        found: list[Entries] = []
        if isinstance(value, str):
            if self.begin.measures:
                found = self.begin.beginning(value)
            if self.end.measures:
                found += self.end.ending(value)
            if self.folded:
                self._fitting_folded(_folded(value), found)
            if (self.ip.groups or self.block.groups) and (ip := address(value)) is not None:
                self._fitting_address(ip, found)
        elif self.ranges.entries and isinstance(value, NUMBERS):
            found.append(self.ranges.around(value))
        if self.tests:
            found += [entries for condition, entries in self.tests.items() if condition.holds(value)]
        if self.anything:
            found.append(self.anything)
        return found

    def _fitting_folded(self, low: str, found: list[Entries]) -> None:
        if (group := self.fold.groups.get(low)) is not None:
            found.append(group)
        found += self.fold_begin.beginning(low)
        found += self.fold_end.ending(low)

    def _fitting_address(self, ip: Address, found: list[Entries]) -> None:
        if (group := self.ip.groups.get(ip)) is not None:
            found.append(group)
        bits, number = ip
        groups = self.block.groups
        found += [
            group
            for length in self.block.measures
            if length <= bits and (group := groups.get((bits, length, number >> (bits - length)))) is not None
        ]

    # ── which door a condition has ────────────────────────────────────────────────────────────────────────────────────

    def _share(self, condition: Condition) -> float:
        if isinstance(condition, Exists | Absent | AnythingBut | AnythingButValues):
            return NEARLY_ALL
        if isinstance(condition, Range):
            return A_THIRD
        return (1 if self._lookup(condition) is not None else A_TEST) / (1 + len(self.asked))

    def _place(self, condition: Condition, entry: Entry, *, opened: bool) -> None:
        if isinstance(condition, Absent):
            return
        if not isinstance(condition, Equals):
            self.others += 1 if opened else -1
        if (looked_up := self._lookup(condition)) is not None:
            table, what, measure = looked_up
            if table in (self.fold, self.fold_begin, self.fold_end):
                self.folded += 1 if opened else -1
            (table.put if opened else table.take)(what, measure, entry)
        elif isinstance(condition, Range):
            (self.ranges.put if opened else self.ranges.take)(condition, entry)
        elif isinstance(condition, Exists):
            _put_or_take(self.anything, entry, opened=opened)
        else:
            group = self.tests.setdefault(condition, {})
            _put_or_take(group, entry, opened=opened)
            if not group:
                del self.tests[condition]

    def _lookup(self, condition: Condition) -> tuple[Table, object, int] | None:
        """The table, what to look for, and its measure; None: there is no looking up."""
        if isinstance(condition, Equals):
            return self.equal, condition.value, 0
        if isinstance(condition, EqualsAddress):
            return self.ip, condition.address, 0
        if isinstance(condition, InBlock):
            block = condition.block
            return self.block, (block.bits, block.length, block.network), block.length
        if isinstance(condition, Prefix | Suffix) and condition.text:
            return (self.begin if isinstance(condition, Prefix) else self.end), condition.text, len(condition.text)
        if isinstance(condition, Matches):
            first, last = condition.wildcard.parts[0], condition.wildcard.parts[-1]
            found = (self.begin, first, len(first)) if first else (self.end, last, len(last))
            return found if first or last else None
        return self._lookup_folded(condition)

    def _lookup_folded(self, condition: Condition) -> tuple[Table, object, int] | None:
        tables: tuple[tuple[type, Table], ...] = (
            (EqualsIgnoringCase, self.fold),
            (PrefixIgnoringCase, self.fold_begin),
            (SuffixIgnoringCase, self.fold_end),
        )
        for kind, table in tables:
            if isinstance(condition, kind):
                folded = condition.folded  # type: ignore[attr-defined]
                return (table, folded.low, len(folded.low)) if folded.text and not folded.forms else None
        return None


def _folded(value: str) -> str:
    """In lower case; what is not ASCII equals nothing that is."""
    if value.isascii():
        return value.lower()
    return "".join(char if char.isascii() else "\0" for char in value).lower()


def _put_or_take(group: Entries, entry: Entry, *, opened: bool) -> None:
    if opened:
        group[entry] = None
    else:
        group.pop(entry, None)
