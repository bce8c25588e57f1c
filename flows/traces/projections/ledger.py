"""The ledger: does the trace add up?

Every copy of a message (and every invocation) has exactly one state: at a place, or finished. Read record by record:

* a copy enters somewhere present, and enters once;
* it changes state only where it is (whoever goes elsewhere ends here, and begins there as another copy with this as parent);
* it is finished once, and stays so; nothing finishes that was never there;
* a copy that was moved has a copy that came of it; parents are older than their children and have the same root.

And at the end of every instant, with those present counted by name: per node, entered = present + left; over all, created =
present + finished.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from flows.engine.kinds import FINISHED, Kind, KindTable
from flows.engine.segment import Segment
from flows.traces.reading import Reading


def violations(kinds: KindTable, parts: Sequence[Segment]) -> list[str]:
    """Every way in which a whole trace (from record 1) does not add up, as sentences; empty if it does."""
    reading = Reading(kinds, parts)
    books = Books()
    books.read(reading)
    return [*books.found, *_lineage(reading)]


def balance(kinds: KindTable, parts: Sequence[Segment]) -> dict[int, dict[str, int]]:
    """Node → {"entered", "present", "left"} at the end of a whole trace."""
    books = Books()
    books.read(Reading(kinds, parts))
    return {
        node: {"entered": entered, "present": len(books.here[node]), "left": books.left[node]}
        for node, entered in sorted(books.entered.items())
    }


class Books:
    """Reads a trace, at once or stretch by stretch, keeping who is where beside the sums; `found` are the violations."""

    def __init__(self) -> None:
        self.here: defaultdict[int, dict[int, str]] = defaultdict(dict)
        """Node → those present by name, and their state."""
        self.last: dict[int, tuple[int, str]] = {}
        """Subject → the node and state it was last put in."""
        self.entered: Counter[int] = Counter()
        self.left: Counter[int] = Counter()
        self.found: list[str] = []

    def read(self, reading: Reading) -> None:
        now, touched = 0, dict[int, None]()
        columns = (reading.columns[name].tolist() for name in ("at", "kind", "node", "subject"))
        for sequence, (at, number, node, subject) in enumerate(zip(*columns, strict=True), start=reading.first):
            if at != now:
                self._balance(now, touched)
                if at < now:
                    self.found.append(f"record {sequence} is at {at}, after one at {now}")
                now, touched = at, {}
            kind = reading.kinds.by_number.get(number)
            if kind is None:
                self.found.append(f"record {sequence} is of kind {number}, which is in no table")
            elif kind.to:
                touched[node] = None
                self._book(f"record {sequence} ({kind.name} at node {node})", kind, node, subject)
        self._balance(now, touched)

    def _book(self, record: str, kind: Kind, node: int, subject: int) -> None:
        before = self.last.get(subject)
        self.last[subject] = (node, kind.to)
        if not subject:
            self.found.append(f"{record} is about nobody")
        if before is None:
            self.entered[node] += 1
            if kind.to in FINISHED:
                self.found.append(f"{record} ends subject {subject}, which never was anywhere")
        elif before[1] in FINISHED:
            self.found.append(f"{record} is about subject {subject}, which is {before[1]} at node {before[0]} already")
        elif before[0] != node:
            self.found.append(f"{record} is about subject {subject}, which is {before[1]} at node {before[0]}")
        if kind.to in FINISHED:
            self.here[node].pop(subject, None)
            self.left[node] += 1
        else:
            self.here[node][subject] = kind.to

    def _balance(self, at: int, touched: dict[int, None]) -> None:
        for node in touched:
            entered, present, left = self.entered[node], len(self.here[node]), self.left[node]
            if entered != present + left:
                self.found.append(f"at {at}, node {node}: {entered} entered, but {present} are present and {left} left")
        created, finished = self.entered.total(), self.left.total()
        present = sum(map(len, self.here.values()))
        if created != present + finished:
            self.found.append(f"at {at}: {created} were created, but {present} are present and {finished} finished")


def _lineage(reading: Reading) -> list[str]:
    """Whether parents and roots are older, and moved copies have successors."""
    parent, root = (reading.subjects[name].astype(np.int64) for name in ("parent", "root"))
    handles = np.arange(len(parent))
    wrong = (parent >= handles) | (root > handles) | (root == 0) | ((parent > 0) & (root != root[parent % len(parent)]))
    moving = [kind.number for kind in reading.kinds if kind.to == "moved"]
    moved = reading.columns["subject"][np.isin(reading.columns["kind"], moving)]
    return [
        *(f"subject {each} cannot have parent {parent[each]} and root {root[each]}" for each in handles[1:][wrong[1:]]),
        *(f"subject {each} was moved, and nothing came of it" for each in np.setdiff1d(moved, parent)),
    ]
