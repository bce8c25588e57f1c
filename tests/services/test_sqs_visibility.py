"""Visibility, delay, retention and receive counts: exact instants, whole records."""

from __future__ import annotations

from tests.builders import SECOND, Run, queues_only, url

DAY = 86_400 * SECOND


def test_a_sent_message_is_visible_at_once_and_its_record_says_who_sent_it_over_which_link():
    run = Run(queues_only())
    run.send("order 1", at=5 * SECOND)
    sent = run.records()[-1]
    orders = run.topology.node("Orders")
    link = next(link for link in run.topology.links_from(0) if link.target == orders.index)
    assert (sent["at"], sent["kind"], sent["node"], sent["subject"], sent["request"], sent["cause"], sent["link"]) == (
        5 * SECOND,
        "MessageSent",
        orders.index,
        2,
        1,
        2,
        link.index,
    )
    assert run.counts() == (1, 0, 0)


def test_a_received_message_is_in_flight_until_its_visibility_timeout_and_then_visible_again():
    run = Run(queues_only())
    run.send()
    assert len(run.receive(at=1 * SECOND)) == 1
    assert run.counts() == (0, 1, 0)
    assert run.receive(at=31 * SECOND - 1) == []
    assert run.counts() == (0, 1, 0)
    again = run.receive(at=31 * SECOND, AttributeNames=["ApproximateReceiveCount"])
    assert again[0]["Attributes"] == {"ApproximateReceiveCount": "2"}
    assert run.story() == [
        (0, "Orders", "MessageSent"),
        (1 * SECOND, "Orders", "MessageReceived"),
        (31 * SECOND, "Orders", "MessageBecameVisible"),
        (31 * SECOND, "Orders", "MessageReceived"),
    ]


def test_each_record_of_a_message_names_the_one_before_it_as_its_cause():
    run = Run(queues_only())
    run.send()
    run.receive()
    run.until(30 * SECOND)
    rows = run.records()
    visible = rows[-1]
    received = rows[visible["cause"] - 1]
    assert (visible["kind"], received["kind"]) == ("MessageBecameVisible", "MessageReceived")
    assert rows[received["cause"] - 1]["kind"] == "CommandApplied"
    assert received["visible_at"] == 30 * SECOND


def test_a_receive_may_hide_messages_for_a_time_of_its_own():
    run = Run(queues_only())
    run.send()
    run.receive(VisibilityTimeout=2)
    run.until(2 * SECOND)
    assert run.counts() == (1, 0, 0)


def test_a_receive_with_visibility_timeout_zero_leaves_the_message_visible():
    run = Run(queues_only())
    run.send()
    assert run.receive(VisibilityTimeout=0)[0]["MessageId"] == run.receive(at=0)[0]["MessageId"]


def test_changed_visibility_counts_from_the_instant_of_the_change_and_zero_returns_the_message():
    run = Run(queues_only())
    run.send()
    (message,) = run.receive()
    change = {"QueueUrl": url("orders"), "ReceiptHandle": message["ReceiptHandle"]}
    run.ok("sqs:ChangeMessageVisibility", at=10 * SECOND, VisibilityTimeout=100, **change)
    run.until(110 * SECOND - 1)
    assert run.counts() == (0, 1, 0)
    run.until(110 * SECOND)
    assert run.counts() == (1, 0, 0)
    (message,) = run.receive()
    run.ok("sqs:ChangeMessageVisibility", **{**change, "ReceiptHandle": message["ReceiptHandle"]}, VisibilityTimeout=0)
    run.until(110 * SECOND)
    assert run.counts() == (1, 0, 0)


def test_a_shorter_visibility_overtakes_the_longer_ones_received_before():
    run = Run(queues_only())
    for body in ("slow", "quick"):
        run.send(body)
    run.receive(1)
    run.receive(1, VisibilityTimeout=3)
    assert run.simulation.next_at == 3 * SECOND
    run.until(3 * SECOND)
    assert [message["Body"] for message in run.receive()] == ["quick"]


def test_a_deleted_message_disarms_its_timeout_and_the_queue_is_quiet():
    run = Run(queues_only())
    run.send()
    (message,) = run.receive()
    assert not run.simulation.quiet
    run.delete(message, at=4 * SECOND)
    assert run.simulation.quiet
    assert run.simulation.next_at is None
    deleted = run.records()[-1]
    assert (deleted["at"], deleted["kind"], deleted["attempt"]) == (4 * SECOND, "MessageDeleted", 1)


def test_the_next_instant_is_that_of_the_oldest_message_still_in_flight():
    run = Run(queues_only())
    for at in range(3):
        run.send(str(at), at=at * SECOND)
        run.receive(1)
    assert run.simulation.next_at == 30 * SECOND
    first = run.ok("sqs:ReceiveMessage", QueueUrl=url("orders"))
    assert first == {}
    run.until(30 * SECOND)
    (again,) = run.receive(1)
    run.delete(again)
    assert run.simulation.next_at == 31 * SECOND


def test_a_receipt_handle_deletes_after_the_timeout_too_unless_the_message_was_received_again():
    run = Run(queues_only())
    run.send()
    (first,) = run.receive()
    (second,) = run.receive(at=30 * SECOND)
    run.delete(first)
    assert run.counts() == (0, 1, 0)
    run.until(60 * SECOND)
    run.delete(second)
    assert run.counts() == (0, 0, 0)


def test_visibility_can_be_changed_after_the_timeout_as_recorded():
    run = Run(queues_only())
    run.send()
    (message,) = run.receive(VisibilityTimeout=1)
    change = {"QueueUrl": url("orders"), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 5}
    run.ok("sqs:ChangeMessageVisibility", at=2 * SECOND, **change)
    assert run.counts() == (0, 1, 0)


def test_a_delayed_message_is_visible_when_its_delay_is_over():
    run = Run(queues_only(DelaySeconds=10))
    run.send("as the queue says")
    run.send("its own", DelaySeconds=3)
    run.send("none", DelaySeconds=0)
    assert run.counts() == (1, 0, 2)
    run.until(3 * SECOND - 1)
    assert run.counts() == (1, 0, 2)
    run.until(3 * SECOND)
    assert run.counts() == (2, 0, 1)
    run.until(10 * SECOND)
    assert run.counts() == (3, 0, 0)
    assert [m["Body"] for m in run.receive()] == ["none", "its own", "as the queue says"]
    assert run.story("MessageReceived") == [
        (0, "Orders", "MessageDelayed"),
        (0, "Orders", "MessageDelayed"),
        (0, "Orders", "MessageSent"),
        (3 * SECOND, "Orders", "DelayElapsed"),
        (10 * SECOND, "Orders", "DelayElapsed"),
    ]


def test_a_message_expires_at_the_end_of_the_retention_period_whatever_state_it_is_in():
    run = Run(queues_only(MessageRetentionPeriod=60, VisibilityTimeout=600))
    run.send("received")
    run.receive(1)
    run.send("visible", at=1 * SECOND)
    run.send("delayed", at=2 * SECOND, DelaySeconds=900)
    assert run.counts() == (1, 1, 1)
    run.until(60 * SECOND)
    assert run.counts() == (1, 0, 1)
    run.until(62 * SECOND)
    assert run.counts() == (0, 0, 0)
    assert [row for row in run.story() if row[2] == "MessageExpired"] == [
        (60 * SECOND, "Orders", "MessageExpired"),
        (61 * SECOND, "Orders", "MessageExpired"),
        (62 * SECOND, "Orders", "MessageExpired"),
    ]
    assert run.simulation.next_at is None


def test_waiting_for_retention_alone_is_quiet():
    run = Run(queues_only())
    run.send()
    assert run.simulation.quiet
    assert run.simulation.next_at == 4 * DAY


def test_a_new_retention_period_holds_for_messages_that_are_there():
    run = Run(queues_only())
    run.send()
    run.ok(
        "sqs:SetQueueAttributes", at=100 * SECOND, QueueUrl=url("orders"), Attributes={"MessageRetentionPeriod": "60"}
    )
    run.until(100 * SECOND)
    assert run.counts() == (0, 0, 0)


def test_purge_takes_everything_and_may_be_repeated_after_a_minute():
    run = Run(queues_only())
    run.send("visible")
    run.send("in flight")
    run.receive(1)
    run.send("delayed", DelaySeconds=5)
    run.ok("sqs:PurgeQueue", QueueUrl=url("orders"))
    assert run.counts() == (0, 0, 0)
    assert run.simulation.quiet
    code, message = run.no("sqs:PurgeQueue", at=60 * SECOND - 1, QueueUrl=url("orders"))
    assert code == "AWS.SimpleQueueService.PurgeQueueInProgress"
    assert message == "Only one PurgeQueue operation on orders is allowed every 60 seconds."
    run.ok("sqs:PurgeQueue", at=60 * SECOND, QueueUrl=url("orders"))
    assert [row[2] for row in run.story()].count("MessagePurged") == 3


def test_messages_are_received_in_the_order_in_which_they_became_visible():
    run = Run(queues_only())
    for index in range(25):
        run.send(str(index))
    bodies = [[m["Body"] for m in run.receive(10)] for _ in range(3)]
    assert bodies == [[str(i) for i in range(start, min(start + 10, 25))] for start in (0, 10, 20)]


def test_two_messages_received_a_microsecond_apart_become_visible_a_microsecond_apart():
    run = Run(queues_only())
    run.send()
    run.send()
    run.receive(1, at=0)
    run.receive(1, at=1)
    run.until(30 * SECOND)
    assert run.counts() == (1, 1, 0)
    run.until(30 * SECOND + 1)
    assert run.counts() == (2, 0, 0)


def test_a_message_that_was_hidden_again_twice_takes_its_last_place_in_the_line():
    run = Run(queues_only())
    for body in ("a", "b"):
        run.send(body)
    handles = [run.receive(1, VisibilityTimeout=0)[0]["ReceiptHandle"] for _ in range(2)]
    for _ in range(2):
        run.until(run.simulation.now_at)
        change = {"QueueUrl": url("orders"), "ReceiptHandle": handles[0], "VisibilityTimeout": 1}
        run.ok("sqs:ChangeMessageVisibility", **change)
    run.send("c")
    run.until(SECOND)
    assert [message["Body"] for message in run.receive()] == ["b", "c", "a"]


def test_a_slot_that_was_left_out_of_turn_twice_serves_its_third_tenant_in_turn():
    run = Run(queues_only())
    queue = run.simulation.world.nouns[run.topology.node("Orders").index]
    first = queue.send(1, -1, 0, 0)
    for _ in range(2):
        queue.leave(queue.messages.subject.index(first))
        first = queue.send(1, -1, 0, 0)
    second = queue.send(1, -1, 0, 0)
    assert queue.receive(10, -1, 0).subjects() == [first, second]
    assert queue.visible_count == 0
