"""A message move task: dead letters go back, at a rate.

The first message moves at once, the n-th n/rate seconds later: one notice per task, however much there is to move. A moved
message is a new one (new id, new age, no receives) whose parent is the dead copy; it keeps body and attributes. Without a
destination each goes back to the queue it came from; a dead letter that was sent here directly has none, and fails the task.

AWS moves everything. The playground can also move a selection, with bodies edited on the way; that is a move task too, so that
it has a rate, can be cancelled and shows its progress.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.engine.subjects import SubjectKind
from flows.services.ports import NO_LINK
from flows.services.sqs import group_records, records
from flows.services.sqs.messages import NO_EXTRAS, VISIBLE, Extras
from flows.services.sqs.quotas import QUOTAS, SECOND_US
from flows.services.sqs.wide_redrive import send_back

if TYPE_CHECKING:
    from flows.services.sqs.queue import Queue
    from flows.services.world import World

RUNNING, COMPLETED, CANCELLED, FAILED = "RUNNING", "COMPLETED", "CANCELLED", "FAILED"
NO_SOURCE = "CouldNotDetermineMessageSource"
STEPS = 20
"""Progress is recorded about this often in the course of a task."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One message of a selection: its slot and subject, and the number of its new body (0: as it is)."""

    slot: int
    subject: int
    body: int


@dataclass
class MoveTask:
    world: World
    source: Queue
    destination: Queue | None
    rate: int | None
    request: int
    selection: deque[Chosen] | None = None
    status: str = RUNNING
    reason: str = ""
    moved: int = 0
    total: int = 0
    ticks: int = 0
    subject: int = 0
    started_at: int = 0
    cause: int = 0
    timer: int = field(default=0)
    ordered: deque[Chosen] | None = None
    """Of a FIFO queue: what was visible at the start, oldest first."""

    def start(self, cause: int) -> None:
        environment = self.world.environment
        self.subject = environment.subjects.new(int(SubjectKind.MOVE_TASK))
        if self.selection is None and self.source.fifo:
            self.ordered = self._oldest_first()
        self.started_at = environment.now_at
        self.total = self.source.visible_count if self.selection is None else len(self.selection)
        node = self.source.node if self.destination is None else self.destination.node
        detail = (self.source.node, node, self.total, self._rate())
        self.cause = self._record(records.TASK_STARTED, detail, cause)
        self.timer = environment.calendar.schedule(environment.now_at, self.tick)

    def cancel(self, cause: int) -> None:
        self.status = CANCELLED
        self.world.environment.calendar.cancel(self.timer)
        self._record(records.TASK_CANCELLED, (self.moved,), cause)

    def fail(self, reason: str) -> None:
        """It cannot go on; without effect once it has ended."""
        if self.status != RUNNING:
            return
        self.world.environment.calendar.cancel(self.timer)
        self.status, self.reason = FAILED, reason
        self._record(records.TASK_FAILED, (reason,), self.cause)

    def tick(self) -> None:
        """One message, if there is one left; then the next is due."""
        slot, body = self._next()
        if slot < 0:
            self._complete()
            return
        reason = self._send_on(slot, body)
        if reason:
            self.fail(reason)
            return
        self.moved += 1
        if self.moved >= self.total:
            self._complete()
            return
        if self.moved % max(1, self.total // STEPS) == 0:
            self._record(records.TASK_PROGRESSED, (self.moved, self.total), self.cause)
        self.ticks += 1
        due_at = self.started_at + self.ticks * SECOND_US // self._rate()
        self.timer = self.world.environment.calendar.schedule(due_at, self.tick)

    def _next(self) -> tuple[int, int]:
        """The slot of the next message to move and its new body; -1 if there is none. Who is in flight is not moved."""
        messages = self.source.messages
        chosen_ones = self.ordered if self.selection is None else self.selection
        if chosen_ones is None:
            return self.source.line.first(), 0
        while chosen_ones:
            chosen = chosen_ones.popleft()
            if messages.subject[chosen.slot] == chosen.subject and messages.state[chosen.slot] == VISIBLE:
                return chosen.slot, chosen.body
        return -1, 0

    def _oldest_first(self) -> deque[Chosen]:
        messages = self.source.messages
        visible = (slot for slot in messages.living() if messages.state[slot] == VISIBLE)
        return deque(Chosen(slot, messages.subject[slot], 0) for slot in visible)

    def _send_on(self, slot: int, body: int) -> str:
        """Move the message to where it goes; or why it cannot go."""
        destination = self.destination or self._origin(slot)
        if destination is not None:
            self._move(slot, destination, body)
            return ""
        if self.selection is None or self.source.messages.of(slot).origin == NO_LINK:
            return NO_SOURCE
        return send_back(self.world, self.source, slot, body, self.subject, self.cause)

    def _move(self, slot: int, destination: Queue, new_body: int) -> None:
        environment, source = self.world.environment, self.source
        messages, write, subjects = source.messages, environment.recorder.write, environment.subjects
        old, extras, group = messages.subject[slot], messages.of(slot), source.group_of(slot)
        detail = (destination.node, self.subject, int(bool(new_body)))
        gone = write(records.REDRIVEN, source.node, old, self.subject, self.cause, messages.receive_count[slot], detail)
        source.leave(slot)
        source.settle()
        subject = subjects.new(int(SubjectKind.MESSAGE), old, 0, new_body or subjects.body[old])
        where: tuple[int | str, ...] = (source.node, self._link(destination))
        kind, where = (group_records.REDRIVEN_JOINED, (*where, group)) if group else (records.REDRIVEN_ARRIVED, where)
        arrived = write(kind, destination.node, subject, self.subject, gone, 0, where)
        kept = Extras(extras.attributes, extras.system) if extras.attributes or extras.system else NO_EXTRAS
        deduplication = message_id(environment.seed, subjects.identity[old]) if destination.fifo else ""
        destination.arrive(subject, environment.now_at, arrived, kept, group, deduplication)

    def _link(self, destination: Queue) -> int:
        """The redrive link over which the message once came, if it goes back over it."""
        return destination.redrive_link if destination.dead_letter_queue is self.source else NO_LINK

    def _origin(self, slot: int) -> Queue | None:
        node = self.source.messages.of(slot).source
        found: Queue | None = self.world.nouns[node] if node >= 0 else None
        return found

    def _complete(self) -> None:
        self.status = COMPLETED
        self._record(records.TASK_COMPLETED, (self.moved,), self.cause)

    def _rate(self) -> int:
        return self.rate or QUOTAS.move_task_rate

    def _record(self, kind: int, detail: tuple[object, ...], cause: int) -> int:
        write = self.world.environment.recorder.write
        return write(kind, self.source.node, self.subject, self.request, cause, 0, detail)
