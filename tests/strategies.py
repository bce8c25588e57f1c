"""Random topologies, behaviours and commands for Hypothesis. Small on purpose: what matters happens between few things."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from flows.topology.compiled import CompiledTopology
from tests.builders import a_function, a_mapping, a_queue, a_topology, arn, url

QUEUES = ("orders", "invoices", "parcels")
BODIES = ('{"order": 1}', '{"poison": true}', "not JSON", "order {{index}}")

failures = st.lists(
    st.fixed_dictionaries(
        {
            "how": st.sampled_from(["item", "raise", "timeout"]),
            "error": st.just({"type": "CardDeclined", "message": "no"}),
        },
        optional={
            "rate": st.sampled_from([0, 0.3, 1]),
            "attempts_up_to": st.integers(1, 3),
            "body": st.sampled_from([{"path": "$.poison", "equals": True}, {"path": "$", "prefix": "order"}]),
        },
    ).filter(lambda rule: len(rule) > 2),
    max_size=2,
)
durations = st.one_of(
    st.builds(lambda ms: {"kind": "constant", "ms": ms}, st.sampled_from([0, 1, 100, 2500])),
    st.just({"kind": "uniform", "low_ms": 0, "high_ms": 4000}),
)
behaviours = st.fixed_dictionaries({"duration": durations, "failures": failures})


@st.composite
def topologies(draw: st.DrawFn) -> CompiledTopology:
    """One to three queues, some with a dead-letter queue, some with a function behind a mapping, some with two."""
    resources: dict[str, dict[str, Any]] = {}
    names = QUEUES[: draw(st.integers(1, 3))]
    for name in names:
        properties = {
            "VisibilityTimeout": draw(st.sampled_from([1, 5, 30])),
            "DelaySeconds": draw(st.sampled_from([0, 0, 3])),
            "MessageRetentionPeriod": draw(st.sampled_from([60, 120, 345_600])),
        }
        dead_letters = draw(st.sampled_from(["", f"{name}-dlq", f"{name}-dlq"]))
        resources[name] = a_queue(name, dead_letters, draw(st.integers(1, 3)), **properties)
        if dead_letters:
            resources[f"{name}Dlq"] = a_queue(dead_letters, MessageRetentionPeriod=draw(st.sampled_from([90, 345_600])))
        for index in range(draw(st.integers(0, 2))):
            function = f"{name}-function-{index}"
            resources[f"{name}Function{index}"] = a_function(function, **draw(reservations))
            resources[f"{name}Function{index}"]["playground"] = {"behaviour": draw(behaviours)}
            resources[f"{name}Mapping{index}"] = a_mapping(name, function, **draw(mappings))
    return a_topology(**resources)


reservations: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {}, {"ReservedConcurrentExecutions": 1}, {"ReservedConcurrentExecutions": 0}]
)
mappings: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {},
        {"BatchSize": 1},
        {"BatchSize": 3, "FunctionResponseTypes": ["ReportBatchItemFailures"]},
        {"BatchSize": 25, "MaximumBatchingWindowInSeconds": 2, "FunctionResponseTypes": ["ReportBatchItemFailures"]},
        {"ScalingConfig": {"MaximumConcurrency": 2}},
        {"Enabled": False},
    ]
)


def queues_of(topology: CompiledTopology) -> list[str]:
    return [node.name for node in topology.nodes if node.kind == "queue"]


def functions_of(topology: CompiledTopology) -> list[str]:
    return [node.name for node in topology.nodes if node.kind == "function"]


@st.composite
def commands(draw: st.DrawFn, topology: CompiledTopology) -> tuple[str, dict[str, Any]]:
    """An operation and its parameters, most of them sensible."""
    queue = draw(st.sampled_from(queues_of(topology)))
    at, here = {"QueueUrl": url(queue)}, {"SourceArn": arn(queue)}
    traffic = {"TargetArn": arn(queue), "MessageBody": draw(st.sampled_from(BODIES))}
    poison = {"Variants": [{"Every": 3, "MessageBody": '{"poison": true}'}]}
    plain: list[tuple[str, dict[str, Any]]] = [
        ("sqs:SendMessage", {**at, "MessageBody": draw(st.sampled_from(BODIES))}),
        ("sqs:SendMessage", {**at, "MessageBody": "later", "DelaySeconds": draw(st.integers(0, 9))}),
        ("client:StartTraffic", {**traffic, **poison, "Mode": "burst", "Count": draw(st.integers(1, 40))}),
        ("client:StartTraffic", {**traffic, "Mode": "rate", "Count": draw(st.integers(1, 40)), "RatePerSecond": 7}),
        ("sqs:ReceiveMessage", {**at, "MaxNumberOfMessages": draw(st.integers(1, 10))}),
        ("sqs:ReceiveMessage", {**at, "VisibilityTimeout": draw(st.integers(0, 9)), "WaitTimeSeconds": 3}),
        ("sqs:PurgeQueue", at),
        (
            "sqs:SetQueueAttributes",
            {**at, "Attributes": {"MessageRetentionPeriod": str(draw(st.sampled_from([60, 300])))}},
        ),
        ("sqs:SetQueueAttributes", {**at, "Attributes": {"VisibilityTimeout": str(draw(st.integers(1, 20)))}}),
        ("sqs:SetQueueAttributes", {**at, "Attributes": {"RedrivePolicy": ""}}),
        ("sqs:StartMessageMoveTask", {**here, "MaxNumberOfMessagesPerSecond": draw(st.integers(1, 5))}),
        ("sqs:StartMessageMoveTask", {**here, "DestinationArn": arn(draw(st.sampled_from(queues_of(topology))))}),
    ]
    functions = functions_of(topology)
    if functions:
        name = {"FunctionName": draw(st.sampled_from(functions))}
        mapping = {"UUID": draw(st.sampled_from([link.id for link in topology.links if link.kind == "esm"]))}
        plain += [
            ("lambda:UpdateFunctionCode", {**name, "Behaviour": draw(behaviours)}),
            ("lambda:PutFunctionConcurrency", {**name, "ReservedConcurrentExecutions": draw(st.integers(0, 3))}),
            ("lambda:UpdateFunctionConfiguration", {**name, "Timeout": draw(st.integers(1, 5))}),
            ("lambda:UpdateEventSourceMapping", {**mapping, "Enabled": draw(st.booleans())}),
            ("lambda:UpdateEventSourceMapping", {**mapping, "BatchSize": draw(st.integers(1, 10))}),
            ("lambda:Invoke", {**name, "Payload": "{}"}),
        ]
    return draw(st.sampled_from(plain))
