"""What an index has behind its doors."""

from __future__ import annotations

from typing import TypeAlias

from flows.patterns.conditions import Absent, Matches
from flows.patterns.pattern import Branch


class Entry:
    """A branch, its door, and the fields that are still to be asked: all of them where the door only hints at its own (a
    wildcard's beginning, or a path that is not there in every element of an array).
    """

    __slots__ = ("branch", "door", "key", "rest")

    def __init__(self, key: int, branch: Branch, chosen: int) -> None:
        self.key, self.branch = key, branch
        self.door = branch.fields[chosen]
        rough = any(isinstance(each, Matches | Absent) for each in self.door.conditions)
        rest = branch.fields if rough else branch.fields[:chosen] + branch.fields[chosen + 1 :]
        self.rest = tuple((field.path, field.values, field) for field in rest)


Entries: TypeAlias = dict[Entry, None]
"""A set that keeps its order."""
