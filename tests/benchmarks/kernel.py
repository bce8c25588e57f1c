"""Our kernel doing honest work: bare queue and function objects over the real calendar, streams, subjects and recorder.

Every message is a subject with a body, its visibility is armed at each receive and disarmed at its delete, and everything
that happens is a record with all its columns and its cause. Per-message facts are integers in columns, as in the services.
"""

from __future__ import annotations

from collections import deque

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
)

SENT, RECEIVED, DELETED, VISIBLE, MOVED, ARRIVED, STARTED, SUCCEEDED = 100, 102, 103, 104, 106, 107, 200, 201
QUEUE, FUNCTION, DEAD_LETTERS = 1, 2, 3
MESSAGE, INVOCATION = int(SubjectKind.MESSAGE), int(SubjectKind.INVOCATION)
SLICE_US = 5_000_000
"""The log is taken away every five virtual seconds: about 20,000 messages."""


class BareQueue:
    """Messages are slots in integer columns; a slot is used again when its message has gone.

    Visible ones wait in order, those in flight in the order in which they would be visible again: one notice in the
    calendar stands for all of them, at the first one's instant.
    """

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.write = environment.recorder.write
        self.write_all = environment.recorder.write_all
        self.new_subject = environment.subjects.new
        self.calendar = environment.calendar
        self.free: list[int] = []
        self.subject: list[int] = []
        self.receives: list[int] = []
        self.visible_at: list[int] = []
        self.cause: list[int] = []
        self.visible: deque[int] = deque()
        self.in_flight: deque[int] = deque()
        self.in_flight_at: deque[int] = deque()
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
        visible_at = self.calendar.now_at + VISIBILITY_TIMEOUT_US
        batch = [visible.popleft() for _ in range(min(BATCH_SIZE, len(visible)))]
        for slot in batch:
            receives[slot] += 1
            visibles[slot] = visible_at
        subjects, attempts = [self.subject[slot] for slot in batch], [receives[slot] for slot in batch]
        before = [causes[slot] for slot in batch]
        first = self.write_all(RECEIVED, QUEUE, subjects, request, before, attempts, self.receive_detail)
        for sequence, slot in enumerate(batch, start=first):
            causes[slot] = sequence
        self.in_flight += batch
        self.in_flight_at += [visible_at] * len(batch)
        if not self.armed:
            self.armed = True
            self.timer.schedule(visible_at)
        self.received += len(batch)
        return batch

    def delete(self, batch: list[int], request: int, cause: int) -> None:
        receives, visible_at = self.receives, self.visible_at
        subjects, attempts = [self.subject[slot] for slot in batch], [receives[slot] for slot in batch]
        self.write_all(DELETED, QUEUE, subjects, request, [cause] * len(batch), attempts)
        for slot in batch:
            visible_at[slot] = -1
        self.free += batch
        self.deleted += len(batch)

    def time_out(self) -> None:
        in_flight, in_flight_at, visible_at = self.in_flight, self.in_flight_at, self.visible_at
        now = self.calendar.now_at
        while in_flight:
            at, slot = in_flight_at[0], in_flight[0]
            if visible_at[slot] == at:
                if at > now:
                    break
                self.become_visible(slot)
            in_flight.popleft()
            in_flight_at.popleft()
        self.armed = bool(in_flight)
        if self.armed:
            self.timer.schedule(in_flight_at[0])
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
        failing = self.failures.chances_ppm(FAILURE_PPM, len(batch))
        cause = self.write(SUCCEEDED, FUNCTION, invocation, invocation, cause, 0, (duration, sum(failing)))
        self.queue.delete([slot for slot, fails in zip(batch, failing, strict=True) if not fails], invocation, cause)
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


def run(messages: int) -> Tally:
    """The whole workload, slice by slice; every slice's log is taken away."""
    environment, queue = begin(messages)
    calendar, recorder = environment.calendar, environment.recorder
    while calendar.next_foreground_at() is not None:
        with collected_between_slices():
            calendar.run_until(calendar.now_at + SLICE_US)
        recorder.drain()
    return Tally(queue.received, queue.deleted, queue.dead)
