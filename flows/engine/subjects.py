"""Whom records are about: the execution-wide table of subjects.

A *subject* is a message's copy, an invocation, a batch … anything that moves, waits or ends. It is a handle (1, 2, 3 …) into
integer columns, never an object: messages, frames and records refer to each other by integer. Lineage is kept here: `parent`
is what this one came from (the dead copy behind a redriven one), `root` where the journey began, `identity` the handle whose
AWS id it carries (a dead letter keeps its message's id), `body` the number of its text.
"""

from __future__ import annotations

from array import array
from enum import IntEnum


class SubjectKind(IntEnum):
    """What a subject is."""

    MESSAGE = 1
    INVOCATION = 2
    BATCH = 3
    TRAFFIC = 4
    MOVE_TASK = 5
    REQUEST = 6
    COMMAND = 7


class Subjects:
    """The columns; row 0 stands for "nobody"."""

    __slots__ = ("body", "identity", "kind", "parent", "root")

    def __init__(self) -> None:
        self.kind = array("B", [0])
        self.parent = array("I", [0])
        self.root = array("I", [0])
        self.identity = array("I", [0])
        self.body = array("I", [0])

    def new(self, kind: int, parent: int = 0, identity: int = 0, body: int = 0) -> int:
        """A new subject's handle. Its root is its parent's, or itself; its identity, unless given, is its own."""
        handle = len(self.kind)
        self.kind.append(kind)
        self.parent.append(parent)
        self.root.append(self.root[parent] if parent else handle)
        self.identity.append(identity or handle)
        self.body.append(body)
        return handle

    def __len__(self) -> int:
        """How many subjects there are; the newest one's handle."""
        return len(self.kind) - 1
