"""A topology of 300 resources simulates 100,000 messages: how long it takes, and in how much memory.

    .venv/bin/python -m tests.load.three_hundred [--messages 100000] [--cells 25] [--seed 1]

Every cell is a small system of twelve resources with one of each box: a topic, a queue with its dead letters, a bus and its rule, a function on
the queue, a stream and the function that reads it, a table whose changes a pipe hands on, a machine, and a delivery stream into a bucket
that all cells share two of. Every source of a cell is sent the same share of the messages, at a steady rate; one in fifty is poison.
Printed are seconds, records, the most memory, what a box of the end state weighs, and whether the ledger adds up. No bar: figures.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from typing import Any

from flows.services.kinds import KINDS
from flows.simulation import Command, Simulation
from flows.traces.projections.ledger import Books
from flows.traces.reading import Reading
from tests.builders import ACCOUNT, REGION, a_function, a_queue, a_topology, arn, function_arn

PER_CELL, SLICE_US, RATE = 12, 10_000_000, 20
POISON = {"body": {"path": "$.poison", "equals": True}, "error": {"type": "Poison", "message": "no"}, "how": "item"}
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"


def of(service: str, resource_: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource_}"


def a_cell(number: int) -> dict[str, Any]:
    """Twelve resources, named after their cell."""
    n = f"{number:02d}"
    machine = {"StartAt": "Note", "States": {"Note": {"Type": "Pass", "End": True}}}
    reading = {"StartingPosition": "TRIM_HORIZON", "BatchSize": 50, "MaximumRetryAttempts": 1}
    subscription = {"Protocol": "sqs", "Endpoint": arn(f"orders-{n}"), "RawMessageDelivery": True}
    target = {"Id": "orders", "Arn": arn(f"orders-{n}"), "InputPath": "$.detail"}
    table = {
        "TableName": f"table-{n}",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
    }
    lake = {"BucketARN": "arn:aws:s3:::lake", "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 60}}
    plain = {
        "Topic": ("AWS::SNS::Topic", {"TopicName": f"topic-{n}", "Subscription": [subscription]}),
        "Bus": ("AWS::Events::EventBus", {"Name": f"bus-{n}"}),
        "Rule": ("AWS::Events::Rule", {"Name": f"rule-{n}", "EventBusName": f"bus-{n}", "EventPattern": {"source": [{"prefix": ""}]}, "Targets": [target]}),
        "Stream": ("AWS::Kinesis::Stream", {"Name": f"stream-{n}", "ShardCount": 2}),
        "Table": ("AWS::DynamoDB::Table", table),
        "Machine": ("AWS::StepFunctions::StateMachine", {"StateMachineName": f"machine-{n}", "Definition": machine, "RoleArn": ROLE}),
        "Lake": ("AWS::KinesisFirehose::DeliveryStream", {"DeliveryStreamName": f"lake-{n}", "ExtendedS3DestinationConfiguration": lake}),
        "Pipe": (
            "AWS::Pipes::Pipe",
            {
                "Name": f"pipe-{n}",
                "RoleArn": ROLE,
                "Source": of("dynamodb", f"table/table-{n}/stream/2026-01-01T00:00:00.000"),
                "SourceParameters": {"DynamoDBStreamParameters": {**reading, "DeadLetterConfig": {"Arn": arn(f"letters-{n}")}}},
                "Target": of("firehose", f"deliverystream/lake-{n}"),
            },
        ),
    }  # fmt: skip
    resources: dict[str, Any] = {
        f"{name}{n}": {"Type": type_, "Properties": given} for name, (type_, given) in plain.items()
    }
    resources |= {
        f"Orders{n}": a_queue(f"orders-{n}", f"letters-{n}"),
        f"Letters{n}": a_queue(f"letters-{n}"),
        f"Work{n}": a_function(f"work-{n}", 50, [POISON]),
        f"Read{n}": a_function(f"read-{n}", 50, [POISON]),
    }
    return resources


def mappings(number: int) -> dict[str, Any]:
    """What joins a cell's functions to their sources: no boxes of their own."""
    n = f"{number:02d}"
    partial = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
    given = {
        f"WorkMapping{n}": {"EventSourceArn": arn(f"orders-{n}"), "FunctionName": function_arn(f"work-{n}"), **partial},
        f"ReadMapping{n}": {
            "EventSourceArn": of("kinesis", f"stream/stream-{n}"),
            "FunctionName": function_arn(f"read-{n}"),
            "StartingPosition": "TRIM_HORIZON",
            "MaximumRetryAttempts": 1,
            "BisectBatchOnFunctionError": True,
            **partial,
        },
    }
    return {id_: {"Type": "AWS::Lambda::EventSourceMapping", "Properties": said} for id_, said in given.items()}


def sources(number: int) -> list[str]:
    n = f"{number:02d}"
    return [
        of("sns", f"topic-{n}"),
        of("events", f"event-bus/bus-{n}"),
        of("kinesis", f"stream/stream-{n}"),
        of("dynamodb", f"table/table-{n}"),
        of("states", f"stateMachine:machine-{n}"),
    ]


def run(cells: int, messages: int, seed: int) -> dict[str, float]:
    """The figures, by name."""
    resources: dict[str, Any] = {"SharedLake": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "lake"}}}
    for number in range(cells):
        resources |= a_cell(number) | mappings(number)
    began = time.perf_counter()
    topology = a_topology(**resources)
    compiled = time.perf_counter()
    simulation = Simulation.begin(topology, seed)
    targets = [target for number in range(cells) for target in sources(number)]
    for ordinal, target in enumerate(targets, 1):
        params = {
            "TargetArn": target,
            "Mode": "rate",
            "RatePerSecond": RATE,
            "Count": messages // len(targets),
            "MessageBody": '{"order": {{index}}}',
            "Variants": [{"Every": 50, "MessageBody": '{"poison": true}'}],
        }
        answer = simulation.apply(Command(ordinal, 0, "Alice", "client:StartTraffic", params))
        if answer.refusal is not None:
            raise SystemExit(f"{target}: {answer.refusal}")
    books, records = Books(), 0
    simulated = judged = 0.0
    while not simulation.quiet:
        start = time.perf_counter()
        simulation.run_until(simulation.now_at + SLICE_US)
        segment = simulation.drain()
        simulated += time.perf_counter() - start
        start = time.perf_counter()
        books.read(Reading(KINDS, [segment]))
        records = simulation.sequence
        judged += time.perf_counter() - start
    return {
        "resources": cells * PER_CELL,
        "nodes": len(topology.nodes),
        "messages": messages // len(targets) * len(targets),
        "compiled in s": round(compiled - began, 3),
        "simulated in s": round(simulated, 2),
        "virtual time in s": simulation.now_at // 1_000_000,
        "records": records,
        "records a second": round(records / simulated),
        "messages a second": round(messages / simulated),
        "ledger read in s": round(judged, 2),
        "most memory in MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "box at the end in MB": round(len(simulation.checkpoint()) / 1e6, 1),
        "violations": len(books.found),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--cells", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    figures = run(given.cells, given.messages, given.seed)
    width = max(map(len, figures))
    for name, value in figures.items():
        print(f"{name:<{width}}  {value:>12,}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
