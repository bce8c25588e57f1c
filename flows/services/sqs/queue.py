"""A standard queue: the living thing.

Every message is in one of three states here: *visible* (waiting to be received), *in flight* (received, hidden until
`visible_at`) or *delayed* (sent, hidden until `delivers_at`). Whatever waits is an instant in a column of `Messages`; one
`Timers` per purpose keeps the calendar informed. Messages are received in the order in which they became visible (AWS
promises no order; a run needs one).

The visible FIFO holds slots and may hold stale ones (the message left, or went in flight again): a slot counts only if its
state says visible, so a stale one costs a look. A message's age is counted from `sent_at` alone, which moves with it to a
dead-letter queue: retention goes on running there.

Whoever received a message holds a *ticket*; with it and only with it (while no later receive has happened) the message can be
deleted or its visibility changed, as with AWS's receipt handles, even after it became visible again.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from flows.engine.environment import Environment
from flows.engine.subjects import SubjectKind
from flows.services.ports import Consumer, Refusal
from flows.services.sqs import records, refusals
from flows.services.sqs.batch import ReceivedBatch
from flows.services.sqs.config import QueueConfig, RedrivePolicy
from flows.services.sqs.messages import DELAYED, IN_FLIGHT, NO_EXTRAS, NONE_AT, VISIBLE, Extras, Messages
from flows.services.sqs.polling import LongPolls
from flows.services.sqs.quotas import QUOTAS
from flows.services.sqs.redrive import MoveTask
from flows.services.sqs.timers import Timers
from flows.topology.compiled import CompiledNode, CompiledTopology

if TYPE_CHECKING:
    from flows.services.world import World

MESSAGE = int(SubjectKind.MESSAGE)


class Queue:
    def __init__(
        self, environment: Environment, node: CompiledNode, config: QueueConfig, topology: CompiledTopology
    ) -> None:
        self.environment = environment
        self.node = node.index
        self.topology = topology
        self.name, self.arn, self.url = node.name, node.arn, node.url
        self.visibility_us = config.visibility_timeout_us
        self.delay_us = config.delay_us
        self.retention_us = config.retention_us
        self.receive_wait_us = config.receive_wait_us
        self.maximum_bytes = config.maximum_message_size
        self.redrive: RedrivePolicy | None = config.redrive
        self.redrive_allow = config.redrive_allow
        self.other_attributes: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.created_at = self.modified_at = environment.now_at
        self.purged_at = NONE_AT
        self.dead_letter_queue: Queue | None = None
        self.redrive_link = -1
        self.long_polls: LongPolls
        """Given by the wiring: the receives that wait here."""
        self.move_tasks: list[MoveTask] = []
        self.messages = Messages()
        self.visible_count = self.in_flight_count = self.delayed_count = 0
        self._calendar = calendar = environment.calendar
        self._write = environment.recorder.write
        self._visible: deque[int] = deque()
        self.flight = Timers(calendar, self.messages.visible_at, self._visible_again)
        self._delays = Timers(calendar, self.messages.delivers_at, self._delay_over)
        self._ages = Timers(calendar, self.messages.sent_at, self._expire, age_us=self.retention_us, background=True)
        self._consumers: list[Consumer] = []
        self._sent_details: dict[int, tuple[int]] = {}

    # ── coming ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def send(
        self, body: int, link: int, request: int, cause: int, delay_us: int = -1, extras: Extras = NO_EXTRAS
    ) -> int:
        """A new message; answers its subject."""
        subject = self.environment.subjects.new(MESSAGE, 0, 0, body)
        delay_us = self.delay_us if delay_us < 0 else delay_us
        if delay_us:
            now = self._calendar.now_at
            last = self._write(records.DELAYED, self.node, subject, request, cause, 0, (link, delay_us))
            slot = self.messages.take(DELAYED, subject, now, last)
            self.messages.delivers_at[slot] = now + delay_us
            self.delayed_count += 1
            self._delays.add(now + delay_us, slot)
            self._ages.add(now, slot)
        else:
            detail = self._sent_details.get(link)
            if detail is None:
                detail = self._sent_details[link] = (link,)
            last = self._write(records.SENT, self.node, subject, request, cause, 0, detail)
            slot = self.arrive(subject, self._calendar.now_at, last)
        if extras is not NO_EXTRAS:
            self.messages.extras[slot] = extras
        return subject

    def arrive(self, subject: int, sent_at: int, last: int) -> int:
        """A message is here and visible; answers its slot. The record `last` has said so."""
        slot = self.messages.take(VISIBLE, subject, sent_at, last)
        self._ages.add(sent_at, slot)
        self._show(slot)
        return slot

    def refuses(self, body: str) -> Refusal | None:
        """Why a body cannot be sent here (`Sink`)."""
        if len(body) > self.maximum_bytes or len(body.encode()) > self.maximum_bytes:
            return refusals.too_long(self.maximum_bytes)
        return None

    def accept(self, body: int, link: int, request: int, cause: int) -> int:
        """A body sent by someone who waits for no reply (`Sink`)."""
        return self.send(body, link, request, cause)

    # ── being received ──────────────────────────────────────────────────────────────────────────────────────────────

    def has_messages(self) -> bool:
        return self.visible_count > 0 and self.in_flight_count < QUOTAS.in_flight

    def receive(self, maximum: int, link: int, request: int, visibility_us: int = -1, cause: int = 0) -> ReceivedBatch:
        """Up to `maximum` visible messages go in flight. One that was received too often goes to the dead-letter queue instead.

        A receive asked for by a record (`cause`) has that cause, otherwise the message's own last record.
        """
        messages, visible = self.messages, self._visible
        state, subject, counts, last, ticket = (
            messages.state,
            messages.subject,
            messages.receive_count,
            messages.last,
            messages.ticket,
        )
        visible_at, write, node = messages.visible_at, self._write, self.node
        now = self._calendar.now_at
        hidden_us = self.visibility_us if visibility_us < 0 else visibility_us
        back_at = now + hidden_us
        detail = (link, hidden_us)
        limit = self.redrive.max_receive_count if self.redrive is not None and self.dead_letter_queue is not None else 0
        maximum = min(maximum, QUOTAS.in_flight - self.in_flight_count)
        slots: list[int] = []
        tickets: list[int] = []
        subjects: list[int] = []
        while visible and len(slots) < maximum:
            slot = visible.popleft()
            if state[slot] != VISIBLE:
                continue
            self.visible_count -= 1
            count = counts[slot] + 1
            if limit and count - messages.earlier[slot] > limit:
                self._bury(slot, limit)
                continue
            if count == 1:
                messages.first_receive_at[slot] = now
            counts[slot] = count
            state[slot] = IN_FLIGHT
            visible_at[slot] = back_at
            who = subject[slot]
            number = write(records.RECEIVED, node, who, request, cause or last[slot], count, detail)
            last[slot] = ticket[slot] = number
            self.flight.add(back_at, slot)
            slots.append(slot)
            tickets.append(number)
            subjects.append(who)
        self.in_flight_count += len(slots)
        return ReceivedBatch(self, slots, tickets, subjects)

    def delete(self, slot: int, request: int, cause: int) -> None:
        """The message has been handled. Whoever deletes several calls `settle` afterwards."""
        messages = self.messages
        self._write(records.DELETED, self.node, messages.subject[slot], request, cause, messages.receive_count[slot])
        self.leave(slot)

    def change_visibility(self, slot: int, hidden_us: int, request: int, cause: int) -> None:
        """The message is hidden from now for `hidden_us`; at 0 it is visible at once."""
        messages = self.messages
        if messages.state[slot] == VISIBLE:
            self.visible_count -= 1
            self.in_flight_count += 1
            messages.state[slot] = IN_FLIGHT
        back_at = self._calendar.now_at + hidden_us
        attempt = messages.receive_count[slot]
        messages.visible_at[slot] = back_at
        messages.last[slot] = self._write(
            records.VISIBILITY_CHANGED, self.node, messages.subject[slot], request, cause, attempt, (hidden_us,)
        )
        self.flight.add(back_at, slot)
        self.flight.settle()

    # ── leaving ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def leave(self, slot: int) -> None:
        """The message is here no longer; its record has been written."""
        state = self.messages.state[slot]
        if state == IN_FLIGHT:
            self.in_flight_count -= 1
        elif state == VISIBLE:
            self.visible_count -= 1
        else:
            self.delayed_count -= 1
        self.messages.give_back(slot)

    def settle(self) -> None:
        """Messages left: the calendar is told what is next."""
        self.flight.settle()
        self._ages.settle()
        if self.delayed_count == 0:
            self._delays.settle()

    def purge(self, request: int, cause: int) -> None:
        """Every message is gone."""
        messages = self.messages
        for slot in messages.living():
            self._write(records.PURGED, self.node, messages.subject[slot], request, cause, messages.receive_count[slot])
            self.leave(slot)
        self._visible.clear()
        self.settle()

    def first_visible(self) -> int:
        """The slot of the message that would be received next, or -1. It stays where it is."""
        visible, state = self._visible, self.messages.state
        while visible and state[visible[0]] != VISIBLE:
            visible.popleft()
        return visible[0] if visible else -1

    def allows_redrive_from(self, node: int) -> bool:
        """Whether that queue may name this one as its dead-letter queue."""
        allow = self.redrive_allow
        return allow.permission == "allowAll" or (allow.permission == "byQueue" and node in allow.sources)

    def set_redrive(self, policy: RedrivePolicy | None, world: World) -> None:
        """Where dead letters go from now on."""
        self.redrive = policy
        target = None if policy is None else world.nouns[policy.dead_letter_target]
        self.dead_letter_queue = target if isinstance(target, Queue) else None
        self.redrive_link = -1 if policy is None else world.link_between(self.node, policy.dead_letter_target)

    def set_retention(self, retention_us: int) -> None:
        """The new period holds for the messages that are here too."""
        self.retention_us = retention_us
        self._ages.set_age(retention_us)

    def _bury(self, slot: int, limit: int) -> None:
        """One receive too many: the copy here ends, its child arrives in the dead-letter queue."""
        messages, target = self.messages, self.dead_letter_queue
        assert target is not None
        old, count, sent_at = messages.subject[slot], messages.receive_count[slot], messages.sent_at[slot]
        detail = (self.redrive_link, count - messages.earlier[slot], limit)
        moved = self._write(records.MOVED_TO_DLQ, self.node, old, 0, messages.last[slot], count, detail)
        extras, first_at = messages.of(slot), messages.first_receive_at[slot]
        self.visible_count += 1
        self.leave(slot)
        subjects = self.environment.subjects
        subject = subjects.new(MESSAGE, old, subjects.identity[old], subjects.body[old])
        arrived = self._write(records.DEAD_LETTER_ARRIVED, target.node, subject, 0, moved, count, (self.node,))
        new = target.arrive(subject, sent_at, arrived)
        target.messages.receive_count[new] = target.messages.earlier[new] = count
        target.messages.first_receive_at[new] = first_at
        target.messages.extras[new] = Extras(extras.attributes, extras.system, self.node)

    # ── what the timers ring ────────────────────────────────────────────────────────────────────────────────────────

    def _visible_again(self, slot: int) -> None:
        messages = self.messages
        messages.visible_at[slot] = NONE_AT
        self.in_flight_count -= 1
        attempt = messages.receive_count[slot]
        messages.last[slot] = self._write(
            records.BECAME_VISIBLE, self.node, messages.subject[slot], 0, messages.last[slot], attempt
        )
        self._show(slot)

    def _delay_over(self, slot: int) -> None:
        messages = self.messages
        messages.delivers_at[slot] = NONE_AT
        self.delayed_count -= 1
        messages.last[slot] = self._write(
            records.DELAY_ELAPSED, self.node, messages.subject[slot], 0, messages.last[slot]
        )
        self._show(slot)

    def _expire(self, slot: int) -> None:
        messages = self.messages
        attempt = messages.receive_count[slot]
        self._write(
            records.EXPIRED, self.node, messages.subject[slot], 0, messages.last[slot], attempt, (self.retention_us,)
        )
        self.leave(slot)
        self.flight.settle()
        self._delays.settle()

    def _show(self, slot: int) -> None:
        """A message is visible: whoever polls is woken."""
        self.messages.state[slot] = VISIBLE
        self.visible_count += 1
        self._visible.append(slot)
        if len(self._visible) > 2 * self.visible_count + 4096:
            self._visible = deque(dict.fromkeys(s for s in self._visible if self.messages.state[s] == VISIBLE))
        for consumer in self._consumers:
            consumer.wake()

    def consumed_by(self, consumer: Consumer) -> None:
        """Wake `consumer` whenever a message becomes visible (`Source`)."""
        self._consumers.append(consumer)
