"""Our kernel doing honest work: bare queue and function objects over the real calendar, streams, subjects and recorder.

Every message is a subject with a body, its visibility is armed at each receive and disarmed at its delete, and everything
that happens is a record with all its columns and its cause. Per-message facts are integers in columns, as in the services.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from flows.engine.environment import Environment
from flows.engine.garbage import collected_between_slices
from flows.engine.subjects import SubjectKind
from tests.benchmarks.workload import (
    BATCH_SIZE,
    CONCURRENCY,
    FAILURE_PPM,
    GAP_US,
    MAX_RECEIVE_COUNT,
    SEED,
    VISIBILITY_TIMEOUT_US,
    Tally,
    durations,
    to_the_end,
)

SENT, RECEIVED, DELETED, VISIBLE, MOVED, ARRIVED, STARTED, SUCCEEDED = 100, 102, 103, 104, 106, 107, 200, 201
QUEUE, FUNCTION, DEAD_LETTERS = 1, 2, 3
MESSAGE, INVOCATION = int(SubjectKind.MESSAGE), int(SubjectKind.INVOCATION)
SLICE_US = 5_000_000
"""The log is taken away every five virtual seconds: about 20,000 messages."""


class BareQueue:
    """Messages are slots in integer columns; a slot is used again when its message has gone.

    Visible ones wait in order; those in flight batch by batch, in the order in which they would be visible again (who has
    a batch takes out of it what it deletes). One notice in the calendar stands for all of them, at the first one's instant.
    """

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.write = environment.recorder.write
        self.recorder = environment.recorder
        self.new_subject = environment.subjects.new
        self.calendar = environment.calendar
        self.free: list[int] = []
        self.subject: list[int] = []
        self.receives: list[int] = []
        self.visible_at: list[int] = []
        self.cause: list[int] = []
        self.visible: deque[int] = deque()
        self.in_flight: deque[tuple[int, list[int]]] = deque()
        self.armed = False
        self.timer = environment.calendar.lane(self.time_out)
        self.send_detail = (0,)
        self.receive_detail = (1, VISIBILITY_TIMEOUT_US)
        self.moved_detail = (2, MAX_RECEIVE_COUNT, MAX_RECEIVE_COUNT)
        self.arrived_detail = (QUEUE,)
        self.received = self.deleted = self.dead = 0
        self.consumer: BareFunction | None = None

    def send(self, body: int) -> None:
        message = self.new_subject(MESSAGE, 0, 0, body)
        cause = self.write(SENT, QUEUE, message, 0, 0, 0, self.send_detail)
        if self.free:
            slot = self.free.pop()
            self.subject[slot] = message
            self.receives[slot] = 0
            self.cause[slot] = cause
        else:
            slot = len(self.subject)
            self.subject.append(message)
            self.receives.append(0)
            self.cause.append(cause)
            self.visible_at.append(-1)
        self.visible.append(slot)

    def receive(self, request: int) -> list[int]:
        visible, receives, causes, visibles = self.visible, self.receives, self.cause, self.visible_at
        subjects, detail, recorder, now = self.subject, self.receive_detail, self.recorder, self.calendar.now_at
        visible_at = now + VISIBILITY_TIMEOUT_US
        rows, sequence = recorder.rows, recorder.sequence
        batch = []
        for _ in range(min(BATCH_SIZE, len(visible))):
            slot = visible.popleft()
            receives[slot] = attempt = receives[slot] + 1
            rows += (now, QUEUE, RECEIVED, subjects[slot], request, causes[slot], attempt, detail)
            causes[slot] = sequence = sequence + 1
            visibles[slot] = visible_at
            batch.append(slot)
        recorder.wrote(sequence)
        self.in_flight.append((visible_at, batch))
        if not self.armed:
            self.armed = True
            self.timer.schedule(visible_at)
        self.received += len(batch)
        return batch

    def delete(self, batch: list[int], request: int, cause: int) -> None:
        receives, visible_at, subjects, recorder = self.receives, self.visible_at, self.subject, self.recorder
        rows, now = recorder.rows, self.calendar.now_at
        for slot in batch:
            rows += (now, QUEUE, DELETED, subjects[slot], request, cause, receives[slot], None)
            visible_at[slot] = -1
        recorder.wrote(recorder.sequence + len(batch))
        self.free += batch
        self.deleted += len(batch)

    def time_out(self) -> None:
        in_flight, visible_at, now = self.in_flight, self.visible_at, self.calendar.now_at
        self.armed = False
        while in_flight:
            at, batch = in_flight[0]
            waiting = [slot for slot in batch if visible_at[slot] == at]
            if waiting and at > now:
                self.armed = True
                self.timer.schedule(at)
                break
            in_flight.popleft()
            for slot in waiting:
                self.become_visible(slot)
        if self.consumer is not None:
            self.consumer.poll()

    def become_visible(self, slot: int) -> None:
        message, attempt = self.subject[slot], self.receives[slot]
        self.visible_at[slot] = -1
        if attempt < MAX_RECEIVE_COUNT:
            self.cause[slot] = self.write(VISIBLE, QUEUE, message, 0, self.cause[slot], attempt)
            self.visible.append(slot)
            return
        cause = self.write(MOVED, QUEUE, message, 0, self.cause[slot], attempt, self.moved_detail)
        self.free.append(slot)
        copy = self.new_subject(MESSAGE, message, message, self.environment.subjects.body[message])
        self.write(ARRIVED, DEAD_LETTERS, copy, 0, cause, 0, self.arrived_detail)
        self.dead += 1


class BareFunction:
    """Takes batches while it has room; each message of a batch fails on its own."""

    def __init__(self, environment: Environment, queue: BareQueue) -> None:
        self.environment = environment
        self.write = environment.recorder.write
        self.calendar = environment.calendar
        self.queue = queue
        queue.consumer = self
        self.free = CONCURRENCY
        self.durations = environment.streams.stream("duration")
        self.failures = environment.streams.stream("failure")
        self.quantiles = durations()
        self.started_details = {size: (1, size) for size in range(1, BATCH_SIZE + 1)}

    def poll(self) -> None:
        queue = self.queue
        while self.free and queue.visible:
            self.free -= 1
            invocation = self.environment.subjects.new(INVOCATION)
            batch = queue.receive(invocation)
            detail = self.started_details[len(batch)]
            cause = self.write(STARTED, FUNCTION, invocation, invocation, queue.cause[batch[0]], 0, detail)
            duration = self.durations.sample(self.quantiles)
            self.calendar.schedule(self.calendar.now_at + duration, self.end, invocation, batch, cause, duration)

    def end(self, invocation: int, batch: list[int], cause: int, duration: int) -> None:
        self.free += 1
        fails = self.failures.chance_ppm
        good: list[int] = []
        failed: list[int] = []
        for slot in batch:
            (failed if fails(FAILURE_PPM) else good).append(slot)
        cause = self.write(SUCCEEDED, FUNCTION, invocation, invocation, cause, 0, (duration, len(failed)))
        self.queue.delete(good, invocation, cause)
        batch[:] = failed
        self.poll()


class Source:
    """Sends the messages, one every 250 µs, with one of a few bodies."""

    def __init__(self, environment: Environment, function: BareFunction, messages: int) -> None:
        self.lane = environment.calendar.lane(self.send)
        self.left = messages
        self.function = function
        self.queue = function.queue
        self.body = environment.bodies.number('{"order": 1}')
        self.lane.schedule(0)

    def send(self) -> None:
        self.left -= 1
        if self.left:
            self.lane.schedule(self.queue.calendar.now_at + GAP_US)
        self.queue.send(self.body)
        if self.function.free:
            self.function.poll()


def begin(messages: int) -> tuple[Environment, BareQueue]:
    """The workload at instant 0."""
    environment = Environment.begin(SEED)
    queue = BareQueue(environment)
    Source(environment, BareFunction(environment, queue), messages)
    return environment, queue


def slices(messages: int) -> Iterator[Tally]:
    """The whole workload, slice by slice; every slice's log is taken away. Told is what came of the messages so far."""
    environment, queue = begin(messages)
    calendar, recorder = environment.calendar, environment.recorder
    while calendar.next_foreground_at() is not None:
        with collected_between_slices():
            calendar.run_until(calendar.now_at + SLICE_US)
            recorder.drain()
        yield Tally(queue.received, queue.deleted, queue.dead)


def run(messages: int) -> Tally:
    return to_the_end(slices(messages))
