"""A standard queue: the living thing. A FIFO queue (`fifo.py`) differs in who is received next, and in what is taken in.

Every message is in one of three states here: *visible* (waiting to be received), *in flight* (received, hidden until
`visible_at`) or *delayed* (sent, hidden until `delivers_at`). Whatever waits is an instant in a column of `Messages`; one
`Timers` per purpose keeps the calendar informed. Messages are received in the order in which they became visible (AWS
promises no order; a run needs one), until one names a message group: then groups take turns (`fair.py`).

A message's age is counted from `sent_at` alone, which moves with it to a dead-letter queue: retention goes on running there.

Whoever received a message holds a *ticket*; with it and only with it (while no later receive has happened) the message can be
deleted or its visibility changed, as with AWS's receipt handles, even after it became visible again.
"""

from __future__ import annotations

from flows.engine.environment import Environment
from flows.engine.subjects import SubjectKind
from flows.services.live_topology import LiveTopology
from flows.services.ports import Consumer
from flows.services.sqs.batch import ReceivedBatch, take_batch
from flows.services.sqs.config import QueueConfig, RedrivePolicy
from flows.services.sqs.delivering import deliver, refuses
from flows.services.sqs.ending import end, purge
from flows.services.sqs.event import Wanted
from flows.services.sqs.fair import Turns, become_fair, group_of
from flows.services.sqs.group_records import DELAYED_IN_GROUP, SENT_TO_GROUP
from flows.services.sqs.line import Line
from flows.services.sqs.messages import DELAYED, IN_FLIGHT, NO_EXTRAS, NONE_AT, VISIBLE, Extras, Messages
from flows.services.sqs.polling import LongPolls
from flows.services.sqs.quotas import QUOTAS
from flows.services.sqs.records import BECAME_VISIBLE, DELAY_ELAPSED, DELETED, EXPIRED, SENT, VISIBILITY_CHANGED
from flows.services.sqs.records import DELAYED as SENT_DELAYED
from flows.services.sqs.redrive import MoveTask
from flows.services.sqs.timers import Timers
from flows.topology.compiled import CompiledNode

MESSAGE = int(SubjectKind.MESSAGE)


class Queue:
    fifo = False
    content_based = False

    def __init__(
        self, environment: Environment, node: CompiledNode, config: QueueConfig, topology: LiveTopology
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
        self.out = False
        self.dead_letter_queue: Queue | None = None
        self.redrive_link = -1
        self.long_polls: LongPolls
        """Given by the wiring: the receives that wait here."""
        self.move_tasks: list[MoveTask] = []
        self.messages = Messages()
        self.visible_count = self.in_flight_count = self.delayed_count = 0
        self._calendar = calendar = environment.calendar
        self._write = environment.recorder.write
        self._subjects = environment.subjects
        self.line: Line | Turns = Line()
        self.fair: Turns | None = None
        self.flight = Timers(calendar, self.messages.visible_at, self._visible_again)
        self._delays = Timers(calendar, self.messages.delivers_at, self._delay_over)
        self.ages = Timers(calendar, self.messages.sent_at, self._expire, age_us=self.retention_us, background=True)
        self._consumers: list[Consumer] = []
        self._sent_details: dict[int, tuple[int]] = {}

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
        deduplication: str = "",  # noqa: ARG002  (a FIFO queue reads it)
    ) -> int:
        """A new message; answers its subject."""
        subject = self._subjects.new(MESSAGE, parent, 0, body)
        if delay_us < 0:
            delay_us = self.delay_us
        if delay_us:
            self._delay(subject, link, request, cause, delay_us, extras, group)
            return subject
        if group:
            last = self._write(SENT_TO_GROUP, self.node, subject, request, cause, 0, (link, group))
        else:
            detail = self._sent_details.get(link)
            if detail is None:
                detail = self._sent_details[link] = (link,)
            last = self._write(SENT, self.node, subject, request, cause, 0, detail)
        self.arrive(subject, self._calendar.now_at, last, extras, group)
        return subject

    accept = send
    """A body sent by someone who waits for no reply (`Sink`)."""
    deliver = deliver
    """What a service hands over (`Recipient`)."""

    def _delay(
        self, subject: int, link: int, request: int, cause: int, delay_us: int, extras: Extras, group: str
    ) -> int:
        now = self._calendar.now_at
        kind, detail = (DELAYED_IN_GROUP, (link, group, delay_us)) if group else (SENT_DELAYED, (link, delay_us))
        last = self._write(kind, self.node, subject, request, cause, 0, detail)
        slot = self.messages.take(DELAYED, subject, now, last)
        if extras is not NO_EXTRAS:
            self.messages.extras[slot] = extras
        if group and self.fair is None and not self.fifo:
            become_fair(self)
        self.messages.delivers_at[slot] = now + delay_us
        self.delayed_count += 1
        self._delays.add(now + delay_us, slot)
        self.ages.add(now, slot)
        return slot

    def arrive(
        self,
        subject: int,
        sent_at: int,
        last: int,
        extras: Extras = NO_EXTRAS,
        group: str = "",
        deduplication: str = "",  # noqa: ARG002  (a FIFO queue reads it)
    ) -> int:
        """A message is here and visible; answers its slot. The record `last` has said so."""
        slot = self.messages.take(VISIBLE, subject, sent_at, last)
        if extras is not NO_EXTRAS:
            self.messages.extras[slot] = extras
            if group and self.fair is None:
                become_fair(self)
        self.ages.add(sent_at, slot)
        self.visible_count += 1
        self.line.slots.append(slot)
        self._wake()
        return slot

    def group_of(self, slot: int) -> str:
        """The message group that the message in `slot` names; "" if none."""
        return group_of(self.messages, slot)

    def group_attributes(self, _slot: int) -> dict[str, str]:
        """What only a FIFO queue says of a message. (A fair queue's group is one of the message's own attributes.)"""
        return {}

    refuses = refuses
    """Why a body cannot be sent here (`Sink`)."""

    # ── being received ──────────────────────────────────────────────────────────────────────────────────────────────

    def has_messages(self) -> bool:
        return self.visible_count > 0 and not self.out and self.in_flight_count < QUOTAS.in_flight

    def receive(self, maximum: int, link: int, request: int, visibility_us: int = -1, cause: int = 0) -> ReceivedBatch:
        """Up to `maximum` visible messages go in flight."""
        hidden_us = self.visibility_us if visibility_us < 0 else visibility_us
        return take_batch(self, maximum, link, request, hidden_us, cause)

    def answer_receive(self, wanted: Wanted) -> list[int]:
        """The slots of the messages that a ReceiveMessage is answered with now."""
        return self.receive(wanted.maximum, -1, wanted.request, wanted.hidden_us, wanted.cause).slots

    def delete(self, slot: int, request: int, cause: int) -> None:
        """The message has been handled. Whoever deletes several calls `settle` afterwards."""
        messages = self.messages
        self._write(DELETED, self.node, messages.subject[slot], request, cause, messages.receive_count[slot])
        self.leave(slot)

    def change_visibility(self, slot: int, hidden_us: int, request: int, cause: int) -> None:
        """The message is hidden from now for `hidden_us`; at 0 it is visible at once."""
        messages = self.messages
        if messages.state[slot] == VISIBLE:
            self.visible_count -= 1
            self.in_flight_count += 1
            messages.state[slot] = IN_FLIGHT
            self.line.leave(slot, self.visible_count)
        back_at = self._calendar.now_at + hidden_us
        messages.visible_at[slot] = back_at
        self.record(slot, VISIBILITY_CHANGED, request, cause, (hidden_us,))
        self.flight.add(back_at, slot)
        self.flight.settle(self.in_flight_count)

    # ── leaving ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def leave(self, slot: int) -> None:
        """The message is here no longer; its record has been written."""
        state = self.messages.state[slot]
        if state == IN_FLIGHT:
            self.in_flight_count -= 1
            if self.fair is not None:
                self.fair.left((slot,))
        elif state == VISIBLE:
            self.visible_count -= 1
            self.line.leave(slot, self.visible_count)
        else:
            self.delayed_count -= 1
            self.messages.delivers_at[slot] = NONE_AT
        self.messages.give_back([slot])

    purge = purge
    """Everything goes, whatever state it is in."""
    removed = end
    """The queue is deleted."""

    def settle(self) -> None:
        """Messages left: the calendar is told what is next."""
        flying = self.in_flight_count
        self.flight.settle(flying)
        self.ages.settle(flying + self.visible_count + self.delayed_count)
        self._delays.settle(self.delayed_count)

    def set_retention(self, retention_us: int) -> None:
        """The new period holds for the messages that are here too."""
        self.retention_us = retention_us
        self.ages.set_age(retention_us)

    def set_delay(self, delay_us: int) -> None:
        """The new delay holds for messages sent from now on."""
        self.delay_us = delay_us

    # ── what the timers ring ────────────────────────────────────────────────────────────────────────────────────────

    def _visible_again(self, slot: int) -> None:
        self.messages.visible_at[slot] = NONE_AT
        self.in_flight_count -= 1
        self._show(slot, BECAME_VISIBLE)

    def _delay_over(self, slot: int) -> None:
        self.messages.delivers_at[slot] = NONE_AT
        self.delayed_count -= 1
        self._show(slot, DELAY_ELAPSED)

    def _expire(self, slot: int) -> None:
        self.record(slot, EXPIRED, 0, self.messages.last[slot], (self.retention_us,))
        self.leave(slot)
        self.flight.settle(self.in_flight_count)
        self._delays.settle(self.delayed_count)

    def _show(self, slot: int, kind: int) -> None:
        """A message that waited is visible: whoever polls is woken."""
        self.record(slot, kind, 0, self.messages.last[slot])
        self.messages.state[slot] = VISIBLE
        self.visible_count += 1
        self.line.slots.append(slot)
        self._wake()

    def _wake(self) -> None:
        """Whoever polls looks; of several the next is first the next time."""
        consumers = self._consumers
        for consumer in consumers:
            consumer.wake()
        if len(consumers) > 1:
            consumers.append(consumers.pop(0))

    def record(self, slot: int, kind: int, request: int, cause: int, detail: tuple[int, ...] | None = None) -> None:
        """Write what happens to the message in `slot`; it is the cause of what happens to it next."""
        messages = self.messages
        attempt = messages.receive_count[slot]
        messages.last[slot] = self._write(kind, self.node, messages.subject[slot], request, cause, attempt, detail)

    def consumed_by(self, consumer: Consumer) -> None:
        """Wake `consumer` whenever a message becomes visible (`Source`)."""
        self._consumers.append(consumer)

    def outage(self, begins: bool) -> None:
        """An outage begins or is over: while it lasts nothing is received."""
        self.out = begins
        if not begins and self.visible_count:
            self._wake()
