"""FifoComparison: our FIFO queue beside a naive list. Order within groups, no duplicate inside the window, and who blocks whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from flows.engine.identifiers import message_id
from flows.services.kinds import KINDS
from flows.simulation import Simulation
from flows.traces.projections.ledger import violations
from tests.builders import SECOND, Run, a_queue, a_topology, rows, url

VISIBILITY, RETENTION, MAXIMUM, WINDOW = 7, 1200, 3, 300
ORDERS: dict[str, Any] = {"QueueUrl": url("orders.fifo")}
GROUPS = ("A", "B", "C")


@dataclass
class Naive:
    message_id: str
    group: str
    sent_at: int
    next_at: int
    receives: int = 0
    receipt: str = ""


class FifoComparison(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        queue = a_queue(
            "orders.fifo",
            "orders-dlq.fifo",
            MAXIMUM,
            FifoQueue=True,
            VisibilityTimeout=VISIBILITY,
            MessageRetentionPeriod=RETENTION,
        )
        self.run = Run(a_topology(Orders=queue, OrdersDlq=a_queue("orders-dlq.fifo", FifoQueue=True)))
        self.messages: list[Naive] = []
        self.seen: dict[str, tuple[int, str]] = {}
        self.said: dict[str, tuple[str, int] | None] = {}
        self.parts: list[Any] = []

    @property
    def now(self) -> int:
        return self.run.simulation.now_at

    @rule(group=st.sampled_from(GROUPS), deduplication=st.sampled_from([str(n) for n in range(6)]))
    def send(self, group: str, deduplication: str) -> None:
        given: dict[str, Any] = {"MessageGroupId": group, "MessageDeduplicationId": deduplication}
        answered = self.run.send("order", queue="orders.fifo", **given)
        sent_at, first = self.seen.get(deduplication, (-WINDOW * SECOND, ""))
        if self.now - sent_at < WINDOW * SECOND:
            assert answered == first
            return
        assert answered not in {message.message_id for message in self.messages}
        self.seen[deduplication] = (self.now, answered)
        self.messages.append(Naive(answered, group, self.now, self.now))

    @rule(maximum=st.integers(1, 10), hidden=st.sampled_from([None, 1, 12]))
    def receive(self, maximum: int, hidden: int | None) -> None:
        params: dict[str, Any] = {} if hidden is None else {"VisibilityTimeout": hidden}
        received = self.run.receive(maximum, queue="orders.fifo", AttributeNames=["All"], **params)
        ready = {group: self.deliverable(group) for group in GROUPS}
        assert len(received) == min(maximum, sum(map(len, ready.values())))
        groups = list(dict.fromkeys(message["Attributes"]["MessageGroupId"] for message in received))
        expected = [message for group in groups for message in ready[group]][:maximum]
        assert [message["MessageId"] for message in received] == [message.message_id for message in expected]
        for message, given in zip(expected, received, strict=True):
            message.receives += 1
            message.receipt = given["ReceiptHandle"]
            message.next_at = self.now + (VISIBILITY if hidden is None else hidden) * SECOND
            assert given["Attributes"]["ApproximateReceiveCount"] == str(message.receives)

    def deliverable(self, group: str) -> list[Naive]:
        """The run at the group's head; who was received too often goes to the dead-letter queue if it is reached."""
        found: list[Naive] = []
        for message in [each for each in self.messages if each.group == group]:
            if message.next_at > self.now:
                break
            if message.receives < MAXIMUM:
                found.append(message)
        return found

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        received = [message for message in self.messages if message.receipt]
        if not received:
            return
        message = data.draw(st.sampled_from(received))
        answer = self.run.command("sqs:DeleteMessage", **ORDERS, ReceiptHandle=message.receipt)
        if message.next_at > self.now:
            assert answer.ok
            self.messages.remove(message)
        else:
            assert answer.refusal is not None
            assert answer.refusal.message.endswith("Reason: The receipt handle has expired.")

    @rule(data=st.data(), hidden=st.sampled_from([0, 3, 20]))
    def change_visibility(self, data: st.DataObject, hidden: int) -> None:
        flying = [message for message in self.messages if message.next_at > self.now]
        if flying:
            message = data.draw(st.sampled_from(flying))
            given: dict[str, Any] = {"ReceiptHandle": message.receipt, "VisibilityTimeout": hidden}
            self.run.ok("sqs:ChangeMessageVisibility", **ORDERS, **given)
            message.next_at = self.now + hidden * SECOND
            self.run.until(self.now)

    @rule(length=st.sampled_from([1, SECOND, 3 * SECOND, 11 * SECOND, 100 * SECOND]))
    def advance(self, length: int) -> None:
        self.run.until(self.now + length)
        self.messages = [message for message in self.messages if message.sent_at + RETENTION * SECOND > self.now]

    @invariant()
    def both_agree(self) -> None:
        self.buried_ones_are_found_out()
        self.a_blocked_group_says_by_what()
        self.both_count_the_same()

    def buried_ones_are_found_out(self) -> None:
        """A message goes to the dead-letter queue when a receive meets it: we learn that it went from the trace."""
        segment = self.run.simulation.drain()
        self.parts.append(segment)
        subjects = self.run.simulation.environment.subjects
        for row in rows(segment):
            if row["kind"] == "MessageMovedToDeadLetterQueue":
                gone = message_id(1, subjects.identity[row["subject"]])
                (message,) = [each for each in self.messages if each.message_id == gone]
                assert message.receives == MAXIMUM
                self.messages.remove(message)
            elif row["kind"] == "GroupBlocked":
                blocker = message_id(1, subjects.identity[row["subject"]])
                self.said[row["group"]] = (blocker, row["at"] + row["visible_at"])
            elif row["kind"] == "GroupFreed":
                self.said[row["group"]] = None

    def a_blocked_group_says_by_what(self) -> None:
        for group in GROUPS:
            members = [message for message in self.messages if message.group == group]
            blocked = bool(members) and members[0].next_at > self.now
            waits = any(message.next_at <= self.now for message in members)
            expected = (members[0].message_id, members[0].next_at) if blocked and waits else None
            assert self.said.get(group) == expected

    def both_count_the_same(self) -> None:
        visible = sum(message.next_at <= self.now for message in self.messages)
        assert self.run.counts("orders.fifo") == (visible, len(self.messages) - visible, 0)

    def teardown(self) -> None:
        simulation = self.run.simulation
        other = Simulation.restore(simulation.checkpoint(), self.run.topology)
        until_at = self.now + 30 * SECOND
        for each in (simulation, other):
            each.run_until(until_at)
        assert other.digest() == simulation.digest()
        self.parts.append(simulation.drain())
        assert violations(KINDS, self.parts) == []


TestFifoComparison: Any = FifoComparison.TestCase
TestFifoComparison.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
