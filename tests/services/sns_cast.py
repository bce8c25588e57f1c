"""The cast of SNS's own tests: an account that is empty but for a few queues, and topics made by operations."""

from __future__ import annotations

import json
from typing import Any

from tests.builders import Run, a_queue, a_topology, arn, url
from tests.fanout import topic_arn

QUEUES = ("orders", "archive", "letters")
FIFO_QUEUES = ("orders.fifo", "letters.fifo")
EVENTS, LINE = topic_arn("events"), topic_arn("line.fifo")


def an_account(*queues: str, seed: int = 1) -> Run:
    """Queues by name: `orders`, `archive` and `letters` unless others are named."""
    resources = {}
    for name in queues or QUEUES:
        fifo: dict[str, Any] = {"FifoQueue": True} if name.endswith(".fifo") else {}
        resources[name.title().replace(".", "")] = a_queue(name, **fifo)
    return Run(a_topology(**resources), seed)


def with_topic(*queues: str) -> Run:
    run = an_account(*queues)
    run.ok("sns:CreateTopic", Name="events")
    return run


def with_line(**attributes: str) -> Run:
    """A FIFO topic `line.fifo` that digests contents, and two FIFO queues."""
    run = an_account(*FIFO_QUEUES, "orders")
    given = {"FifoTopic": "true", "ContentBasedDeduplication": "true", **attributes}
    run.ok("sns:CreateTopic", Name="line.fifo", Attributes=given)
    return run


def subscribed(run: Run, queue: str = "orders", topic: str = EVENTS, **attributes: Any) -> str:
    """A queue's subscription, by ARN; policies may be objects."""
    given = {name: value if isinstance(value, str) else json.dumps(value) for name, value in attributes.items()}
    params: dict[str, Any] = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": arn(queue), "Attributes": given}
    return str(run.ok("sns:Subscribe", **params)["SubscriptionArn"])


def attributes_of(run: Run, subscription: str) -> dict[str, str]:
    return dict(run.ok("sns:GetSubscriptionAttributes", SubscriptionArn=subscription)["Attributes"])


def bodies(run: Run, queue: str = "orders") -> list[str]:
    """What is in a queue now, received and deleted."""
    found: list[str] = []
    while True:
        messages = run.receive(queue=queue)
        found += [message["Body"] for message in messages]
        for message in messages:
            run.ok("sqs:DeleteMessage", QueueUrl=url(queue), ReceiptHandle=message["ReceiptHandle"])
        if not messages:
            return found


def outage(run: Run, target: str, until: str = "") -> None:
    ends: dict[str, Any] = {"Until": until} if until else {}
    run.ok("playground:PutFault", Target=target, Kind="outage", **ends)
