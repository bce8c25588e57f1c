"""What services hand to queues, and take from them: deliveries with system attributes, batches of which some are dropped."""

from __future__ import annotations

from typing import Any

import pytest

from flows.services.ports import Delivery, Refusal
from flows.simulation import Simulation
from tests.builders import SECOND, Run, a_queue, a_topology, queues_only

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793"


def noun(run: Run, id_: str = "Orders") -> Any:
    return run.simulation.world.nouns[run.topology.node(id_).index]


def deliver(run: Run, **given: Any) -> int | Refusal:
    body = run.simulation.environment.bodies.number(given.pop("text", "order"))
    return noun(run).deliver(Delivery(body, 0, **given))


@pytest.fixture
def fifo() -> Run:
    return Run(a_topology(Orders=a_queue("orders.fifo", FifoQueue=True)))


def test_a_trace_header_and_a_group_come_along_to_a_standard_queue_and_an_id_does_not():
    run = Run(queues_only())
    system = {"AWSTraceHeader": TRACE, "MessageGroupId": "A", "MessageDeduplicationId": "d"}
    deliver(run, system=system)
    (message,) = run.receive(AttributeNames=["All"])
    attributes = message["Attributes"]
    assert (attributes["AWSTraceHeader"], attributes["MessageGroupId"]) == (TRACE, "A")
    assert "MessageDeduplicationId" not in attributes


def test_a_fifo_queue_takes_no_delivery_without_a_group_or_an_id(fifo):
    refused = deliver(fifo)
    assert isinstance(refused, Refusal)
    assert refused.message == "The request must contain the parameter MessageGroupId."
    refused = deliver(fifo, system={"MessageGroupId": "A"})
    assert isinstance(refused, Refusal)
    assert refused.message.startswith("The queue should either have ContentBasedDeduplication enabled")
    assert deliver(fifo, system={"MessageGroupId": "A", "MessageDeduplicationId": "d"}) == 1


def test_by_content_a_delivery_needs_a_group_only_and_a_duplicate_has_the_first_ones_id():
    run = Run(a_topology(Orders=a_queue("orders.fifo", FifoQueue=True, ContentBasedDeduplication=True)))
    first, second = (deliver(run, system={"MessageGroupId": "A", "AWSTraceHeader": TRACE}) for _ in range(2))
    assert (first, second) == (1, 2)
    assert run.simulation.environment.subjects.identity[2] == 1
    (message,) = run.receive(queue="orders.fifo", AttributeNames=["AWSTraceHeader", "MessageGroupId"])
    assert message["Attributes"] == {"AWSTraceHeader": TRACE, "MessageGroupId": "A"}


def test_what_another_gave_up_on_joins_its_group(fifo):
    deliver(
        fifo,
        dead_letter=True,
        source=0,
        attempts=3,
        system={"MessageGroupId": "A", "MessageDeduplicationId": "d"},
        attributes={"ERROR": {"DataType": "String", "StringValue": "x"}},
    )
    (record,) = [row for row in fifo.records() if row["kind"] == "FailureJoinedGroup"]
    assert (record["group"], record["attempt"], record["subject"]) == ("A", 3, 1)


@pytest.mark.parametrize("group", ["", "A"])
def test_dropped_messages_are_deleted_each_for_its_own_reason_and_leave_the_batch(group):
    run = Run(queues_only(VisibilityTimeout=5))
    for body in "abc":
        run.send(body, **({"MessageGroupId": group} if group else {}))
    batch = noun(run).receive(10, -1, 7)
    run.records()
    write = run.simulation.environment.recorder.write
    causes = [write(50, 0), write(50, 0)]
    batch.drop([0, 2], causes, 7)
    deleted = [row for row in run.records() if row["kind"] == "MessageDeleted"]
    assert [(row["subject"], row["cause"], row["request"]) for row in deleted] == [
        (row["subject"], cause, 7) for row, cause in zip(deleted, causes, strict=True)
    ]
    assert len(batch) == len(batch.subjects()) == len(batch.tickets) == 1
    assert run.counts() == (0, 1, 0)
    run.until(5 * SECOND)
    batch.drop([0], causes[:1], 7)
    assert run.counts() == (0, 0, 0)
    assert len(batch) == 0


def test_a_message_that_was_received_again_is_not_dropped():
    run = Run(queues_only(VisibilityTimeout=1))
    run.send("a")
    late = noun(run).receive(10, -1, 7)
    run.until(SECOND)
    noun(run).receive(10, -1, 8)
    late.drop([0], [1], 7)
    assert run.counts() == (0, 1, 0)


def test_a_late_batch_of_a_fifo_queue_deletes_nothing_that_came_back():
    run = Run(a_topology(Orders=a_queue("orders.fifo", FifoQueue=True, VisibilityTimeout=1)))
    system = {"MessageGroupId": "A", "MessageDeduplicationId": "d"}
    deliver(run, system=system)
    late = noun(run).receive(10, -1, 7)
    run.until(SECOND)
    late.delete(7, 0)
    assert run.counts("orders.fifo") == (1, 0, 0)


def test_templates_keep_their_encryption_and_tags():
    tags = [{"Key": "team", "Value": "payments"}, "no tag"]
    queue = a_queue("orders", KmsMasterKeyId="alias/key", SqsManagedSseEnabled=False, Tags=tags)
    run = Run(a_topology(Orders=queue))
    assert run.attributes("orders", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled") == {
        "KmsMasterKeyId": "alias/key",
        "KmsDataKeyReusePeriodSeconds": "300",
        "SqsManagedSseEnabled": "false",
    }
    assert noun(run).tags == {"team": "payments"}
    assert Simulation.restore(run.simulation.checkpoint(), run.topology).digest() == run.simulation.digest()
