"""The cast of EventBridge's own tests: a few queues, a bus `shop`, and rules made by operations."""

from __future__ import annotations

import json
from typing import Any

from tests.builders import Run, a_queue, a_topology, arn, url

QUEUES = ("orders", "archive", "letters")
ORDERS_RULE = "arn:aws:events:eu-west-1:123456789012:rule/shop/all"
SHOP = "arn:aws:events:eu-west-1:123456789012:event-bus/shop"
KEPT = "arn:aws:events:eu-west-1:123456789012:archive/kept"
PLACED: dict[str, Any] = {"source": ["shop"]}


def an_account(*queues: str, seed: int = 1) -> Run:
    """A bus `shop`, and queues by name: `orders`, `archive` and `letters` unless others are named."""
    resources = {}
    for name in queues or QUEUES:
        fifo: dict[str, Any] = {"FifoQueue": True} if name.endswith(".fifo") else {}
        resources[name.title().replace(".", "")] = a_queue(name, **fifo)
    run = Run(a_topology(**resources), seed)
    run.ok("events:CreateEventBus", Name="shop")
    return run


def a_rule(run: Run, name: str = "all", pattern: Any = None, bus: str = "shop", **params: Any) -> str:
    """A rule with a pattern (all that comes from `shop`), by ARN."""
    text = json.dumps(PLACED if pattern is None else pattern)
    return str(run.ok("events:PutRule", Name=name, EventBusName=bus, EventPattern=text, **params)["RuleArn"])


def a_target(run: Run, queue: str = "orders", rule: str = "all", bus: str = "shop", **given: Any) -> None:
    """A queue as a target, named after it."""
    target = {"Id": queue.replace(".", "-"), "Arn": arn(queue), **given}
    run.ok("events:PutTargets", Rule=rule, EventBusName=bus, Targets=[target])


def put(run: Run, detail: Any = None, at: int | None = None, **entry: Any) -> str:
    """One event; its id."""
    said = {
        "Source": "shop",
        "DetailType": "OrderPlaced",
        "EventBusName": "shop",
        "Detail": json.dumps({"order": 1} if detail is None else detail),
        **entry,
    }
    answer = run.ok("events:PutEvents", at, Entries=[said])
    assert answer["FailedEntryCount"] == 0, answer
    return str(answer["Entries"][0]["EventId"])


def bodies(run: Run, queue: str = "orders") -> list[Any]:
    """What is in a queue now, received, deleted, and read."""
    found: list[Any] = []
    while True:
        messages = run.receive(queue=queue)
        for message in messages:
            found.append(read(message["Body"]))
            run.ok("sqs:DeleteMessage", QueueUrl=url(queue), ReceiptHandle=message["ReceiptHandle"])
        if not messages:
            return found


def read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
