"""A small story with everything in it: traffic with poison, a long poll, a repaired function, a redrive, a refusal."""

from __future__ import annotations

from typing import Any

from flows.simulation import Command, Simulation
from tests.builders import SECOND, an_order_topology, arn, url

END = 200 * SECOND
FAILURES: list[dict[str, Any]] = [
    {"body": {"path": "$.poison", "equals": True}, "how": "item"},
    {"rate": 0.2, "how": "raise"},
]
COMMANDS = (
    Command(
        1,
        0,
        "Alice",
        "client:StartTraffic",
        {
            "TargetArn": arn("orders"),
            "Mode": "rate",
            "Count": 300,
            "RatePerSecond": 40,
            "MessageBody": '{"order": {{index}}}',
            "Variants": [{"Every": 10, "MessageBody": '{"poison": true}'}],
        },
    ),
    Command(2, 3 * SECOND, "Alice", "sqs:ReceiveMessage", {"QueueUrl": url("orders"), "WaitTimeSeconds": 9}),
    Command(
        3,
        95 * SECOND,
        "Bob",
        "lambda:UpdateFunctionCode",
        {"FunctionName": "charge-card", "Behaviour": {"failures": []}},
    ),
    Command(
        4,
        130 * SECOND,
        "Bob",
        "sqs:StartMessageMoveTask",
        {"SourceArn": arn("orders-dlq"), "MaxNumberOfMessagesPerSecond": 9},
    ),
    Command(5, 131 * SECOND, "Bob", "sqs:PurgeQueue", {"QueueUrl": "https://nowhere"}),
)


def begin() -> Simulation:
    return Simulation.begin(
        an_order_topology(FAILURES, mapping={"FunctionResponseTypes": ["ReportBatchItemFailures"]}), seed=7
    )


def plain() -> Simulation:
    simulation = begin()
    for command in COMMANDS:
        simulation.apply(command)
    simulation.run_until(END)
    return simulation
