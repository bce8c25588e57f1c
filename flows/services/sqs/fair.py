"""Fair queues: whose turn it is in a standard queue whose messages name a group.

AWS watches how the messages in flight are spread over the groups (tenants) of a standard queue. Who holds far more than others
is a noisy neighbour, and messages of the quiet groups are preferred until it holds less; nobody is held back while nobody else
waits. How AWS measures is not documented. Here:

* a group is *noisy* while more than half of the messages in flight are its own, and at least NOISY_FROM;
* groups take turns, one message each; a noisy group has its turn when no quiet one has a message.

Messages without a group are one group. It stands in for `Line` and reads like it: `slots` is itself. The first message with a
group makes a queue fair; before that nothing here costs anything.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

from flows.services.sqs.groups import NOBODY, Groups
from flows.services.sqs.messages import Messages

if TYPE_CHECKING:
    from flows.services.sqs.queue import Queue

NOISY_FROM = 10
QUIET, NOISY = 1, 2


class Turns:
    """`Line` of a fair queue."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._groups = Groups(messages.state)
        self._quiet: deque[int] = deque()
        self._noisy: deque[int] = deque()
        self._count = 0
        self._in_flight: Counter[str] = Counter()
        self._flying: dict[int, str] = {}
        """The group of each slot that is in flight."""
        self.gone: dict[int, int] = {}
        """Always empty: who leaves out of turn is taken out."""

    @property
    def slots(self) -> Turns:
        return self

    def __len__(self) -> int:
        return self._count

    def append(self, slot: int) -> None:
        """The message is visible, last of its group."""
        self.left((slot,))
        number = self._groups.join(slot, group_of(self._messages, slot), "", 0)
        self._count += 1
        if not self._groups.in_line[number]:
            self._line_up(number)

    def popleft(self) -> int:
        """Whose turn it is goes in flight."""
        number = self._next()
        slot = self._groups.first[number]
        self._take_out(slot)
        name = group_of(self._messages, slot)
        self._flying[slot] = name
        self._in_flight[name] += 1
        return slot

    def first(self) -> int:
        """The slot whose turn it is, or -1. It stays where it is."""
        if not self._count:
            return NOBODY
        number = self._next()
        self._groups.in_line[number] = QUIET
        self._quiet.appendleft(number)
        return self._groups.first[number]

    def leave(self, slot: int, _left: int) -> None:
        """`slot` goes out of turn."""
        self._take_out(slot)

    def is_gone(self, _slot: int) -> bool:
        return False

    def left(self, slots: tuple[int, ...] | list[int]) -> None:
        """These are in flight no longer, if they were."""
        for slot in slots:
            name = self._flying.pop(slot, None)
            if name is None:
                continue
            self._in_flight[name] -= 1
            if not self._in_flight[name]:
                del self._in_flight[name]
            number = self._groups.numbers.get(name, NOBODY)
            if number != NOBODY and self._groups.in_line[number] == NOISY and not self._is_noisy(name):
                self._line_up(number)

    def _next(self) -> int:
        """The group whose turn it is, out of the line; if it has more it stands at the end again."""
        groups = self._groups
        while True:  # what is there stands in a line; what a line holds besides is passed over
            line, code = (self._quiet, QUIET) if self._quiet else (self._noisy, NOISY)
            number = line.popleft()
            if groups.in_line[number] != code:
                continue
            if groups.first[number] == NOBODY:
                groups.retire(number)
                continue
            if code == QUIET and self._is_noisy(groups.names[number]):
                groups.in_line[number] = NOISY
                self._noisy.append(number)
                continue
            groups.in_line[number] = 0
            return number

    def _take_out(self, slot: int) -> None:
        groups = self._groups
        number = groups.leave(slot)
        self._count -= 1
        if groups.first[number] == NOBODY:
            groups.release(number)
        elif not groups.in_line[number]:
            self._line_up(number)

    def _line_up(self, number: int) -> None:
        self._groups.in_line[number] = QUIET
        self._quiet.append(number)

    def _is_noisy(self, name: str) -> bool:
        flying = self._in_flight[name]
        return flying >= NOISY_FROM and flying * 2 > len(self._flying)


def become_fair(queue: Queue) -> None:
    """The first message that names a group: whoever waits takes turns from now on."""
    queue.fair = turns = Turns(queue.messages)
    line = queue.line
    while (slot := line.first()) >= 0:
        line.slots.popleft()
        turns.append(slot)
    queue.line = turns


def group_of(messages: Messages, slot: int) -> str:
    """The group that the message in `slot` names; "" if it names none."""
    found: str = messages.of(slot).system.get("MessageGroupId", "")
    return found
