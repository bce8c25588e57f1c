"""A mapping on a FIFO queue: one batch of a group at a time, in order, whatever fails."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.services.kinds import KINDS
from flows.simulation import Simulation
from flows.topology.compiled import CompiledTopology
from flows.traces.projections.ledger import violations
from tests.builders import MINUTE, SECOND, Run, a_function, a_mapping, a_queue, a_topology
from tests.builders import rows as rows_of

PARTIAL = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
FAILS_ONCE = [{"attempts_up_to": 1, "body": {"path": "$", "equals": "a2"}, "how": "item"}]
NAME = "orders.fifo"


def a_fifo_topology(
    failures: list[dict[str, Any]] | None = None, ms: int = 100, maximum: int = 5, **mapping: Any
) -> CompiledTopology:
    return a_topology(
        Orders=a_queue(NAME, "dead.fifo", maximum, FifoQueue=True, VisibilityTimeout=30),
        Dead=a_queue("dead.fifo", FifoQueue=True),
        ChargeCard=a_function("charge-card", ms, failures),
        Mapping=a_mapping(NAME, "charge-card", **mapping),
    )


def send(run: Run, *bodies: str, at: int | None = None) -> None:
    """Each body is its group's letter and a number, which is its deduplication id, too."""
    entries = [
        {"Id": body, "MessageBody": body, "MessageGroupId": body[0], "MessageDeduplicationId": body} for body in bodies
    ]
    run.ok("sqs:SendMessageBatch", at, QueueUrl=_url(), Entries=entries)


def _url() -> str:
    return f"https://sqs.eu-west-1.amazonaws.com/123456789012/{NAME}"


def handled(run: Run, rows: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """(instant, body) of every message that the function was done with, in order."""
    bodies, texts = run.simulation.environment.subjects.body, run.simulation.environment.bodies.text
    return [(row["at"], texts(bodies[row["subject"]])) for row in rows if row["kind"] == "MessageDeleted"]


def test_a_group_has_one_batch_under_way_at_a_time():
    run = Run(a_fifo_topology(BatchSize=2))
    send(run, "a1", "a2", "a3", "b1")
    run.until(SECOND)
    rows = run.records()
    started = [(row["at"], row["batch_size"]) for row in rows if row["kind"] == "InvocationStarted"]
    assert started == [(0, 2), (0, 1), (100_000, 1)]
    assert handled(run, rows) == [(100_000, "a1"), (100_000, "a2"), (100_000, "b1"), (200_000, "a3")]


def test_a_failure_holds_back_those_behind_it_and_no_other_group():
    run = Run(a_fifo_topology(FAILS_ONCE, BatchSize=1, **PARTIAL))
    send(run, "a1", "a2", "a3", "b1", "b2")
    run.until(2 * MINUTE)
    assert handled(run, run.records()) == [
        (100_000, "a1"),
        (100_000, "b1"),
        (200_000, "b2"),
        (30 * SECOND + 200_000, "a2"),
        (30 * SECOND + 300_000, "a3"),
    ]


def test_a_function_stops_at_the_first_failure_and_reports_what_it_did_not_handle():
    run = Run(a_fifo_topology(FAILS_ONCE, **PARTIAL))
    send(run, "a1", "a2", "a3")
    run.until(SECOND)
    rows = run.records()
    failed = [(row["error_type"], row["attempt"]) for row in rows if row["kind"] == "DeliveryFailed"]
    assert failed == [("Error", 1), ("NotHandled", 1)]
    assert handled(run, rows) == [(100_000, "a1")]
    run.until(MINUTE)
    assert handled(run, run.records()) == [(30 * SECOND + 100_000, "a2"), (30 * SECOND + 100_000, "a3")]


def test_without_partial_answers_the_whole_batch_comes_back_in_order():
    run = Run(a_fifo_topology(FAILS_ONCE))
    send(run, "a1", "a2", "a3")
    run.until(MINUTE)
    rows = run.records()
    assert [row["at"] for row in rows if row["kind"] == "InvocationFailed"] == [100_000]
    assert [body for _, body in handled(run, rows)] == ["a1", "a2", "a3"]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"MaximumBatchingWindowInSeconds": 1}, "Batching window is not supported for FIFO queues"),
        ({"BatchSize": 11}, "Batch size for FIFO queues must be between 1 and 10"),
    ],
)
def test_a_fifo_queue_has_no_window_and_batches_of_ten(params, message):
    run = Run(a_fifo_topology())
    assert run.no("lambda:UpdateEventSourceMapping", UUID="Mapping", **params) == (
        "InvalidParameterValueException",
        message,
    )


GROUPS = st.sampled_from("abc")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(GROUPS, min_size=1, max_size=40),
    st.integers(1, 10),
    st.booleans(),
    st.sampled_from(["item", "raise", "timeout"]),
    st.integers(0, 6),
    st.integers(0, 2**32),
)
def test_each_group_is_handled_in_order_without_loss_or_duplicates_under_failures(
    letters, size, partial, how, tenths, seed
):
    """Each fails by chance and for some receives; what is given up lies in the dead-letter queue. A restored box goes on alike."""
    failures = [{"rate": tenths / 10, "how": how}]
    topology = a_fifo_topology(failures, ms=700, maximum=4, BatchSize=size, **(PARTIAL if partial else {}))
    run = Run(topology, seed)
    counts: dict[str, int] = defaultdict(int)
    bodies = []
    for index, letter in enumerate(letters):
        counts[letter] += 1
        bodies.append(f"{letter}{counts[letter]}")
        send(run, bodies[-1], at=index * 200_000)
    run.until(20 * SECOND)
    again = Simulation.restore(run.simulation.checkpoint(), topology)
    first = run.simulation.drain()
    run.until(20 * MINUTE)
    assert again.run_until(20 * MINUTE)
    assert again.digest() == run.simulation.digest()
    segments = [first, run.simulation.drain()]
    assert violations(KINDS, segments) == []
    rows = [row for segment in segments for row in rows_of(segment)]
    done = [body for _, body in handled(run, rows)]
    buried = sum(row["kind"] == "MessageMovedToDeadLetterQueue" for row in rows)
    assert len(done) == len(set(done))
    assert len(done) + buried == len(bodies)
    for letter in set(letters):
        order = [int(body[1:]) for body in done if body[0] == letter]
        assert order == sorted(order)
    received = [row for row in rows if row["kind"] == "MessageReceived"]
    assert all(row["attempt"] <= 4 for row in received)
