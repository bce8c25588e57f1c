"""QueueComparison: our queue beside a naive list. Nothing is lost, nothing comes early, nothing comes twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from flows.services.kinds import KINDS
from flows.simulation import Simulation
from flows.traces.projections.ledger import violations
from tests.builders import SECOND, Run, queues_only, url

APART = 7
"""Whatever begins later than something else never ends at its instant: between a delay and a visibility timeout that end
together our order is that of two notices, and no promise."""
VISIBILITY, RETENTION, MAXIMUM = 7, 60, 3
ORDERS: dict[str, Any] = {"QueueUrl": url("orders")}


@dataclass
class Naive:
    """One message: when it may next be delivered is all there is to know (`next_at`); `since` orders those that may."""

    message_id: str
    sent_at: int
    next_at: int
    since: tuple[int, int]
    receives: int = 0
    receipt: str = ""


class QueueComparison(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.run = Run(queues_only(MAXIMUM, VisibilityTimeout=VISIBILITY, MessageRetentionPeriod=RETENTION))
        self.messages: list[Naive] = []
        self.dead: list[str] = []
        self.order = 0
        self.old_receipts: list[str] = []

    @property
    def now(self) -> int:
        return self.run.simulation.now_at

    def stamp(self, at: int) -> tuple[int, int]:
        self.order += 1
        return at, self.order

    @rule(delay=st.sampled_from([0, 0, 0, 2, 9]))
    def send(self, delay: int) -> None:
        message_id = self.run.send("order", DelaySeconds=delay)
        at = self.now + delay * SECOND
        self.messages.append(Naive(message_id, self.now, at, self.stamp(at)))

    @rule(maximum=st.integers(1, 10), hidden=st.sampled_from([None, 0, 1, 12]))
    def receive(self, maximum: int, hidden: int | None) -> None:
        params: dict[str, Any] = {} if hidden is None else {"VisibilityTimeout": hidden}
        received = self.run.receive(maximum, AttributeNames=["ApproximateReceiveCount"], **params)
        expected: list[Naive] = []
        for message in sorted((m for m in self.messages if m.next_at <= self.now), key=lambda m: m.since):
            if len(expected) == maximum:
                break
            if message.receives == MAXIMUM:
                self.messages.remove(message)
                self.dead.append(message.message_id)
                continue
            expected.append(message)
        assert [m["MessageId"] for m in received] == [m.message_id for m in expected]
        for message, given in zip(expected, received, strict=True):
            if message.receipt:
                self.old_receipts.append(message.receipt)
            message.receives += 1
            message.receipt = given["ReceiptHandle"]
            message.next_at = self.now + (VISIBILITY if hidden is None else hidden) * SECOND
            message.since = self.stamp(message.next_at)
            assert given["Attributes"]["ApproximateReceiveCount"] == str(message.receives)
        self.run.until(self.now)

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        received = [message for message in self.messages if message.receipt]
        if received:
            message = data.draw(st.sampled_from(received))
            self.run.ok("sqs:DeleteMessage", **ORDERS, ReceiptHandle=message.receipt)
            self.messages.remove(message)

    @rule(data=st.data())
    def delete_with_an_old_receipt(self, data: st.DataObject) -> None:
        if self.old_receipts:
            self.run.ok("sqs:DeleteMessage", **ORDERS, ReceiptHandle=data.draw(st.sampled_from(self.old_receipts)))

    @rule(data=st.data(), hidden=st.sampled_from([0, 3, 20]))
    def change_visibility(self, data: st.DataObject, hidden: int) -> None:
        received = [message for message in self.messages if message.receipt]
        if received:
            message = data.draw(st.sampled_from(received))
            self.run.ok(
                "sqs:ChangeMessageVisibility", **ORDERS, ReceiptHandle=message.receipt, VisibilityTimeout=hidden
            )
            message.next_at = self.now + hidden * SECOND
            message.since = self.stamp(message.next_at)
            self.run.until(self.now)

    @rule(length=st.sampled_from([1, SECOND, 3 * SECOND, 11 * SECOND]))
    def advance(self, length: int) -> None:
        self.run.until(self.now + length + APART)
        self.messages = [message for message in self.messages if message.sent_at + RETENTION * SECOND > self.now]

    def teardown(self) -> None:
        """The ledger is balanced, and a box made now goes on as the run does."""
        simulation = self.run.simulation
        other = Simulation.restore(simulation.checkpoint(), self.run.topology)
        until_at = self.now + 30 * SECOND
        for each in (simulation, other):
            each.run_until(until_at)
        assert other.digest() == simulation.digest()
        assert violations(KINDS, [simulation.drain()]) == []

    @invariant()
    def both_count_the_same(self) -> None:
        visible = sum(message.next_at <= self.now for message in self.messages)
        delayed = sum(message.next_at > self.now and not message.receives for message in self.messages)
        assert self.run.counts() == (visible, len(self.messages) - visible - delayed, delayed)


TestQueueComparison: Any = QueueComparison.TestCase
TestQueueComparison.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
