"""The messages of one queue as integer columns, one slot each.

A slot is taken when a message comes and given back when it leaves. Nothing here is an object per message: columns pickle as
bytes, so a checkpoint of a hundred thousand messages in flight costs milliseconds. The few facts that few messages have
(attributes, where a dead letter came from) are kept by slot in `extras`; only a message with extras has `earlier` receives.

An instant that is not waited for is -1: `visible_at` outside flight, `delivers_at` outside delay, `sent_at` of a free slot.
`ticket` is the sequence of the record of the last receive: a receive is known by it, and a slot's next tenant never has the
same one. `last` is the message's last record, the cause of what happens to it next. `received_at` is the last receive's instant,
from which the twelve hours in flight are counted.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from flows.services.ports import Json

FREE, VISIBLE, IN_FLIGHT, DELAYED = 0, 1, 2, 3
COLUMNS = (
    "state",
    "subject",
    "sent_at",
    "visible_at",
    "delivers_at",
    "first_receive_at",
    "received_at",
    "receive_count",
    "earlier",
    "ticket",
    "last",
)
NONE_AT = -1


@dataclass(slots=True)
class Extras:
    """What only some messages have: attributes, AWS's own attributes, the queue a dead letter came from (-1), and the link
    over which a service that is no queue gave up on it (-1).
    """

    attributes: Json = field(default_factory=dict)
    system: Json = field(default_factory=dict)
    source: int = -1
    origin: int = -1


NO_EXTRAS = Extras()


class Messages:
    __slots__ = (*COLUMNS, "extras", "free", "handed_out")

    def __init__(self) -> None:
        self.state = array("q")
        self.subject = array("q")
        self.sent_at = array("q")
        self.visible_at = array("q")
        self.delivers_at = array("q")
        self.first_receive_at = array("q")
        self.received_at = array("q")
        self.receive_count = array("q")
        self.earlier = array("q")
        self.ticket = array("q")
        self.last = array("q")
        self.extras: dict[int, Extras] = {}
        self.free: list[int] = []
        self.handed_out: dict[int, int] = {}
        """Subject → slot of the messages whose receipt handle somebody was given."""

    def take(self, state: int, subject: int, sent_at: int, last: int) -> int:
        """A slot for a message that has just come."""
        if not self.free:
            self._grow()
        slot = self.free.pop()
        self.state[slot] = state
        self.subject[slot] = subject
        self.sent_at[slot] = sent_at
        self.last[slot] = last
        self.receive_count[slot] = 0
        return slot

    def give_back(self, slots: list[int]) -> None:
        """These messages have left."""
        state, sent_at, visible_at, ticket, extras = self.state, self.sent_at, self.visible_at, self.ticket, self.extras
        if self.handed_out:
            for slot in slots:
                self.handed_out.pop(self.subject[slot], None)
        for slot in slots:
            state[slot] = FREE
            sent_at[slot] = visible_at[slot] = NONE_AT
            ticket[slot] = 0
            if extras and extras.pop(slot, None) is not None:
                self.earlier[slot] = 0
        self.free.extend(slots)

    def hand_out(self, slot: int) -> None:
        """Somebody is given the receipt handle of the message in `slot`, and may come back with it."""
        self.handed_out[self.subject[slot]] = slot

    def slot_of(self, subject: int) -> int:
        """Where the message is whose receipt handle somebody was given, or -1."""
        return self.handed_out.get(subject, -1)

    def living(self) -> list[int]:
        """Every taken slot, oldest message first."""
        slots = [slot for slot, state in enumerate(self.state) if state != FREE]
        return sorted(slots, key=lambda slot: (self.sent_at[slot], self.subject[slot]))

    def of(self, slot: int) -> Extras:
        return self.extras.get(slot, NO_EXTRAS)

    def _grow(self) -> None:
        """More slots, the lowest to be taken first."""
        size = len(self.state)
        for name in COLUMNS:
            getattr(self, name).extend(_EMPTY_COLUMNS[name])
        self.free.extend(range(size + GROWTH - 1, size - 1, -1))


GROWTH = 256
_EMPTY_COLUMNS = {name: array("q", [NONE_AT if name.endswith("_at") else 0] * GROWTH) for name in COLUMNS}
