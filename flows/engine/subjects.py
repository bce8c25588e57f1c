"""Whom records are about: the execution-wide table of subjects.

A *subject* is a message's copy, an invocation, a batch … anything that moves, waits or ends. It is a handle (1, 2, 3 …) into
integer columns, never an object: messages, frames and records refer to each other by integer. Lineage is kept here: `parent`
is what this one came from (the dead copy behind a redriven one), `root` where the journey began, `identity` the handle whose
AWS id it carries (a dead letter keeps its message's id), `body` the number of its text.
"""

from __future__ import annotations

from array import array
from enum import IntEnum

import numpy as np

GROWTH = 4096


class SubjectKind(IntEnum):
    """What a subject is."""

    MESSAGE = 1
    INVOCATION = 2
    BATCH = 3
    TRAFFIC = 4
    MOVE_TASK = 5
    REQUEST = 6
    COMMAND = 7
    EXECUTION = 8
    EVENT = 9
    REPLAY = 10
    TASK = 11
    """A container task."""


class Subjects:
    """The columns; row 0 stands for "nobody".

    Columns grow by many rows at a time, in which each subject is its own root and carries its own id; so a new one, which
    is mostly just that, writes only what differs. Rows after the newest handle mean nothing yet.
    """

    __slots__ = ("body", "count", "identity", "kind", "parent", "root")

    def __init__(self) -> None:
        self.count = 0
        self.kind = bytearray()
        self.parent = array("I")
        self.root = array("I")
        self.identity = array("I")
        self.body = array("I")
        self._grow()

    def new(self, kind: int, parent: int = 0, identity: int = 0, body: int = 0) -> int:
        """A new subject's handle. Its root is its parent's, or itself; its identity, unless given, is its own."""
        self.count = handle = self.count + 1
        if not handle % GROWTH:
            self._grow()
        self.kind[handle] = kind
        if body:
            self.body[handle] = body
        if parent:
            self.parent[handle] = parent
            self.root[handle] = self.root[parent]
        if identity:
            self.identity[handle] = identity
        return handle

    def __len__(self) -> int:
        """How many subjects there are; the newest one's handle."""
        return self.count

    def _grow(self) -> None:
        first = len(self.kind)
        own = np.arange(first, first + GROWTH, dtype=np.dtype(f"u{self.root.itemsize}")).tobytes()
        self.kind.extend(bytes(GROWTH))
        for column in (self.parent, self.body):
            column.frombytes(bytes(GROWTH * column.itemsize))
        for column in (self.root, self.identity):
            column.frombytes(own)
