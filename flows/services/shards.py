"""The records of one shard, as integer columns: what a stream of Kinesis and that of a table have in common.

Theory of operation. A shard is a log: records are appended, read by position any number of times, and fall off its old end when
their retention is over. Positions count from the shard's beginning and never change, so a reader's place is one integer. Arrivals
never decrease, so a date is found by bisection. `base` is the position of the columns' first row; what fell off is cut away in
slices, not one by one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from hashlib import md5

CUT_FROM = 4096


class ShardLog:
    """A row: its subject, when it arrived, its size in bytes, its partition key's hash (32 bits) and that key's number."""

    __slots__ = ("_base", "arrived", "first", "hashes", "keys", "sizes", "subjects")

    def __init__(self) -> None:
        self._base = 0
        self.first = 0
        """The position of the oldest record that is still there."""
        self.subjects = array("I")
        self.arrived = array("q")
        self.sizes = array("I")
        self.hashes = array("I")
        self.keys = array("I")

    @property
    def end(self) -> int:
        """The position that the next record will have."""
        return self._base + len(self.subjects)

    def append(self, subject: int, at: int, size: int, hashed: int, key: int) -> int:
        """A new record's position."""
        self.subjects.append(subject)
        self.arrived.append(at)
        self.sizes.append(size)
        self.hashes.append(hashed)
        self.keys.append(key)
        return self._base + len(self.subjects) - 1

    def row(self, position: int) -> int:
        """Where a position lies in the columns."""
        return position - self._base

    def subject(self, position: int) -> int:
        return self.subjects[position - self._base]

    def arrived_at(self, position: int) -> int:
        return self.arrived[position - self._base]

    def size(self, position: int) -> int:
        return self.sizes[position - self._base]

    def key(self, position: int) -> int:
        return self.keys[position - self._base]

    def lane(self, position: int, lanes: int) -> int:
        """Which of so many lanes the record's partition key belongs to."""
        return self.hashes[position - self._base] % lanes

    def at_or_after(self, at: int) -> int:
        """The position of the first record that arrived at `at` or later."""
        return max(self.first, self._base + bisect_left(self.arrived, at))

    def trim(self, arrived_until: int) -> list[int]:
        """Everything that arrived up to then falls off; answers its subjects."""
        past = self._base + bisect_left(self.arrived, arrived_until + 1)
        gone = self.subjects[self.first - self._base : past - self._base].tolist() if past > self.first else []
        self.first = max(self.first, past)
        if self.first - self._base >= CUT_FROM:
            cut = self.first - self._base
            for column in (self.subjects, self.arrived, self.sizes, self.hashes, self.keys):
                del column[:cut]
            self._base = self.first
        return gone


def hash_of(key: str) -> int:
    """MD5 of a partition key as AWS takes it: 128 bits."""
    return int.from_bytes(md5(key.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest(), "big")
