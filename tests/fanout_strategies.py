"""Random fan-outs and what may be done to them, for Hypothesis. Small on purpose: what matters happens between few things."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from flows.topology.compiled import CompiledNode, CompiledTopology
from tests.builders import a_function, a_mapping, a_queue, a_topology, arn, function_arn
from tests.fanout import a_bucket, a_subscription, a_topic, an_invoke_config, topic_arn
from tests.strategies import behaviours

BODIES = ('{"order": 1}', '{"poison": true}')
ENDS = ("orders", "letters", "results")


@st.composite
def topologies(draw: st.DrawFn) -> CompiledTopology:
    """Up to two topics, two functions, a bucket, three queues and a stream, joined at random."""
    resources: dict[str, dict[str, Any]] = {name.title(): a_queue(name, "", **draw(queues)) for name in ENDS}
    resources["Stream"] = {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "stream"}}
    functions = ["first", "second"][: draw(st.integers(1, 2))]
    topics = ["events", "alarms"][: draw(st.integers(1, 2))]
    anywhere = [*map(arn, ENDS), *map(function_arn, functions), *map(topic_arn, topics)]
    for name in functions:
        resources[name.title()] = _function(draw, name, [*map(arn, ENDS), *map(topic_arn, topics)])
        if draw(st.booleans()):
            config = draw(invoke_configs)
            success, failure = (draw(st.sampled_from(["", *anywhere])) for _ in range(2))
            resources[f"{name.title()}Config"] = an_invoke_config(name, success, failure, **config)
    for topic in topics:
        resources[topic.title()] = a_topic(topic)
        for end in sorted(draw(st.sets(st.sampled_from([*map(arn, ENDS), *map(function_arn, functions)]), max_size=3))):
            dead_letters = draw(st.sampled_from(["", "letters"]))
            given = {"RawMessageDelivery": True} if draw(st.booleans()) and ":sqs:" in end else {}
            resources[f"{topic}To{end.rsplit(':', 1)[1]}"] = a_subscription(topic, end, dead_letters, **given)
    told = draw(st.lists(st.sampled_from(anywhere), max_size=2, unique=True))
    resources["Uploads"] = a_bucket("uploads", *[(_word(end), "s3:ObjectCreated:*", end) for end in told])
    if draw(st.booleans()):
        resources["Mapping"] = a_mapping("orders", functions[0], BatchSize=draw(st.sampled_from([1, 10])))
    return a_topology(**resources)


queues = st.fixed_dictionaries({"VisibilityTimeout": st.sampled_from([1, 30])}, optional={"DelaySeconds": st.just(2)})
invoke_configs = st.fixed_dictionaries(
    {},
    optional={
        "MaximumRetryAttempts": st.integers(0, 2),
        "MaximumEventAgeInSeconds": st.sampled_from([60, 150, 21_600]),
    },
)
calls = st.lists(
    st.fixed_dictionaries(
        {"target": st.sampled_from(["Orders", "Stream", "Uploads", "Events", "First", "nobody"])},
        optional={"catch": st.booleans(), "sdk": st.just({"mode": "legacy", "timeout_ms": 700})},
    ),
    max_size=2,
)
faults = st.fixed_dictionaries(
    {
        "Kind": st.sampled_from(["outage", "error-rate", "latency", "throttle"]),
        "Rate": st.sampled_from([0.3, 1]),
        "Latency": st.sampled_from(["10 ms", "1 s", "90 s"]),
        "PerSecond": st.integers(0, 3),
    },
    optional={"From": st.just("70 s"), "Until": st.sampled_from(["75 s", "300 s"])},
)


@st.composite
def commands(draw: st.DrawFn, topology: CompiledTopology) -> tuple[str, dict[str, Any]]:
    """An operation and its parameters, most of them sensible."""
    target = draw(
        st.sampled_from([node for node in topology.nodes if node.kind in {"queue", "topic", "bucket", "function"}])
    )
    functions = [node for node in topology.nodes if node.kind == "function"]
    name = {"FunctionName": draw(st.sampled_from(functions)).name}
    places = [node.id for node in topology.nodes[1:]] + [link.id for link in topology.links]
    plain: list[tuple[str, dict[str, Any]]] = [
        ("client:StartTraffic", _traffic(draw, target, Mode="burst", Count=draw(st.integers(1, 12)))),
        ("client:StartTraffic", _traffic(draw, target, Mode="rate", Count=10, RatePerSecond=3)),
        ("lambda:Invoke", {**name, "Payload": draw(st.sampled_from(BODIES)), "InvocationType": "Event"}),
        ("lambda:Invoke", {**name, "Payload": draw(st.sampled_from(BODIES))}),
        ("lambda:UpdateFunctionCode", {**name, "Behaviour": draw(behaviours)}),
        ("lambda:PutFunctionConcurrency", {**name, "ReservedConcurrentExecutions": draw(st.integers(0, 2))}),
        ("lambda:UpdateFunctionEventInvokeConfig", {**name, **draw(invoke_configs)}),
        ("s3:PutObject", {"Bucket": "uploads", "Key": draw(st.sampled_from(["a", "b"])), "Body": '{"poison": true}'}),
        ("s3:DeleteObject", {"Bucket": "uploads", "Key": "a"}),
        ("sns:Publish", {"TopicArn": topic_arn("events"), "Message": draw(st.sampled_from(BODIES))}),
        ("sns:Subscribe", {"TopicArn": topic_arn("events"), "Protocol": "sqs", "Endpoint": arn("results")}),
        ("playground:PutFault", {"Target": draw(st.sampled_from(places)), **draw(faults)}),
        ("playground:PutFault", {"Target": draw(st.sampled_from(places)), **draw(faults)}),
        ("playground:DeleteFault", {"FaultId": "fault-1"}),
        ("client:ConfigureSdk", {"Mode": draw(st.sampled_from(["legacy", "standard", "adaptive"])), "TimeoutMs": 500}),
        ("sqs:StartMessageMoveTask", {"SourceArn": arn("letters"), "DestinationArn": arn("orders")}),
    ]
    return draw(st.sampled_from(plain))


def _function(draw: st.DrawFn, name: str, ends: list[str]) -> dict[str, Any]:
    properties: dict[str, Any] = {"Timeout": draw(st.sampled_from([1, 3]))}
    if draw(st.booleans()):
        properties["DeadLetterConfig"] = {"TargetArn": draw(st.sampled_from(ends))}
    function = a_function(name, **properties)
    function["playground"] = {"behaviour": {**draw(behaviours), "calls": draw(calls)}}
    return function


def _traffic(draw: st.DrawFn, target: CompiledNode, **pace: Any) -> dict[str, Any]:
    kind = draw(st.sampled_from(["Event", "RequestResponse"]))
    return {"TargetArn": target.arn, "MessageBody": draw(st.sampled_from(BODIES)), "InvocationType": kind, **pace}


def _word(end: str) -> str:
    return "Lambda" if ":lambda:" in end else "Topic" if ":sns:" in end else "Queue"
