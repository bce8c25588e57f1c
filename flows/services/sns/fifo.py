"""What FIFO topics add: sequence numbers, deduplication, and one line per message group and subscription.

A duplicate is a message with a deduplication id that was accepted within five minutes before, in the whole topic or in its message
group (`FifoThroughputScope`). It is accepted, answered with the first one's id and sequence number (recorded:
test_publish_batch_messages_from_fifo_topic_to_fifo_queue) and delivered to nobody. Ids are forgotten lazily, in the order in which
they came: nothing waits in the calendar for them.

To one subscription the messages of a group go one after another: while the first is not delivered (its way is out, it waits for
another attempt) those behind it wait too. Other groups, and other subscriptions, pass.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from flows.services.sns.quotas import QUOTAS

FIRST_SEQUENCE = 10**19
"""Sequence numbers have twenty digits (AWS: "Message ordering details for FIFO topics")."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that was accepted: what a duplicate of it is answered with."""

    subject: int
    sequence: str
    until_at: int


@dataclass(slots=True)
class Deduplication:
    """The ids accepted in the last five minutes, oldest first."""

    known: dict[tuple[str, str], Accepted] = field(default_factory=dict)

    def original(self, scope: str, deduplication: str, now: int) -> Accepted | None:
        """The message of which this would be a duplicate."""
        known = self.known
        while known:
            oldest = next(iter(known))
            if known[oldest].until_at > now:
                break
            del known[oldest]
        return known.get((scope, deduplication))

    def accept(self, scope: str, deduplication: str, subject: int, sequence: str, now: int) -> None:
        self.known[scope, deduplication] = Accepted(subject, sequence, now + QUOTAS.deduplication_us)


@dataclass(slots=True)
class Lines:
    """Who waits behind whom, by message group: the first of a line is being delivered."""

    waiting: dict[str, deque[int]] = field(default_factory=dict)

    def enter(self, group: str, subject: int) -> int:
        """The one right before it, or 0 if it is the first."""
        line = self.waiting.get(group)
        if line is None:
            self.waiting[group] = deque([subject])
            return 0
        line.append(subject)
        return line[-2]

    def leave(self, group: str) -> int:
        """The first of a line is done: who is next, or 0."""
        line = self.waiting[group]
        line.popleft()
        if line:
            return line[0]
        del self.waiting[group]
        return 0


def sequence_number(published: int) -> str:
    return str(FIRST_SEQUENCE + published)
