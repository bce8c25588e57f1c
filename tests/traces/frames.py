"""The golden frames' content: small traces, made by hand, that use everything a chunk can hold."""

from __future__ import annotations

from flows.engine.environment import Environment
from flows.engine.segment import Segment
from flows.engine.subjects import SubjectKind

EXECUTION = "5f3c1a52-7f0e-4c8e-9d0a-6a1f2b3c4d5e"
SENT, RECEIVED, DELETED, MOVED, ARRIVED = 100, 102, 103, 106, 107
STARTED, FAILED, SUCCEEDED = 200, 202, 201
ORDERS, CHARGE_CARD, ORDERS_DLQ = 1, 2, 3


class Orders:
    """Orders through `charge-card`: every tenth fails three times and becomes a dead letter."""

    def __init__(self, seed: int = 7) -> None:
        self.environment = Environment.begin(seed)
        self.error = self.environment.bodies.number(
            '{"errorType":"CardDeclined","errorMessage":"no funds · ünïcode ☂"}'
        )

    def send(self, index: int) -> None:
        e = self.environment
        body = e.bodies.number(f'{{"order":{index % 7}}}')
        message = e.subjects.new(SubjectKind.MESSAGE, body=body)
        cause = e.recorder.write(SENT, ORDERS, message, detail=(0,))
        self.receive(message, 1, cause, fails=index % 10 == 9)

    def receive(self, message: int, attempt: int, cause: int, *, fails: bool) -> None:
        e = self.environment
        invocation = e.subjects.new(SubjectKind.INVOCATION)
        cause = e.recorder.write(RECEIVED, ORDERS, message, invocation, cause, attempt, (1, 30_000_000))
        started = e.recorder.write(STARTED, CHARGE_CARD, invocation, invocation, cause, 0, (1, 1))
        duration = 100_000 + message * 7
        end_at = e.now_at + duration
        e.calendar.schedule(end_at, self.end, message, invocation, attempt, started, duration, fails)

    def end(self, message: int, invocation: int, attempt: int, cause: int, duration: int, fails: bool) -> None:
        e = self.environment
        if not fails:
            cause = e.recorder.write(SUCCEEDED, CHARGE_CARD, invocation, invocation, cause, 0, (duration, 0))
            e.recorder.write(DELETED, ORDERS, message, invocation, cause, attempt)
            return
        detail = ("CardDeclined", self.error, duration)
        cause = e.recorder.write(FAILED, CHARGE_CARD, invocation, invocation, cause, 0, detail)
        if attempt < 3:
            e.calendar.schedule(e.now_at + 30_000_000, self.again, message, attempt + 1, cause)
            return
        cause = e.recorder.write(MOVED, ORDERS, message, 0, cause, attempt, (2, attempt, 3))
        copy = e.subjects.new(SubjectKind.MESSAGE, parent=message, identity=message, body=e.subjects.body[message])
        e.recorder.write(ARRIVED, ORDERS_DLQ, copy, 0, cause, 0, (ORDERS,))

    def again(self, message: int, attempt: int, cause: int) -> None:
        self.receive(message, attempt, cause, fails=True)


def orders(count: int = 60, gap_us: int = 250) -> Orders:
    """`count` orders, sent every `gap_us`; nothing has happened yet."""
    flow = Orders()
    for index in range(count):
        flow.environment.calendar.schedule(index * gap_us, flow.send, index)
    return flow


def orders_segment() -> Segment:
    """Sixty orders, start to end: 1-based sequences, bodies with and without a repeat, causes, lineage."""
    flow = orders()
    flow.environment.calendar.run_until(1_000_000_000)
    return flow.environment.recorder.drain()


def silence_segment() -> Segment:
    """Three orders with six silent hours between them: instants that need an escape; not from the first record on."""
    flow = orders(3, gap_us=6 * 3_600_000_000)
    flow.environment.calendar.run_until(1_000_000)
    flow.environment.recorder.drain()
    flow.environment.calendar.run_until(2**50)
    return flow.environment.recorder.drain()


def full_segment() -> Segment:
    """A full chunk of 4096 records."""
    flow = orders(2_000)
    flow.environment.calendar.run_until(2**50)
    segment = flow.environment.recorder.drain()
    from flows.traces.chunk import cut

    return next(iter(cut(segment)))


FRAMES = {"orders": orders_segment, "silence": silence_segment, "full": full_segment}
