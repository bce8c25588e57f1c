"""Whatever a caller sends, an operation answers: a value or a refusal, never an exception."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.services.ports import Answer, Pending
from flows.simulation import SERVICES, Command, Simulation
from tests.builders import an_order_topology, arn, function_arn, url

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
}
ROWS = [(service, name) for service, room in SERVICES.items() for name in room.operations]


@pytest.mark.parametrize(("service", "name"), ROWS)
@settings(max_examples=12, deadline=None)
@given(
    params=st.dictionaries(st.sampled_from(NAMES), values, max_size=5),
    listed=st.fixed_dictionaries({}, optional=dict.fromkeys(("Entries", "Messages", "Variants"), entries)),
    sensible=st.sets(st.sampled_from(sorted(SENSIBLE))),
)
def test_every_operation_answers(service, name, params, listed, sensible):
    simulation = Simulation.begin(an_order_topology(), seed=1)
    given_params = {**params, **listed, **{key: SENSIBLE[key] for key in sorted(sensible)}}
    answer = simulation.call(simulation.world.caller("Mallory"), service, name, given_params)
    assert isinstance(answer, Answer | Pending)
    if isinstance(answer, Answer) and answer.output is not None:
        json.dumps(answer.output)
    simulation.apply(Command(1, 5, "Mallory", f"{service}:{name}", given_params))
    simulation.run_until(1_000_000, records=2000)
    simulation.digest()
