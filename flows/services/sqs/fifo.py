"""A FIFO queue: order within message groups, and no message twice within five minutes.

What differs from a standard queue: messages stand in groups (`groups.py`) and are received from the head of a ready group; a
duplicate is accepted and not taken in (`window.py`); only the queue has a delay, and a changed delay holds for messages that wait
already; a receipt handle is worth nothing once its visibility timeout is over; a dead letter begins a new life in its dead-letter
queue (new age, its message id as deduplication id); a receive may be repeated (`attempts.py`).

The trace says which message blocks a group. `judge` is called whenever a group has changed: a group with visible messages behind
a head in flight is blocked by that head, and the record says until when; once the head is visible, or nobody waits, it is
free. So the last such record of a group is what holds.
"""

from __future__ import annotations

from flows.engine.environment import Environment
from flows.engine.subjects import SubjectKind
from flows.services.live_topology import LiveTopology
from flows.services.sqs.attempts import Attempts
from flows.services.sqs.batch import ReceivedBatch
from flows.services.sqs.config import QueueConfig
from flows.services.sqs.event import Wanted
from flows.services.sqs.fifo_batch import take_from_groups
from flows.services.sqs.group_records import DEDUPLICATED, GROUP_BLOCKED, GROUP_FREED, SENT_TO_GROUP
from flows.services.sqs.groups import NOBODY, Groups
from flows.services.sqs.messages import DELAYED, IN_FLIGHT, NO_EXTRAS, NONE_AT, VISIBLE, Extras
from flows.services.sqs.queue import Queue
from flows.services.sqs.quotas import QUOTAS
from flows.services.sqs.throughput import Throughput
from flows.services.sqs.window import Window
from flows.topology.compiled import CompiledNode

MESSAGE = int(SubjectKind.MESSAGE)
FIRST_SEQUENCE_NUMBER, SEQUENCE_STEP = 18_870_000_000_000_000_000, 256


class FifoQueue(Queue):
    fifo = True

    def __init__(
        self, environment: Environment, node: CompiledNode, config: QueueConfig, topology: LiveTopology
    ) -> None:
        super().__init__(environment, node, config, topology)
        self.content_based = config.content_based_deduplication
        self.scope = config.deduplication_scope
        self.throughput_limit = config.throughput_limit
        self.groups = Groups(self.messages.state)
        self.window = Window(self.scope)
        self.attempts = Attempts()
        self.throughput = Throughput()
        self.serial = 0
        self.sent_serial = 0
        """The serial of what was sent last; a duplicate's is that of the first."""

    # ── coming ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def send(
        self,
        body: int,
        link: int,
        request: int,
        cause: int,
        delay_us: int = -1,
        extras: Extras = NO_EXTRAS,
        parent: int = 0,
        group: str = "",
        deduplication: str = "",
    ) -> int:
        """A new message, or a duplicate that carries the id of the first; answers its subject."""
        del delay_us
        now, subjects = self._calendar.now_at, self._subjects
        first, serial, first_at = self.window.first(deduplication, group, now)
        if first:
            self.sent_serial = serial
            subject = subjects.new(MESSAGE, parent, subjects.identity[first], body)
            detail = (link, group, first, now - first_at)
            self._write(DEDUPLICATED, self.node, subject, request, cause, 0, detail)
            return subject
        subject = subjects.new(MESSAGE, parent, 0, body)
        self.window.remember(deduplication, group, subject, self.serial + 1, now)
        if self.delay_us:
            slot = self._delay(subject, link, request, cause, self.delay_us, extras, group)
            self._join(slot, group, deduplication)
        else:
            last = self._write(SENT_TO_GROUP, self.node, subject, request, cause, 0, (link, group))
            self.arrive(subject, now, last, extras, group, deduplication)
        self.sent_serial = self.serial
        return subject

    def arrive(
        self,
        subject: int,
        sent_at: int,
        last: int,
        extras: Extras = NO_EXTRAS,
        group: str = "",
        deduplication: str = "",
    ) -> int:
        """A message is here and visible, last of its group; answers its slot. The record `last` has said so."""
        slot = self.messages.take(VISIBLE, subject, sent_at, last)
        if extras is not NO_EXTRAS:
            self.messages.extras[slot] = extras
        self.ages.add(sent_at, slot)
        self.visible_count += 1
        number = self._join(slot, group, deduplication)
        self.groups.visible[number] += 1
        self.judge(number)
        return slot

    def _join(self, slot: int, group: str, deduplication: str) -> int:
        self.serial += 1
        return self.groups.join(slot, group, deduplication, self.serial)

    def group_of(self, slot: int) -> str:
        return self.groups.name_of(slot)

    def group_attributes(self, slot: int) -> dict[str, str]:
        groups = self.groups
        return {
            "SequenceNumber": sequence_number(groups.serial[slot]),
            "MessageDeduplicationId": groups.deduplication[slot],
            "MessageGroupId": groups.name_of(slot),
        }

    # ── being received ──────────────────────────────────────────────────────────────────────────────────────────────

    def has_messages(self) -> bool:
        return not self.out and self.in_flight_count < QUOTAS.in_flight and self.groups.peek() != NOBODY

    def receive(self, maximum: int, link: int, request: int, visibility_us: int = -1, cause: int = 0) -> ReceivedBatch:
        """Up to `maximum` messages go in flight, the runs of one ready group after the other."""
        hidden_us = self.visibility_us if visibility_us < 0 else visibility_us
        return take_from_groups(self, maximum, link, request, hidden_us, cause)

    def answer_receive(self, wanted: Wanted) -> list[int]:
        """With an attempt id: the same as before, if the receive is made again."""
        if not wanted.attempt:
            return super().answer_receive(wanted)
        hidden_us = self.visibility_us if wanted.hidden_us < 0 else wanted.hidden_us
        again = self.attempts.again(self, wanted.attempt, hidden_us, wanted.request, wanted.cause)
        if again:
            return again
        batch = self.receive(wanted.maximum, -1, wanted.request, hidden_us, wanted.cause)
        now = self._calendar.now_at
        self.attempts.remember(wanted.attempt, batch, now, now + hidden_us)
        return batch.slots

    def change_visibility(self, slot: int, hidden_us: int, request: int, cause: int) -> None:
        super().change_visibility(slot, hidden_us, request, cause)
        if hidden_us:
            self.judge(self.groups.group[slot])

    # ── leaving ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def leave(self, slot: int) -> None:
        state, groups = self.messages.state[slot], self.groups
        number = groups.leave(slot)
        if state == IN_FLIGHT:
            self.in_flight_count -= 1
        elif state == VISIBLE:
            self.visible_count -= 1
            groups.visible[number] -= 1
        else:
            self.delayed_count -= 1
            self.messages.delivers_at[slot] = NONE_AT
        self.messages.give_back([slot])
        self.judge(number)

    def purge(self, request: int, cause: int) -> None:
        super().purge(request, cause)
        self.window.clear()
        self.attempts.clear()

    # ── settings ────────────────────────────────────────────────────────────────────────────────────────────────────

    def set_delay(self, delay_us: int) -> None:
        """The new delay holds for messages that wait already."""
        super().set_delay(delay_us)
        messages = self.messages
        for slot in messages.living():
            if messages.state[slot] == DELAYED:
                at = max(messages.sent_at[slot] + delay_us, self._calendar.now_at)
                messages.delivers_at[slot] = at
                self._delays.add(at, slot)
        self._delays.settle(self.delayed_count)

    def set_scope(self, scope: str) -> None:
        """Where an id may come once; it holds everywhere in a minute."""
        self.scope = scope
        self.window.rescope(scope, self._calendar.now_at)

    # ── groups ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def judge(self, number: int) -> None:
        """The group has changed: is it ready, blocked, or gone?"""
        groups, messages = self.groups, self.messages
        head, blocker = groups.first[number], groups.blocker[number]
        if head == NOBODY:
            if blocker:
                self._free(number, blocker)
            groups.release(number)
            return
        state = messages.state[head]
        if state == IN_FLIGHT and groups.visible[number]:
            subject, until_at = messages.subject[head], messages.visible_at[head]
            if blocker != subject or groups.blocked_until[number] != until_at:
                groups.blocker[number], groups.blocked_until[number] = subject, until_at
                detail = (groups.names[number], until_at - self._calendar.now_at)
                self._write(GROUP_BLOCKED, self.node, subject, 0, messages.last[head], 0, detail)
            return
        if blocker:
            self._free(number, blocker)
        if state == VISIBLE:
            groups.line_up(number)
            self._wake()

    def _free(self, number: int, blocker: int) -> None:
        """Nobody blocks the group any more."""
        groups = self.groups
        groups.blocker[number] = 0
        self._write(GROUP_FREED, self.node, blocker, 0, self.environment.recorder.sequence, 0, (groups.names[number],))

    def _show(self, slot: int, kind: int) -> None:
        """A message that waited is visible, at its old place in its group."""
        self.record(slot, kind, 0, self.messages.last[slot])
        self.messages.state[slot] = VISIBLE
        self.visible_count += 1
        number = self.groups.group[slot]
        self.groups.visible[number] += 1
        self.judge(number)


def sequence_number(serial: int) -> str:
    """AWS's look: twenty digits, growing in steps of 256."""
    return str(FIRST_SEQUENCE_NUMBER + SEQUENCE_STEP * serial)
