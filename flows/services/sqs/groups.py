"""The message groups of a FIFO queue: who stands in which lane, in what order, and which lanes may be received from.

Theory of operation. A group's messages stand in the order in which they came, whatever state they are in; a message that
comes back keeps its place. What may be received of a group is the run of visible messages at its head: a message waits while
any earlier one of its group is in flight or delayed. (Recorded: of foo, bar, baz received together, foo and bar time out and
are received again while baz is still in flight; while foo is, nothing is.)

A group whose head is visible is *ready* and stands in the line once. The line is a FIFO of group numbers: a receive takes the
run of the first group before it goes on to the next (AWS: as many of one group as possible). A group that stopped being ready
is not looked for in the line; it is passed over when it comes up.

Everything is an integer column: per slot its group, its neighbours in it and its serial; per group its first and last slot, how
many of its messages are visible, whether it stands in the line, and what the trace last said blocks it. The only texts are the
names of the groups that are there and the deduplication ids of the messages. A group without messages gives its number back.
"""

from __future__ import annotations

from array import array
from collections import deque

from flows.services.sqs.messages import VISIBLE

NOBODY = -1
SLOT_COLUMNS = ("group", "before", "after", "serial")
GROUP_COLUMNS = ("first", "last", "visible", "in_line", "blocker", "blocked_until")
GROWTH = 256


class Groups:
    __slots__ = (*SLOT_COLUMNS, *GROUP_COLUMNS, "_free", "_state", "deduplication", "line", "names", "numbers")

    def __init__(self, state: array[int]) -> None:
        self._state = state
        self.group = array("q")
        self.before = array("q")
        self.after = array("q")
        self.serial = array("q")
        self.deduplication: list[str] = []
        self.first = array("q")
        self.last = array("q")
        self.visible = array("q")
        self.in_line = array("b")
        self.blocker = array("q")
        """The subject that the trace says blocks the group; 0: nobody."""
        self.blocked_until = array("q")
        self.names: list[str] = []
        self.numbers: dict[str, int] = {}
        self.line: deque[int] = deque()
        self._free: list[int] = []

    def join(self, slot: int, name: str, deduplication: str, serial: int) -> int:
        """The message in `slot` stands last in its group; answers the group's number."""
        while slot >= len(self.group):
            for column in SLOT_COLUMNS:
                getattr(self, column).extend(_EMPTY)
            self.deduplication.extend([""] * GROWTH)
        number = self.numbers.get(name)
        if number is None:
            number = self._new(name)
        self.group[slot], self.serial[slot], self.deduplication[slot] = number, serial, deduplication
        last = self.last[number]
        self.before[slot], self.after[slot] = last, NOBODY
        if last == NOBODY:
            self.first[number] = slot
        else:
            self.after[last] = slot
        self.last[number] = slot
        return number

    def leave(self, slot: int) -> int:
        """The message in `slot` is gone; answers its group's number."""
        number, before, after = self.group[slot], self.before[slot], self.after[slot]
        if before == NOBODY:
            self.first[number] = after
        else:
            self.after[before] = after
        if after == NOBODY:
            self.last[number] = before
        else:
            self.before[after] = before
        self.deduplication[slot] = ""
        return number

    def line_up(self, number: int) -> None:
        """The group is ready. One that never left the line keeps its place."""
        if not self.in_line[number]:
            self.in_line[number] = 1
            self.line.append(number)

    def next_ready(self) -> int:
        """The group whose turn it is, taken out of the line; NOBODY if none is ready."""
        number = self.peek()
        if number != NOBODY:
            self.line.popleft()
            self.in_line[number] = 0
        return number

    def peek(self) -> int:
        """The group whose turn it is. It stays where it is."""
        line, first, state = self.line, self.first, self._state
        while line:
            number = line[0]
            head = first[number]
            if head != NOBODY and state[head] == VISIBLE:
                return number
            line.popleft()
            self.in_line[number] = 0
            if head == NOBODY:
                self.retire(number)
        return NOBODY

    def release(self, number: int) -> None:
        """The group has no message left. Its number is given back once it stands in no line."""
        del self.numbers[self.names[number]]
        self.names[number] = ""
        if not self.in_line[number]:
            self._free.append(number)

    def retire(self, number: int) -> None:
        """A group that is gone has come up in its line."""
        self.in_line[number] = 0
        self._free.append(number)

    def name_of(self, slot: int) -> str:
        return self.names[self.group[slot]]

    def _new(self, name: str) -> int:
        """A number for a group that begins. One that was given back has nobody in its columns: so its last message left it."""
        if self._free:
            number = self._free.pop()
            self.names[number] = name
        else:
            number = len(self.names)
            self.names.append(name)
            for column in (self.visible, self.in_line, self.blocker, self.blocked_until):
                column.append(0)
            self.first.append(NOBODY)
            self.last.append(NOBODY)
        self.numbers[name] = number
        return number


_EMPTY = array("q", [0] * GROWTH)
