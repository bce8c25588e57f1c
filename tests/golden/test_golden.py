"""Golden traces: whole stories, record by record. A diff shows the first record that differs; --update-golden writes them anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders import SECOND, Run, an_order_topology, arn, queues_only, url
from tests.fanout import ALWAYS, a_fan_out

HERE = Path(__file__).parent
POISON = [{"body": {"path": "$.poison", "equals": True}, "error": {"type": "CardDeclined", "message": "no"}}]


def poison_in_a_batch() -> Run:
    """One poison message among three: the whole batch is retried until all are dead letters; a repair, a redrive, delivery."""
    run = Run(an_order_topology(POISON, maximum=2, mapping={"ScalingConfig": {"MaximumConcurrency": 2}}))
    traffic: dict[str, Any] = {
        "Mode": "burst",
        "Count": 3,
        "Variants": [{"Every": 3, "MessageBody": '{"poison": true}'}],
    }
    run.ok("client:StartTraffic", TargetArn=arn("orders"), MessageBody='{"order": {{index}}}', **traffic)
    run.until(60 * SECOND)
    run.ok(
        "lambda:UpdateFunctionCode",
        at=70 * SECOND,
        FunctionName="charge-card",
        Behaviour={"duration": {"kind": "constant", "ms": 50}},
    )
    run.ok("sqs:StartMessageMoveTask", at=75 * SECOND, SourceArn=arn("orders-dlq"), MaxNumberOfMessagesPerSecond=1)
    run.until(90 * SECOND)
    return run


def partial_answers() -> Run:
    """The same poison with partial batch responses: only the poison message is retried."""
    run = Run(an_order_topology(POISON, maximum=2, mapping={"FunctionResponseTypes": ["ReportBatchItemFailures"]}))
    traffic: dict[str, Any] = {
        "Mode": "rate",
        "RatePerSecond": 2,
        "Count": 5,
        "Variants": [{"Every": 5, "MessageBody": '{"poison": true}'}],
    }
    run.ok("client:StartTraffic", TargetArn=arn("orders"), MessageBody='{"order": {{index}}}', **traffic)
    run.until(90 * SECOND)
    return run


def throttled() -> Run:
    """Reserved concurrency of one: what is throttled comes back after its visibility timeout and counts as received."""
    run = Run(an_order_topology(ms=2000, maximum=2, mapping={"BatchSize": 1}, ReservedConcurrentExecutions=1))
    run.ok("client:StartTraffic", TargetArn=arn("orders"), Mode="burst", Count=4, MessageBody="order")
    run.until(120 * SECOND)
    return run


def a_queues_life() -> Run:
    """Without a function: delay, receive, changed visibility, delete, expiry."""
    run = Run(queues_only(MessageRetentionPeriod=60))
    run.send("later", DelaySeconds=5)
    run.send("now")
    (message,) = run.receive(at=1 * SECOND)
    run.ok(
        "sqs:ChangeMessageVisibility",
        at=2 * SECOND,
        QueueUrl=url("orders"),
        ReceiptHandle=message["ReceiptHandle"],
        VisibilityTimeout=3,
    )
    (message, _) = run.receive(at=6 * SECOND)
    run.delete(message, at=7 * SECOND)
    run.no("sqs:ReceiveMessage", at=8 * SECOND, QueueUrl=url("orders"), MaxNumberOfMessages=11)
    run.until(100 * SECOND)
    return run


def fan_out_and_back() -> Run:
    """A bucket tells a topic, the topic a queue (out for three seconds) and a function that fails; its dead letter goes back."""
    run = Run(a_fan_out([ALWAYS]))
    run.ok("playground:PutFault", Target="ToThumbnails", Kind="outage", Until="3 s")
    run.ok("s3:PutObject", Bucket="uploads", Key="cat.jpg", Body="meow")
    run.until(240 * SECOND)
    run.ok("lambda:UpdateFunctionCode", FunctionName="resize", Behaviour={"duration": {"kind": "constant", "ms": 50}})
    (letter,) = run.receive(queue="resize-dlq", VisibilityTimeout=0)
    run.until(241 * SECOND)
    messages = [{"MessageId": letter["MessageId"]}]
    run.ok("sqs:RedriveMessages", SourceArn=arn("resize-dlq"), Messages=messages)
    run.until(245 * SECOND)
    return run


STORIES = (poison_in_a_batch, partial_answers, throttled, a_queues_life, fan_out_and_back)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_the_trace_is_as_it_was(story, update_golden):
    run = story()
    lines = [json.dumps(readable(run, row), separators=(",", ":")) for row in run.records()]
    path = HERE / f"{story.__name__}.jsonl"
    if update_golden:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    golden = path.read_text(encoding="utf-8").splitlines()
    for ours, theirs in zip(lines, golden, strict=False):
        assert ours == theirs, f"at {json.loads(ours)['at']} µs"
    assert len(lines) == len(golden)


def readable(run: Run, row: dict[str, Any]) -> dict[str, Any]:
    """Nodes and links by their ids, and without what counts for nothing."""
    nodes, links = run.topology.nodes, run.topology.links
    for name in ("node", "source", "destination", "target"):
        if name in row:
            row[name] = nodes[row[name]].id
    if "link" in row:
        row["link"] = links[row["link"]].id if row["link"] >= 0 else ""
    row.pop("detail")
    row.pop("code_hash", None)
    first = ("sequence", "at", "node", "kind")
    return {name: row.pop(name) for name in first} | {key: value for key, value in row.items() if value not in (0, "")}
