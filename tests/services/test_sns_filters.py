"""Filter policies decide who gets a copy; a copy that is left out says which field did not suit."""

from __future__ import annotations

from flows.simulation import Simulation
from tests.builders import Run as AnyRun
from tests.builders import a_function, a_topology, function_arn
from tests.fanout import a_subscription, a_topic
from tests.services.sns_cast import EVENTS, bodies, subscribed, with_topic

RED = {"MessageAttributes": {"colour": {"DataType": "String", "StringValue": "red"}}}


def filtered(run):
    return [(row["path"], row["why"]) for row in run.records() if row["kind"] == "NotificationFiltered"]


def test_a_copy_that_is_filtered_says_the_first_field_that_failed():
    run = with_topic()
    subscribed(run, "orders", FilterPolicy={"colour": ["blue", {"prefix": "gr"}]})
    subscribed(run, "archive", FilterPolicy={"colour": ["red"]}, RawMessageDelivery="true")
    run.ok("sns:Publish", TopicArn=EVENTS, Message="hello", **RED)
    rows = run.records()
    story = [
        row["kind"] for row in rows if row["kind"].startswith(("Notification", "MessageF", "MessageS", "MessageP"))
    ]
    assert story == [
        "MessagePublished",
        "MessageFannedOut",
        "NotificationPending",
        "NotificationFiltered",
        "NotificationPending",
        "MessageSent",
        "NotificationDelivered",
    ]
    assert next(row["subscriptions"] for row in rows if row["kind"] == "MessageFannedOut") == 1
    (left_out,) = [row for row in rows if row["kind"] == "NotificationFiltered"]
    assert (left_out["path"], left_out["why"]) == (
        "colour",
        'colour is "red", wanted is "blue" or a text that begins with "gr"',
    )
    assert (bodies(run, "orders"), bodies(run, "archive")) == ([], ["hello"])


def test_a_policy_on_the_body_reads_the_text_of_its_protocol():
    run = with_topic()
    subscribed(
        run, FilterPolicyScope="MessageBody", FilterPolicy={"order": {"paid": [True]}}, RawMessageDelivery="true"
    )
    for text in ('{"order": {"paid": true}}', '{"order": {"paid": false}}', "no JSON", "[1]"):
        run.ok("sns:Publish", TopicArn=EVENTS, Message=text)
    run.ok("sns:Publish", TopicArn=EVENTS, MessageStructure="json", Message='{"default": "x", "sqs": "{\\"order\\": {\\"paid\\": true}}"}')  # fmt: skip
    assert bodies(run) == ['{"order": {"paid": true}}', '{"order": {"paid": true}}']
    assert [path for path, _ in filtered(run)] == ["order.paid", "", ""]


def test_a_policy_can_be_changed_and_taken_away():
    run = with_topic()
    made = subscribed(run, FilterPolicy={"colour": ["blue"]}, RawMessageDelivery="true")
    policy = {"SubscriptionArn": made, "AttributeName": "FilterPolicy"}
    run.ok("sns:Publish", TopicArn=EVENTS, Message="one", **RED)
    run.ok("sns:SetSubscriptionAttributes", **policy, AttributeValue='{"colour": ["red"]}')
    run.ok("sns:Publish", TopicArn=EVENTS, Message="two", **RED)
    run.ok("sns:SetSubscriptionAttributes", **policy, AttributeValue="")
    run.ok("sns:Publish", TopicArn=EVENTS, Message="three")
    assert bodies(run) == ["two", "three"]


def test_policies_that_are_drawn_hold_from_the_beginning_and_after_a_box():
    topology = a_topology(
        Events=a_topic("events"),
        Resize=a_function("resize"),
        ToResize=a_subscription("events", function_arn("resize"), FilterPolicy={"colour": ["blue"]}),
    )
    run = AnyRun(topology)
    run.ok("sns:Publish", TopicArn=EVENTS, Message="one", **RED)
    run.simulation = Simulation.restore(run.simulation.checkpoint(), topology)
    run.ok("sns:Publish", TopicArn=EVENTS, Message="two", **RED)
    assert [path for path, _ in filtered(run)] == ["colour", "colour"]


def test_a_message_that_no_one_wants_is_filtered_for_each():
    run = with_topic()
    for queue in ("orders", "archive"):
        subscribed(run, queue, FilterPolicy={"colour": ["blue"]})
    run.ok("sns:Publish", TopicArn=EVENTS, Message="hello")
    assert filtered(run) == [("colour", 'colour is missing, wanted is "blue"')] * 2
