"""Whatever a caller sends, an operation answers: a value or a refusal, never an exception."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.services.ports import Answer, Pending
from flows.services.shapes import service_model
from flows.simulation import SERVICES, Command, Simulation
from tests.builders import a_function, a_mapping, a_queue, a_topology, arn, function_arn, url
from tests.fanout import a_bucket, a_subscription, a_topic, topic_arn

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 2000),
    st.floats(allow_nan=False),
    st.sampled_from(
        ["", "All", "Id", "{}", '{"deadLetterTargetArn": 7, "maxReceiveCount": "x"}', "AQEB", "e30=", "W10=", "\ud800"]
    ),
    st.sampled_from(
        [url("orders"), arn("orders"), arn("orders-dlq"), function_arn("charge-card"), "charge-card", "Mapping"]
    ),
    st.text(max_size=5),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
NAMES = [
    "QueueUrl",
    "QueueName",
    "QueueNamePrefix",
    "SourceArn",
    "DestinationArn",
    "MessageBody",
    "DelaySeconds",
    "MessageAttributes",
    "MessageSystemAttributes",
    "MessageGroupId",
    "Entries",
    "MaxNumberOfMessages",
    "WaitTimeSeconds",
    "VisibilityTimeout",
    "AttributeNames",
    "MessageAttributeNames",
    "ReceiptHandle",
    "Attributes",
    "Tags",
    "TagKeys",
    "TaskHandle",
    "Messages",
    "MaxNumberOfMessagesPerSecond",
    "MaxResults",
    "FunctionName",
    "Behaviour",
    "Timeout",
    "MemorySize",
    "ReservedConcurrentExecutions",
    "UUID",
    "BatchSize",
    "Enabled",
    "ScalingConfig",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "EventSourceArn",
    "Payload",
    "InvocationType",
    "TargetArn",
    "Mode",
    "Count",
    "RatePerSecond",
    "Variants",
    "TrafficId",
    "TopicArn",
    "Message",
    "MessageStructure",
    "Subject",
    "Protocol",
    "Endpoint",
    "SubscriptionArn",
    "AttributeName",
    "AttributeValue",
    "Bucket",
    "Key",
    "Body",
    "Target",
    "Kind",
    "From",
    "Until",
    "Rate",
    "Latency",
    "PerSecond",
    "FaultId",
    "MaximumRetryAttempts",
    "MaximumEventAgeInSeconds",
    "DestinationConfig",
    "Node",
    "MaxAttempts",
    "TimeoutMs",
]
entries = st.lists(
    st.fixed_dictionaries(
        {"Id": st.sampled_from(["a", "b", 7])},
        optional=dict.fromkeys(
            ("MessageBody", "ReceiptHandle", "VisibilityTimeout", "MessageAttributes", "MessageId", "Every"), values
        ),
    ),
    max_size=3,
)
SENSIBLE = {
    "QueueUrl": url("orders"),
    "SourceArn": arn("orders-dlq"),
    "FunctionName": "charge-card",
    "UUID": "Mapping",
    "TargetArn": arn("orders"),
    "MessageBody": "order",
    "TopicArn": topic_arn("events"),
    "Message": "event",
    "Bucket": "uploads",
    "Key": "key",
    "Target": "Orders",
    "Kind": "outage",
    "FaultId": "fault-1",
}
TOPOLOGY = a_topology(
    Orders=a_queue("orders", "orders-dlq"),
    OrdersDlq=a_queue("orders-dlq"),
    ChargeCard=a_function("charge-card"),
    Mapping=a_mapping("orders", "charge-card"),
    Events=a_topic("events"),
    ToOrders=a_subscription("events", arn("orders"), "orders-dlq"),
    Uploads=a_bucket("uploads", ("Topic", "s3:ObjectCreated:*", topic_arn("events"))),
)


@pytest.mark.parametrize("service", SERVICES)
@settings(max_examples=30, deadline=None)
@given(
    params=st.dictionaries(st.sampled_from(NAMES), values, max_size=4),
    own=st.lists(values, max_size=4),
    first=st.integers(0, 30),
    listed=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("Entries", "Messages", "Variants", "PublishBatchRequestEntries"), entries)
    ),
    sensible=st.sets(st.sampled_from(sorted(SENSIBLE))),
)
def test_every_operation_answers(service, params, own, first, listed, sensible):
    """Each is sent the same, the `own` values under names of its own, from the `first` on."""
    for name in SERVICES[service].operations:
        named = dict(zip(rotated(members_of(service, name), first), own, strict=False))
        answers(service, name, {**params, **named, **listed, **{key: SENSIBLE[key] for key in sorted(sensible)}})


def answers(service: str, name: str, params: dict) -> None:
    simulation = Simulation.begin(TOPOLOGY, seed=1)
    answer = simulation.call(simulation.world.caller("Mallory"), service, name, params)
    assert isinstance(answer, Answer | Pending)
    if isinstance(answer, Answer) and answer.output is not None:
        json.dumps(answer.output)
    simulation.apply(Command(1, 5, "Mallory", f"{service}:{name}", params))
    simulation.run_until(1_000_000, records=2000)
    simulation.digest()


@cache
def members_of(service: str, name: str) -> tuple[str, ...]:
    """What AWS calls the parameters of an operation, if it is AWS's."""
    model = service_model(service)
    shape = model.operation_model(name).input_shape if model and name in model.operation_names else None
    return tuple(shape.members) if shape else ()


def rotated(names: tuple[str, ...], first: int) -> tuple[str, ...]:
    first %= len(names) or 1
    return names[first:] + names[:first]
