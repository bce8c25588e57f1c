"""FIFO queues: order within groups, blocking, deduplication, receipt handles that expire, dead letters, attempts, throughput."""

from __future__ import annotations

from typing import Any

import pytest

from flows.engine.segment import Segment
from flows.services.kinds import KINDS
from flows.simulation import Simulation
from flows.traces.printing import Words, sentence
from flows.traces.reading import Reading
from tests.builders import MINUTE, SECOND, Run, a_function, a_mapping, a_queue, a_topology, arn, url

ORDERS = {"QueueUrl": url("orders.fifo")}
DLQ = {"QueueUrl": url("orders-dlq.fifo")}


def a_run(maximum: int = 3, **properties: Any) -> Run:
    """orders.fifo and orders-dlq.fifo, and nobody who polls."""
    return Run(
        a_topology(
            Orders=a_queue("orders.fifo", "orders-dlq.fifo", maximum, FifoQueue=True, **properties),
            OrdersDlq=a_queue("orders-dlq.fifo", FifoQueue=True),
        )
    )


def send(run: Run, body: str, group: str = "A", at: int | None = None, **params: Any) -> dict[str, Any]:
    params = {"MessageDeduplicationId": body, **params}
    return run.ok("sqs:SendMessage", at, **ORDERS, MessageBody=body, MessageGroupId=group, **params)


def bodies(run: Run, maximum: int = 10, **params: Any) -> list[str]:
    return [message["Body"] for message in run.receive(maximum, queue="orders.fifo", **params)]


class Told:
    """What the trace says about groups, as sentences."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.parts: list[Segment] = []
        self.read = 0

    def since_last(self) -> list[tuple[int, str]]:
        """(instant, sentence) of every record about groups since this was last asked."""
        self.parts.append(self.run.simulation.drain())
        reading = Reading(KINDS, self.parts)
        words = Words([node.name for node in self.run.topology.nodes], (), 1, reading.subjects)
        records = [reading.record(index) for index in range(self.read, reading.count)]
        self.read = reading.count
        return [(each.at, sentence(each, words)) for each in records if each.kind.name.startswith("Group")]


# ── order ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_receive_takes_as_many_of_one_group_as_possible_before_it_goes_on_to_the_next():
    run = a_run()
    for body, group in (("a1", "A"), ("b1", "B"), ("a2", "A"), ("b2", "B"), ("c1", "C")):
        send(run, body, group)
    assert bodies(run, 4) == ["a1", "a2", "b1", "b2"]
    assert bodies(run) == ["c1"]
    assert bodies(run) == []


def test_a_group_waits_while_one_of_its_messages_is_in_flight_and_others_do_not():
    run = a_run()
    send(run, "a1")
    send(run, "a2")
    send(run, "b1", "B")
    (first,) = run.receive(1, queue="orders.fifo")
    assert first["Body"] == "a1"
    assert bodies(run) == ["b1"]
    assert run.counts("orders.fifo") == (1, 2, 0)
    run.delete(first, queue="orders.fifo")
    assert bodies(run) == ["a2"]


def test_who_comes_back_comes_back_to_its_place():
    run = a_run(VisibilityTimeout=1)
    for body in ("foo", "bar", "baz"):
        send(run, body)
    received = run.receive(5, queue="orders.fifo")
    change = {"ReceiptHandle": received[2]["ReceiptHandle"], "VisibilityTimeout": 4}
    run.ok("sqs:ChangeMessageVisibility", **ORDERS, **change)
    run.until(2 * SECOND)
    send(run, "qux")
    assert bodies(run) == ["foo", "bar"]
    run.until(5 * SECOND)
    assert bodies(run) == ["foo", "bar", "baz", "qux"]


def test_entries_of_a_batch_keep_their_order():
    run = a_run()
    entries = [
        {"Id": str(n), "MessageBody": f"m{n}", "MessageGroupId": "A", "MessageDeduplicationId": str(n)}
        for n in range(4)
    ]
    answer = run.ok("sqs:SendMessageBatch", **ORDERS, Entries=entries)
    numbers = [int(each["SequenceNumber"]) for each in answer["Successful"]]
    assert numbers == [18_870_000_000_000_000_256 + 256 * n for n in range(4)]
    assert bodies(run) == ["m0", "m1", "m2", "m3"]


def test_a_message_says_its_group_its_id_and_its_number():
    run = a_run()
    sent = send(run, "a1", MessageDeduplicationId="d-1")
    (message,) = run.receive(queue="orders.fifo", AttributeNames=["All"])
    assert message["Attributes"] == {
        "SenderId": "AIDAREDRIVEPLAYGROUND",
        "SentTimestamp": "1767225600000",
        "ApproximateReceiveCount": "1",
        "ApproximateFirstReceiveTimestamp": "1767225600000",
        "SequenceNumber": sent["SequenceNumber"],
        "MessageDeduplicationId": "d-1",
        "MessageGroupId": "A",
    }


# ── blocked groups ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_blocked_group_says_by_whom_and_until_when():
    run = a_run()
    for body in ("a1", "a2", "a3"):
        send(run, body)
    told = Told(run)
    received = run.receive(2, queue="orders.fifo", at=SECOND)
    short = received[0]["MessageId"][:8]
    assert told.since_last() == [(SECOND, f"Group A is blocked by message {short}, in flight until 00:00:31.000.")]
    change = {"ReceiptHandle": received[0]["ReceiptHandle"], "VisibilityTimeout": 60}
    run.ok("sqs:ChangeMessageVisibility", 2 * SECOND, **ORDERS, **change)
    assert told.since_last() == [(2 * SECOND, f"Group A is blocked by message {short}, in flight until 00:01:02.000.")]
    run.delete(received[0], 3 * SECOND, queue="orders.fifo")
    second = received[1]["MessageId"][:8]
    assert told.since_last() == [(3 * SECOND, f"Group A is blocked by message {second}, in flight until 00:00:31.000.")]
    run.until(31 * SECOND)
    assert told.since_last() == [(31 * SECOND, f"Group A is no longer blocked by message {second}.")]


def test_nobody_is_blocked_where_nobody_waits():
    run = a_run()
    send(run, "a1")
    bodies(run)
    told = Told(run)
    assert told.since_last() == []
    send(run, "a2", at=5 * SECOND)
    ((at, said),) = told.since_last()
    assert at == 5 * SECOND
    assert said.endswith("in flight until 00:00:30.000.")


def test_a_long_poll_is_answered_when_its_group_is_freed():
    run = a_run(VisibilityTimeout=5)
    send(run, "a1")
    send(run, "a2")
    (first,) = run.receive(1, queue="orders.fifo")
    run.ok("sqs:ReceiveMessage", **ORDERS, WaitTimeSeconds=20)
    run.delete(first, at=3 * SECOND, queue="orders.fifo")
    run.records()
    run.until(3 * SECOND)
    assert [(row["at"], row["kind"]) for row in run.records()] == [(3 * SECOND, "MessageReceived")]


# ── deduplication ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_duplicate_within_five_minutes_is_accepted_with_the_first_ones_id_and_not_delivered():
    run = a_run()
    first = send(run, "a1")
    run.records()
    again = send(run, "a1", at=12 * SECOND)
    assert again == first
    (record,) = [row for row in run.records() if row["kind"] != "CommandApplied"]
    assert (record["kind"], record["group"], record["age"]) == ("MessageDeduplicated", "A", 12 * SECOND)
    assert bodies(run) == ["a1"]


def test_the_window_outlives_the_message_and_is_not_lengthened_by_a_duplicate():
    run = a_run()
    first = send(run, "a1")
    run.delete(run.receive(queue="orders.fifo")[0], queue="orders.fifo")
    assert send(run, "a1", at=5 * MINUTE - 1)["MessageId"] == first["MessageId"]
    assert send(run, "a1", at=5 * MINUTE)["MessageId"] != first["MessageId"]
    assert bodies(run) == ["a1"]


def test_by_content_the_body_is_the_id_whatever_its_attributes_say():
    run = a_run(ContentBasedDeduplication=True)
    given = {**ORDERS, "MessageBody": "same", "MessageGroupId": "A"}
    first = run.ok("sqs:SendMessage", **given)
    attribute = {"Try": {"DataType": "Number", "StringValue": "2"}}
    assert run.ok("sqs:SendMessage", **given, MessageAttributes=attribute)["MessageId"] == first["MessageId"]
    assert run.ok("sqs:SendMessage", **given, MessageDeduplicationId="d")["MessageId"] != first["MessageId"]
    assert bodies(run) == ["same", "same"]


def test_in_the_scope_of_a_group_another_group_may_use_the_id():
    run = a_run(DeduplicationScope="messageGroup")
    ids = {send(run, "x", group)["MessageId"] for group in ("A", "B", "A")}
    assert len(ids) == 2


def test_a_changed_scope_holds_a_minute_later_for_what_was_sent_before_too():
    run = a_run()
    first = send(run, "x")["MessageId"]
    run.ok("sqs:SetQueueAttributes", **ORDERS, Attributes={"DeduplicationScope": "messageGroup"})
    assert send(run, "x", "B", at=MINUTE - 1)["MessageId"] == first
    assert send(run, "x", "B", at=MINUTE)["MessageId"] != first
    assert send(run, "x", "A")["MessageId"] == first


def test_a_purge_forgets_what_was_sent():
    run = a_run()
    first = send(run, "a1")["MessageId"]
    run.ok("sqs:PurgeQueue", **ORDERS)
    assert send(run, "a1")["MessageId"] != first


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        ({"MessageDeduplicationId": "d"}, "MissingParameter", "The request must contain the parameter MessageGroupId."),
        (
            {"MessageGroupId": "A"},
            "InvalidParameterValue",
            "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
        ),
        (
            {"MessageGroupId": "A", "MessageDeduplicationId": "d", "DelaySeconds": 1},
            "InvalidParameterValue",
            "Value 1 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.",
        ),
        (
            {"MessageGroupId": "ü", "MessageDeduplicationId": "d"},
            "InvalidParameterValue",
            "Value ü for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.",
        ),
        (
            {"MessageGroupId": "A", "MessageDeduplicationId": "d" * 129},
            "InvalidParameterValue",
            f"Value {'d' * 129} for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId can only include alphanumeric and punctuation characters. 1 to 128 in length.",
        ),
    ],
)
def test_messages_that_a_fifo_queue_refuses(params, code, message):
    assert a_run().no("sqs:SendMessage", **ORDERS, MessageBody="x", **params) == (code, message)


def test_an_entry_without_a_group_refuses_the_whole_batch():
    run = a_run()
    entries = [
        {"Id": "a", "MessageBody": "x", "MessageGroupId": "A", "MessageDeduplicationId": "1"},
        {"Id": "b", "MessageBody": "x", "MessageDeduplicationId": "2"},
    ]
    refused = run.no("sqs:SendMessageBatch", **ORDERS, Entries=entries)
    assert refused == ("InvalidParameterValue", "The request must contain the parameter MessageGroupId.")
    assert run.counts("orders.fifo") == (0, 0, 0)


def test_a_standard_queue_knows_no_deduplication_ids():
    run = Run(a_topology(Orders=a_queue("orders")))
    assert run.no("sqs:SendMessage", QueueUrl=url("orders"), MessageBody="x", MessageDeduplicationId="d") == (
        "InvalidParameterValue",
        "Value d for parameter MessageDeduplicationId is invalid. Reason: The request includes a parameter that is not valid for this queue type.",
    )


def test_a_receipt_handle_expires_with_its_visibility_timeout():
    run = a_run(VisibilityTimeout=1)
    send(run, "a1")
    (message,) = run.receive(queue="orders.fifo")
    handle = {"ReceiptHandle": message["ReceiptHandle"]}
    expired = f"Value {message['ReceiptHandle']} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
    assert run.no("sqs:DeleteMessage", SECOND, **ORDERS, **handle) == ("InvalidParameterValue", expired)
    run.receive(queue="orders.fifo")
    assert run.no("sqs:DeleteMessage", **ORDERS, **handle) == ("InvalidParameterValue", expired)
    code, said = run.no("sqs:ChangeMessageVisibility", **ORDERS, **handle, VisibilityTimeout=5)
    assert code == "InvalidParameterValue"
    assert said.endswith("Message does not exist or is not available for visibility timeout change.")


def test_the_301st_call_of_a_second_is_throttled_and_batches_count_once():
    run = a_run()
    given = {**ORDERS, "MessageBody": "x", "MessageGroupId": "A"}
    for n in range(299):
        run.ok("sqs:SendMessage", **given, MessageDeduplicationId=str(n))
    entries = [{"Id": str(n), **given, "MessageDeduplicationId": f"b{n}"} for n in range(10)]
    run.ok("sqs:SendMessageBatch", **ORDERS, Entries=entries)
    assert run.no("sqs:SendMessage", **given, MessageDeduplicationId="more")[0] == "RequestThrottled"
    run.receive(queue="orders.fifo")
    run.ok("sqs:SendMessage", SECOND, **given, MessageDeduplicationId="more")
    assert run.counts("orders.fifo") == (300, 10, 0)


def test_at_high_throughput_every_group_has_its_own_quota():
    run = a_run(DeduplicationScope="messageGroup", FifoThroughputLimit="perMessageGroupId")
    for n in range(300):
        send(run, str(n), "A")
    given = {**ORDERS, "MessageBody": "x", "MessageDeduplicationId": "x"}
    assert run.no("sqs:SendMessage", **given, MessageGroupId="A")[0] == "RequestThrottled"
    run.ok("sqs:SendMessage", **given, MessageGroupId="B")


# ── delay ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_the_queue_has_a_delay_and_a_message_may_ask_for_none():
    run = a_run(DelaySeconds=2)
    send(run, "a1", DelaySeconds=0)
    run.until(2 * SECOND - 1)
    assert run.counts("orders.fifo") == (0, 0, 1)
    run.until(2 * SECOND)
    assert bodies(run) == ["a1"]


def test_a_changed_delay_holds_for_those_who_wait_already():
    run = a_run(DelaySeconds=60)
    send(run, "a1")
    send(run, "a2", at=10 * SECOND)
    run.ok("sqs:SetQueueAttributes", 20 * SECOND, **ORDERS, Attributes={"DelaySeconds": "15"})
    run.until(20 * SECOND)
    assert run.counts("orders.fifo") == (1, 0, 1)
    run.until(25 * SECOND)
    assert bodies(run) == ["a1", "a2"]


# ── dead letters ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_dead_letter_begins_a_new_life_with_its_message_id_as_deduplication_id():
    run = a_run(maximum=1, VisibilityTimeout=10)
    sent = send(run, "a1")
    send(run, "a2")
    bodies(run, 1)
    run.until(10 * SECOND)
    assert bodies(run, 1) == ["a2"]
    (letter,) = run.receive(queue="orders-dlq.fifo", AttributeNames=["All"])
    attributes = letter["Attributes"]
    assert letter["MessageId"] == sent["MessageId"]
    assert attributes["MessageDeduplicationId"] == sent["MessageId"]
    assert attributes["MessageGroupId"] == "A"
    assert attributes["SentTimestamp"] == "1767225610000"
    assert attributes["DeadLetterQueueSourceArn"] == arn("orders.fifo")
    assert attributes["ApproximateReceiveCount"] == "2"


def test_retention_begins_anew_in_a_fifo_dead_letter_queue():
    run = a_run(maximum=1, VisibilityTimeout=10, MessageRetentionPeriod=60)
    run.ok("sqs:SetQueueAttributes", **DLQ, Attributes={"MessageRetentionPeriod": "60"})
    send(run, "a1")
    bodies(run)
    run.until(50 * SECOND)
    assert bodies(run) == []
    run.until(110 * SECOND - 1)
    assert run.counts("orders-dlq.fifo") == (1, 0, 0)
    run.until(110 * SECOND)
    assert run.counts("orders-dlq.fifo") == (0, 0, 0)


def test_a_move_task_takes_the_oldest_first_keeps_groups_and_gives_new_ids():
    run = a_run(maximum=1, VisibilityTimeout=1)
    for body, group in (("a1", "A"), ("b1", "B"), ("a2", "A")):
        send(run, body, group)
    run.receive(queue="orders.fifo")
    run.until(SECOND)
    assert bodies(run) == []
    run.records()
    run.ok("sqs:StartMessageMoveTask", SourceArn=arn("orders-dlq.fifo"), MaxNumberOfMessagesPerSecond=1)
    run.until(4 * SECOND)
    arrived = [row for row in run.records() if row["kind"] == "RedrivenMessageJoinedGroup"]
    subjects = run.simulation.environment.subjects
    text = run.simulation.environment.bodies.text
    assert [(row["at"], row["group"], text(subjects.body[row["subject"]])) for row in arrived] == [
        (SECOND, "A", "a1"),
        (2 * SECOND, "A", "a2"),
        (3 * SECOND, "B", "b1"),
    ]


# ── receive request attempt ids ─────────────────────────────────────────────────────────────────────────────────────


def test_a_receive_that_is_made_again_answers_the_same_and_hides_it_anew():
    run = a_run()
    send(run, "a1")
    send(run, "b1", "B")
    first = run.receive(1, queue="orders.fifo", ReceiveRequestAttemptId="try")
    again = run.receive(1, 20 * SECOND, queue="orders.fifo", ReceiveRequestAttemptId="try")
    assert again == first
    run.until(50 * SECOND - 1)
    assert run.counts("orders.fifo") == (1, 1, 0)
    run.until(50 * SECOND)
    assert run.counts("orders.fifo") == (2, 0, 0)
    assert run.receive(1, queue="orders.fifo", ReceiveRequestAttemptId="try") != first


def test_an_attempt_id_is_for_fifo_queues_and_a_changed_message_makes_it_new():
    run = a_run()
    send(run, "a1")
    send(run, "b1", "B")
    (first,) = run.receive(1, queue="orders.fifo", ReceiveRequestAttemptId="try")
    run.delete(first, queue="orders.fifo")
    assert bodies(run, 1, ReceiveRequestAttemptId="try") == ["b1"]
    standard = Run(a_topology(Orders=a_queue("orders")))
    assert standard.no("sqs:ReceiveMessage", QueueUrl=url("orders"), ReceiveRequestAttemptId="try")[1] == (
        "Value try for parameter ReceiveRequestAttemptId is invalid. Reason: The request includes a parameter that is not valid for this queue type."
    )


# ── others ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_mapping_works_group_by_group_and_a_failure_holds_its_group_up():
    failing = [{"body": {"path": "$.poison", "exists": True}}]
    run = Run(
        a_topology(
            Orders=a_queue("orders.fifo", FifoQueue=True, VisibilityTimeout=10),
            ChargeCard=a_function("charge-card", failures=failing),
            Mapping=a_mapping("orders.fifo", "charge-card", BatchSize=1),
        )
    )
    for body, group in (('{"poison": 1}', "A"), ("a2", "A"), ("b1", "B")):
        send(run, body, group, MessageDeduplicationId=group + body[-2:-1])
    run.until(9 * SECOND)
    assert run.counts("orders.fifo") == (1, 1, 0)


def test_programs_and_traffic_name_a_group():
    run = a_run()
    traffic = {"TargetArn": arn("orders.fifo"), "Mode": "burst", "Count": 6, "MessageBody": "m{{index}}"}
    run.ok("client:StartTraffic", **traffic)
    run.ok("client:StartTraffic", **traffic, MessageGroupId="G", MessageDeduplicationId="{{index % 2}}")
    run.until(SECOND)
    received = run.receive(queue="orders.fifo", AttributeNames=["All"])
    groups = [(message["Attributes"]["MessageGroupId"], message["Body"]) for message in received]
    assert groups == [
        ("g-1", "m1"),
        ("g-1", "m6"),
        ("g-2", "m2"),
        ("g-3", "m3"),
        ("g-4", "m4"),
        ("g-0", "m5"),
        ("G", "m1"),
        ("G", "m2"),
    ]


def test_a_box_may_be_made_at_any_step():
    run = a_run(maximum=2, VisibilityTimeout=3, DelaySeconds=1)
    traffic = {"TargetArn": arn("orders.fifo"), "Mode": "rate", "RatePerSecond": 2, "Count": 12, "MessageBody": "m"}
    run.ok("client:StartTraffic", **traffic)
    for _ in range(8):
        run.receive(3, run.simulation.now_at + SECOND, queue="orders.fifo", ReceiveRequestAttemptId="x")
        other = Simulation.restore(run.simulation.checkpoint(), run.topology)
        ahead = Simulation.restore(run.simulation.checkpoint(), run.topology)
        while ahead.now_at < run.simulation.now_at + 9 * SECOND and ahead.step():
            ahead = Simulation.restore(ahead.checkpoint(), run.topology)
        other.run_until(ahead.now_at)
        assert other.digest() == ahead.digest()


def test_a_delayed_message_that_is_purged_leaves_its_group():
    run = a_run(DelaySeconds=60)
    send(run, "a1")
    run.ok("sqs:PurgeQueue", **ORDERS)
    assert run.counts("orders.fifo") == (0, 0, 0)
    send(run, "a2")
    run.until(60 * SECOND)
    assert bodies(run) == ["a2"]


def test_an_attempt_id_is_forgotten_after_five_minutes_and_must_be_one():
    run = a_run(VisibilityTimeout=3600)
    send(run, "a1")
    send(run, "b1", "B")
    assert bodies(run, 1, ReceiveRequestAttemptId="try") == ["a1"]
    assert bodies(run, 1, at=5 * MINUTE, ReceiveRequestAttemptId="try") == ["b1"]
    code, message = run.no("sqs:ReceiveMessage", **ORDERS, ReceiveRequestAttemptId="é")
    assert code == "InvalidParameterValue"
    assert message.startswith("Value é for parameter ReceiveRequestAttemptId is invalid. Reason: ")


def test_groups_and_ids_of_traffic_are_texts():
    run = a_run()
    traffic = {"TargetArn": arn("orders.fifo"), "Mode": "once", "MessageBody": "m"}
    assert run.no("client:StartTraffic", **traffic, MessageGroupId=7) == (
        "InvalidTraffic",
        "MessageGroupId and MessageDeduplicationId must be texts.",
    )


def test_a_program_sends_to_a_group_of_its_own_name():
    calls = [{"target": "orders.fifo", "operation": "sqs:SendMessage"}]
    function = a_function("charge-card")
    function["playground"]["behaviour"]["calls"] = calls
    run = Run(a_topology(Orders=a_queue("orders.fifo", FifoQueue=True), ChargeCard=function))
    run.ok("lambda:Invoke", FunctionName="charge-card", Payload='{"order": 1}')
    run.until(SECOND)
    (message,) = run.receive(queue="orders.fifo", AttributeNames=["MessageGroupId"])
    assert message["Attributes"] == {"MessageGroupId": "charge-card"}
