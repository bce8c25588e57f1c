"""FIFO topics: groups in order, duplicates accepted and not delivered, sequence numbers, queues of both sorts."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from tests.builders import MINUTE, SECOND, Run, arn
from tests.services.sns_cast import LINE, bodies, outage, subscribed, with_line, with_topic

FIRST = 10**19


def publish(run: Run, message: str, group: str = "a", **params: Any) -> dict[str, str]:
    return run.ok("sns:Publish", TopicArn=LINE, Message=message, MessageGroupId=group, **params)


def test_messages_are_numbered_and_keep_group_and_id_in_the_queue():
    run = with_line()
    subscribed(run, "orders.fifo", LINE)
    answers = [publish(run, text) for text in ("one", "two")]
    assert [answer["SequenceNumber"] for answer in answers] == [str(FIRST + 1), str(FIRST + 2)]
    messages = run.receive(queue="orders.fifo", AttributeNames=["All"])
    for text, answer, message in zip(("one", "two"), answers, messages, strict=True):
        envelope = json.loads(message["Body"])
        assert (envelope["Message"], envelope["MessageId"]) == (text, answer["MessageId"])
        assert (envelope["SequenceNumber"], "Signature" in envelope) == (answer["SequenceNumber"], False)
        assert message["Attributes"]["MessageGroupId"] == "a"
        assert message["Attributes"]["MessageDeduplicationId"] == hashlib.sha256(text.encode()).hexdigest()


def test_a_duplicate_is_answered_as_the_first_one_and_delivered_to_nobody_for_five_minutes():
    run = with_line()
    subscribed(run, "orders.fifo", LINE, RawMessageDelivery="true")
    first = publish(run, "one", MessageDeduplicationId="id")
    run.records()
    run.until(5 * MINUTE - 1)
    assert publish(run, "other", "b", MessageDeduplicationId="id") == first
    rows = [row for row in run.records() if row["kind"] != "CommandApplied"]
    assert [row["kind"] for row in rows] == ["GroupedMessagePublished", "PublicationDeduplicated"]
    assert (rows[1]["deduplication_id"], rows[1]["until"]) == ("id", 1)
    run.until(5 * MINUTE)
    assert publish(run, "other", "b", MessageDeduplicationId="id") != first
    assert bodies(run, "orders.fifo") == ["one", "other"]


@pytest.mark.parametrize(("scope", "delivered"), [("Topic", ["one"]), ("MessageGroup", ["one", "one"])])
def test_duplicates_are_looked_for_in_the_topic_or_in_the_group(scope, delivered):
    run = with_line(FifoThroughputScope=scope)
    subscribed(run, "orders", LINE, RawMessageDelivery="true")
    for group in ("a", "b", "b"):
        publish(run, "one", group)
    assert bodies(run) == delivered


def test_behind_a_message_that_is_retried_its_group_waits_and_others_pass():
    run = with_line()
    subscribed(run, "orders.fifo", LINE, RawMessageDelivery="true")
    outage(run, "OrdersFifo", "1500 ms")
    publish(run, "a1", "a")
    run.until(1 * SECOND)
    publish(run, "a2", "a")
    run.until(1_600_000)
    publish(run, "b1", "b")
    run.until(3 * SECOND)
    rows = run.records()
    blocked = [(row["at"], row["group"], row["blocker"]) for row in rows if row["kind"] == "NotificationBlocked"]
    first = next(row["subject"] for row in rows if row["kind"] == "NotificationPending")
    assert blocked == [(1 * SECOND, "a", first)]
    sent = [(row["at"], _text(run, row["subject"])) for row in rows if row["kind"] == "MessageSentToGroup"]
    assert sent == [(1_600_000, "b1"), (2 * SECOND, "a1"), (2 * SECOND, "a2")]


def _text(run: Run, subject: int) -> str:
    environment = run.simulation.environment
    return environment.bodies.text(environment.subjects.body[subject])


def test_what_is_given_up_goes_to_the_fifo_dead_letter_queue_in_order():
    run = with_line()
    subscribed(run, "nowhere.fifo", LINE, RedrivePolicy={"deadLetterTargetArn": arn("letters.fifo")})
    for text in ("one", "two"):
        publish(run, text)
    letters = run.receive(queue="letters.fifo", AttributeNames=["All"])
    assert [json.loads(letter["Body"])["Message"] for letter in letters] == ["one", "two"]
    assert [letter["Attributes"]["MessageGroupId"] for letter in letters] == ["a", "a"]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "The MessageGroupId parameter is required for FIFO topics"),
        ({"MessageGroupId": "a"}, "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"),
    ],
)  # fmt: skip
def test_a_fifo_topic_wants_a_group_and_something_to_tell_duplicates_by(params, message):
    run = with_line(ContentBasedDeduplication="false")
    found = run.no("sns:Publish", TopicArn=LINE, Message="x", **params)
    assert found == ("InvalidParameter", f"Invalid parameter: {message}")
    entry = {"Id": "1", "Message": "x", **params}
    assert run.no("sns:PublishBatch", TopicArn=LINE, PublishBatchRequestEntries=[entry]) == found


def test_a_standard_topic_passes_a_group_on_and_takes_no_deduplication_id():
    run = with_topic()
    subscribed(run)
    topic = {"TopicArn": LINE.replace("line.fifo", "events"), "Message": "x"}
    run.ok("sns:Publish", **topic, MessageGroupId="tenant")
    (message,) = run.receive(AttributeNames=["All"])
    assert message["Attributes"]["MessageGroupId"] == "tenant"
    assert run.no("sns:Publish", **topic, MessageDeduplicationId="d")[1] == (
        "Invalid parameter: MessageDeduplicationId Reason: "
        "The request includes MessageDeduplicationId parameter that is not valid for this topic type"
    )


def test_a_batch_answers_sequence_numbers():
    run = with_line()
    entries = [{"Id": text, "Message": text, "MessageGroupId": "a"} for text in ("one", "two", "one-again")]
    entries[2]["Message"] = "one"
    answer = run.ok("sns:PublishBatch", TopicArn=LINE, PublishBatchRequestEntries=entries)
    numbers = [row["SequenceNumber"] for row in answer["Successful"]]
    assert (numbers, answer["Failed"]) == ([str(FIRST + 1), str(FIRST + 2), str(FIRST + 1)], [])
