"""A topic delivers: to whom, in which form, how often, and where what it gives up on goes."""

from __future__ import annotations

import json

from flows.services.sns.quotas import MANAGED
from tests.builders import SECOND, Run, a_function, a_queue, a_topology, arn, function_arn
from tests.fanout import a_fan_out, a_subscription, a_topic, topic_arn

DAY = 86_400 * SECOND


def publish(run: Run, message: str = "hello", at: int | None = None, **params: object) -> str:
    return run.ok("sns:Publish", at, TopicArn=topic_arn("events"), Message=message, **params)["MessageId"]


def test_a_message_becomes_a_copy_for_every_subscription_at_once():
    run = Run(a_fan_out())
    publish(run)
    run.until(0)
    assert run.story() == [
        (0, "Events", "MessagePublished"),
        (0, "Events", "MessageFannedOut"),
        (0, "Events", "NotificationPending"),
        (0, "Archive", "MessageSent"),
        (0, "Events", "NotificationDelivered"),
        (0, "Events", "NotificationPending"),
        (0, "Resize", "EventQueued"),
        (0, "Events", "NotificationDelivered"),
        (0, "Events", "NotificationPending"),
        (0, "Thumbnails", "MessageSent"),
        (0, "Events", "NotificationDelivered"),
        (0, "Resize", "InvocationStarted"),
    ]


def test_lineage_leads_from_the_message_in_the_queue_to_the_publication():
    run = Run(a_fan_out())
    publish(run)
    rows = run.records()
    published = next(row["subject"] for row in rows if row["kind"] == "MessagePublished")
    subjects = run.simulation.environment.subjects
    for row in rows:
        if row["kind"] == "MessageSent":
            notification = subjects.parent[row["subject"]]
            assert subjects.parent[notification] == published
            assert subjects.root[row["subject"]] == published


def test_a_message_nobody_is_subscribed_to_is_gone():
    run = Run(a_topology(Events=a_topic("events")))
    publish(run)
    assert run.story() == [(0, "Events", "MessagePublished"), (0, "Events", "MessageUnheard")]


def test_a_queue_gets_an_envelope_and_a_raw_subscription_the_bare_message():
    run = Run(a_fan_out())
    message_id = publish(run, "hello", Subject="greeting")
    (raw,) = run.receive(queue="archive")
    (wrapped,) = run.receive(queue="thumbnails")
    envelope = json.loads(wrapped["Body"])
    assert raw["Body"] == "hello"
    assert list(envelope) == [
        "Type",
        "MessageId",
        "TopicArn",
        "Subject",
        "Message",
        "Timestamp",
        "SignatureVersion",
        "Signature",
        "SigningCertURL",
        "UnsubscribeURL",
    ]
    assert (envelope["MessageId"], envelope["Subject"], envelope["Message"], envelope["Timestamp"]) == (
        message_id,
        "greeting",
        "hello",
        "2026-01-01T00:00:00.000Z",
    )


def test_message_structure_json_gives_every_protocol_its_own_text():
    run = Run(a_fan_out())
    publish(run, json.dumps({"default": "for all", "sqs": "for queues"}), MessageStructure="json")
    assert run.receive(queue="archive")[0]["Body"] == "for queues"


def test_a_way_that_is_out_is_tried_three_times_at_once_twice_a_second_apart_then_backing_off_then_every_20_seconds():
    run = Run(a_fan_out())
    run.ok("playground:PutFault", Target="ToThumbnails", Kind="outage")
    publish(run)
    run.until(200 * SECOND)
    failed = [row for row in run.records() if row["kind"] == "NotificationFailed"]
    backing_off = [
        1_000_000,
        1_394_951,
        1_945_888,
        2_714_418,
        3_786_479,
        5_281_952,
        7_368_063,
        10_278_085,
        14_337_423,
        20_000_000,
    ]
    waits = [0, 0, SECOND, SECOND, *backing_off, 20 * SECOND, 20 * SECOND]
    instants = [sum(waits[:index]) for index in range(len(waits))]
    assert [row["at"] for row in failed][: len(waits)] == instants
    assert [row["retry_at"] for row in failed][: len(waits)] == waits
    assert [row["attempt"] for row in failed] == list(range(1, len(failed) + 1))


def test_the_policy_ends_after_100_015_attempts_in_23_days_and_the_message_goes_to_the_subscriptions_dead_letter_queue():
    assert MANAGED.attempts == 100_015
    run = Run(a_fan_out())
    run.ok("playground:PutFault", Target="ToThumbnails", Kind="outage")
    publish(run)
    run.receive(queue="archive", VisibilityTimeout=43_200)
    run.until(24 * DAY)
    *_, last, arrived, moved = [
        row for row in run.records() if row["kind"].startswith("Notification") or row["kind"] == "FailureArrived"
    ]
    ends_at = 2 * SECOND + sum(MANAGED.backoff_us) + 100_000 * 20 * SECOND
    assert (last["at"], last["attempt"], last["retry_at"]) == (ends_at, 100_015, -1)
    assert 23 * DAY < ends_at < 24 * DAY
    assert (arrived["at"], arrived["attempt"], run.topology.nodes[arrived["node"]].id) == (
        ends_at,
        100_015,
        "Undelivered",
    )
    assert (moved["kind"], moved["at"]) == ("NotificationMovedToDeadLetterQueue", ends_at)


def test_a_way_that_heals_delivers_at_the_next_attempt():
    run = Run(a_fan_out())
    run.ok("playground:PutFault", Target="ToThumbnails", Kind="outage", Until="1500 ms")
    publish(run)
    run.until(5 * SECOND)
    delivered = [row for row in run.records() if row["kind"] == "NotificationDelivered"]
    assert [(row["at"], row["attempt"]) for row in delivered] == [(0, 1), (0, 1), (2 * SECOND, 5)]


def test_what_will_never_fit_is_not_tried_again():
    """The endpoint's own limit is the sender's mistake: AWS does not retry it."""
    small = a_topology(
        Events=a_topic("events"),
        Small=a_queue("small", MaximumMessageSize=1024),
        Undelivered=a_queue("undelivered"),
        ToSmall=a_subscription("events", arn("small"), "undelivered", RawMessageDelivery=True),
    )
    run = Run(small)
    publish(run, "x" * 2000)
    assert run.story()[-3:] == [
        (0, "Events", "NotificationFailed"),
        (0, "Undelivered", "FailureArrived"),
        (0, "Events", "NotificationMovedToDeadLetterQueue"),
    ]


def test_without_a_dead_letter_queue_what_is_given_up_is_gone():
    topology = a_topology(
        Events=a_topic("events"),
        Small=a_queue("small", MaximumMessageSize=1024),
        ToSmall=a_subscription("events", arn("small"), RawMessageDelivery=True),
    )
    run = Run(topology)
    publish(run, "x" * 2000)
    assert run.story()[-1] == (0, "Events", "NotificationDiscarded")


def test_a_functions_own_failures_are_none_of_the_topics_business():
    run = Run(a_fan_out([{"how": "raise", "error": {"type": "E", "message": "m"}}]))
    publish(run)
    run.until(DAY)
    assert run.counts("undelivered") == (0, 0, 0)
    assert run.counts("resize-dlq") == (1, 0, 0)


def test_a_function_gets_the_topics_event_and_its_dead_letter_is_the_envelope():
    topology = a_topology(
        Events=a_topic("events"),
        Resize=a_function("resize"),
        Undelivered=a_queue("undelivered"),
        ToResize=a_subscription("events", function_arn("resize"), "undelivered"),
    )
    run = Run(topology)
    run.ok("playground:PutFault", Target="ToResize", Kind="outage")
    caller = run.simulation.world.caller("Alice")
    run.simulation.call(caller, "sns", "Publish", {"TopicArn": topic_arn("events"), "Message": "hello"})
    run.until(24 * DAY)
    (letter,) = run.receive(queue="undelivered")
    assert json.loads(letter["Body"])["Message"] == "hello"
    run.ok("playground:DeleteFault", FaultId="fault-1")
    run.ok("sns:Publish", TopicArn=topic_arn("events"), Message="hello again")
    (queued,) = [row for row in run.records() if row["kind"] == "EventQueued"]
    environment = run.simulation.environment
    event = json.loads(environment.bodies.text(environment.subjects.body[queued["subject"]]))
    (record,) = event["Records"]
    assert record["EventSource"] == "aws:sns"
    assert record["Sns"]["Message"] == "hello again"


def test_a_slow_way_delivers_later():
    run = Run(a_fan_out())
    run.ok("playground:PutFault", Target="ToArchive", Kind="latency", Latency="3 s")
    publish(run)
    run.until(5 * SECOND)
    sent = [(at, node) for at, node, kind in run.story() if kind == "MessageSent"]
    assert sent == [(0, "Thumbnails"), (3 * SECOND, "Archive")]
