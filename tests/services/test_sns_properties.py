"""Whatever is published, filtered, struck, subscribed and deleted: the ledger adds up, a group stays in order, boxes leave no mark."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.services.kinds import KINDS
from flows.simulation import Command, Simulation
from flows.topology.compiled import CompiledTopology
from flows.traces.projections.ledger import violations
from tests.builders import SECOND, a_queue, a_topology, arn, url
from tests.services.sns_cast import EVENTS, LINE

TOPICS = (EVENTS, LINE)
QUEUES = ("orders", "letters", "orders.fifo", "letters.fifo")
POLICIES = ({"colour": ["red"]}, {"colour": [{"anything-but": "red"}]}, {"order": {"paid": [True]}})
END = 3000 * SECOND
Step = tuple[int, str, dict[str, Any]]

attributes = st.fixed_dictionaries(
    {},
    optional={
        "RawMessageDelivery": st.sampled_from(["true", "false"]),
        "FilterPolicyScope": st.sampled_from(["MessageBody", "MessageAttributes"]),
        "FilterPolicy": st.sampled_from([json.dumps(each) for each in POLICIES]),
        "RedrivePolicy": st.sampled_from([json.dumps({"deadLetterTargetArn": arn(name)}) for name in QUEUES[1:]]),
        "DeliveryPolicy": st.just('{"throttlePolicy": {"maxReceivesPerSecond": 2}}'),
    },
)
subscriptions = st.one_of(
    st.tuples(st.just("sqs"), st.sampled_from([arn(name) for name in (*QUEUES, "nowhere")])),
    st.sampled_from([("sms", "+4312345"), ("http", "http://example.com"), ("email", "alice@example.com")]),
)
messages = st.fixed_dictionaries(
    {"Message": st.sampled_from(["hello", '{"order": {"paid": true}}', '{"order": {"paid": false}}'])},
    optional={
        "MessageAttributes": st.sampled_from(["red", "blue"]).map(
            lambda colour: {"colour": {"DataType": "String", "StringValue": colour}}
        ),
        "MessageGroupId": st.sampled_from(["a", "b"]),
        "MessageDeduplicationId": st.sampled_from(["1", "2", "3"]),
    },
)
steps = st.one_of(
    st.tuples(st.just("sns:Publish"), st.tuples(st.sampled_from(TOPICS), messages).map(lambda it: {"TopicArn": it[0], **it[1]})),
    st.tuples(
        st.just("sns:Subscribe"),
        st.tuples(st.sampled_from(TOPICS), subscriptions, attributes).map(
            lambda it: {"TopicArn": it[0], "Protocol": it[1][0], "Endpoint": it[1][1], "Attributes": it[2]}
        ),
    ),
    st.tuples(
        st.just("playground:PutFault"),
        st.fixed_dictionaries(
            {
                "Target": st.sampled_from(["Orders", "Ordersfifo", "Lettersfifo", "+4312345", "http://example.com"]),
                "Kind": st.sampled_from(["outage", "error-rate", "latency"]),
                "Rate": st.just(0.5),
                "Latency": st.just("1500 ms"),
                "Until": st.sampled_from(["3 s", "900 s"]),
            }
        ),
    ),
    st.just(("sns:DeleteTopic", {"TopicArn": LINE})),
    st.just(("sns:CreateTopic", {"Name": "line.fifo", "Attributes": {"FifoTopic": "true"}})),
    st.just(("sqs:DeleteQueue", {"QueueUrl": url("orders")})),
    st.just(("sqs:CreateQueue", {"QueueName": "orders"})),
)  # fmt: skip
stories = st.lists(st.tuples(st.sampled_from([0, 0, 1, SECOND, 40 * SECOND]), steps), max_size=30)


def a_place() -> CompiledTopology:
    fifo: dict[str, Any] = {"FifoQueue": True}
    resources = {
        name.title().replace(".F", "f"): a_queue(name, **(fifo if name.endswith(".fifo") else {})) for name in QUEUES
    }
    return a_topology(**resources)


BEGINNING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("sns:CreateTopic", {"Name": "events"}),
    (
        "sns:CreateTopic",
        {"Name": "line.fifo", "Attributes": {"FifoTopic": "true", "ContentBasedDeduplication": "true"}},
    ),
    ("sns:Subscribe", {"TopicArn": LINE, "Protocol": "sqs", "Endpoint": arn("orders.fifo")}),
)


def told(story: list[tuple[int, tuple[str, dict[str, Any]]]]) -> list[Command]:
    at, found = 0, list[Command]()
    for later, step in [*((0, step) for step in BEGINNING), *story]:
        at += later
        found.append(Command(len(found) + 1, at, "Alice", *step))
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(story=stories, boxed=st.integers(1, 4))
def test_the_ledger_adds_up_and_a_box_at_every_step_leaves_no_mark(story, boxed):
    topology = a_place()
    whole, boxes = Simulation.begin(topology, seed=5), Simulation.begin(topology, seed=5)
    for number, command in enumerate(told(story)):
        whole.apply(command)
        boxes.apply(command)
        if number % boxed == 0:
            boxes = Simulation.restore(boxes.checkpoint(), topology)
    for until in range(0, END, END // 6):
        whole.run_until(until)
        boxes.run_until(until)
        boxes = Simulation.restore(boxes.checkpoint(), topology)
    assert boxes.digest() == whole.digest()
    assert violations(KINDS, [whole.drain()]) == []


published = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from([0, 0, 400_000, SECOND]), st.booleans()),
    min_size=1,
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(published=published)
def test_a_groups_messages_arrive_in_the_order_in_which_they_were_published(published):
    """However often the way is out: whole lines wait, and none overtakes."""
    simulation = Simulation.begin(a_place(), seed=5)
    order: dict[str, list[str]] = {}
    at, commands = 0, list(BEGINNING)
    raw = {"RawMessageDelivery": "true", "RedrivePolicy": json.dumps({"deadLetterTargetArn": arn("letters.fifo")})}
    commands[2] = (commands[2][0], {**commands[2][1], "Attributes": raw})
    for step in commands:
        simulation.apply(Command(0, 0, "Alice", *step))
    for number, (group, later, out) in enumerate(published):
        at += later
        order.setdefault(group, []).append(str(number))
        if out:
            fault = {"Target": "Ordersfifo", "Kind": "outage", "Until": f"{at // 1000 + 1300} ms"}
            simulation.apply(Command(0, at, "Alice", "playground:PutFault", fault))
        message = {"TopicArn": LINE, "Message": str(number), "MessageGroupId": group}
        simulation.apply(Command(0, at, "Alice", "sns:Publish", message))
    simulation.run_until(at + 120 * SECOND)
    found: dict[str, list[str]] = {}
    segment = simulation.drain()
    environment = simulation.environment
    queue = simulation.world.topology.by_arn[arn("orders.fifo")].index
    sent = KINDS.by_name["MessageSentToGroup"].number
    columns = segment.columns
    for node, kind, subject in zip(columns["node"], columns["kind"], columns["subject"], strict=True):
        if (node, kind) == (queue, sent):
            text = environment.bodies.text(environment.subjects.body[subject])
            found.setdefault(published[int(text)][0], []).append(text)
    assert found == order
    assert violations(KINDS, [segment]) == []
