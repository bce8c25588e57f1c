"""One order's story with exact instants: sent, received twice, dead, redriven, deleted. Another waits in flight."""

from __future__ import annotations

from flows.engine.environment import Environment
from flows.engine.kinds import Field, FieldType, Kind, KindTable
from flows.engine.segment import Segment
from flows.engine.subjects import SubjectKind
from flows.traces.printing import Words
from flows.traces.reading import Reading

SECOND = 1_000_000
CLIENT, ORDERS, CHARGE_CARD, ORDERS_DLQ = range(4)
NODES = ("You", "orders", "charge-card", "orders-dlq")
LINKS = ((CLIENT, ORDERS), (ORDERS, CHARGE_CARD), (ORDERS, ORDERS_DLQ), (ORDERS_DLQ, ORDERS))

LINK = Field("link", FieldType.LINK)
KINDS = KindTable(
    [
        Kind(1, "sqs", "MessageSent", (LINK,), "sent to {node}", to="visible", motion="forward", rate=True),
        Kind(
            2,
            "sqs",
            "MessageReceived",
            (LINK, Field("visible_at", FieldType.INSTANT)),
            "received (receive {attempt}); in flight until {visible_at}",
            to="in_flight",
            motion="forward",
        ),
        Kind(3, "sqs", "MessageDeleted", (), "deleted", to="deleted", outcome="delivered"),
        Kind(4, "sqs", "MessageBecameVisible", (), "visible again", to="visible", outcome="retry"),
        Kind(
            5,
            "sqs",
            "MessageMovedToDeadLetterQueue",
            (LINK, Field("receive_count", FieldType.INTEGER)),
            "moved over {link} after {receive_count} receives",
            to="moved",
            outcome="lost",
            motion="forward",
        ),
        Kind(
            6,
            "sqs",
            "DeadLetterArrived",
            (Field("source", FieldType.NODE),),
            "arrived from {source}",
            to="visible",
            outcome="lost",
        ),
        Kind(
            7,
            "lambda",
            "DeliveryFailed",
            (LINK, Field("error_type", FieldType.STRING), Field("error", FieldType.BODY)),
            "failed with {error_type}",
            outcome="retry",
            motion="backward",
        ),
        Kind(
            8,
            "sqs",
            "MessageRedriven",
            (Field("task", FieldType.SUBJECT),),
            "redriven by {task}",
            to="moved",
            outcome="delivered",
        ),
        Kind(9, "sqs", "RedrivenMessageArrived", (LINK,), "arrived again", to="visible", motion="backward", rate=True),
    ],
)
SENT, RECEIVED, DELETED, VISIBLE, MOVED, ARRIVED, FAILED, REDRIVEN, AGAIN = range(1, 10)


def a_story() -> tuple[Environment, Segment]:
    """14 records: see the instants in the code."""
    e = Environment.begin(7)
    write, run_until = e.recorder.write, e.calendar.run_until
    body, error = e.bodies.number('{"order":1}'), e.bodies.number('{"errorMessage":"no funds"}')
    order = e.subjects.new(SubjectKind.MESSAGE, body=body)
    cause = write(SENT, ORDERS, order, detail=(0,))
    for attempt in (1, 2):
        run_until(attempt * 30 * SECOND)
        batch = e.subjects.new(SubjectKind.INVOCATION)
        cause = write(RECEIVED, ORDERS, order, batch, cause, attempt, (1, 30 * SECOND))
        run_until(attempt * 30 * SECOND + 100_000)
        cause = write(FAILED, CHARGE_CARD, order, batch, cause, attempt, (1, f"Declined{attempt}", error))
        run_until((attempt + 1) * 30 * SECOND)
        if attempt == 1:
            cause = write(VISIBLE, ORDERS, order, 0, cause, attempt)
    cause = write(MOVED, ORDERS, order, 0, cause, 2, (2, 2))
    dead = e.subjects.new(SubjectKind.MESSAGE, parent=order, identity=order, body=body)
    cause = write(ARRIVED, ORDERS_DLQ, dead, 0, cause, 0, (ORDERS,))
    run_until(120 * SECOND)
    task = e.subjects.new(SubjectKind.MOVE_TASK)
    cause = write(REDRIVEN, ORDERS_DLQ, dead, 0, cause, 0, (task,))
    redriven = e.subjects.new(SubjectKind.MESSAGE, parent=dead, body=body)
    cause = write(AGAIN, ORDERS, redriven, 0, cause, 0, (3,))
    other = e.subjects.new(SubjectKind.MESSAGE, body=e.bodies.number('{"order":2}'))
    write(SENT, ORDERS, other, detail=(0,))
    run_until(121 * SECOND)
    write(RECEIVED, ORDERS, redriven, 0, cause, 1, (1, 30 * SECOND))
    write(RECEIVED, ORDERS, other, 0, 0, 1, (1, -1))
    write(DELETED, ORDERS, redriven, 0, 0, 1)
    return e, e.recorder.drain()


def words(reading: Reading) -> Words:
    return Words(NODES, LINKS, 7, reading.subjects)
