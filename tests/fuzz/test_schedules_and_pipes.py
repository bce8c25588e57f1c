"""Scheduler, Pipes and Schemas with requests that are nearly right: no exception, AWS's own codes only, and the books balance."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from flows.conformance.scenarios import an_empty_account
from flows.services.kinds import KINDS
from flows.services.ports import Answer
from flows.services.shapes import service_model
from flows.traces.projections.ledger import Books
from flows.traces.reading import Reading
from tests.fuzz.nearly import nearly

CALLS = 900
SECOND = 1_000_000
ROLE = "arn:aws:iam::000000000000:role/r"
BUS = "arn:aws:events:us-east-1:000000000000:event-bus/default"
SCHEMA = {"RegistryName": "discovered-schemas", "SchemaName": "shop@Placed"}
FRONT = {"SerializationException"}
"""What is said before any service reads a request."""


def queue(name):
    return f"arn:aws:sqs:us-east-1:000000000000:{name}"


def schedule(chance):
    targets = (queue("orders"), queue("line.fifo"), BUS, "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", queue("gone"))
    expressions = ("rate(1 minute)", "cron(0/2 * * * ? *)", "at(2026-01-01T00:30:00)")
    return {
        "Name": chance.choice("abc"),
        "ScheduleExpression": chance.choice(expressions),
        "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 2},
        "ActionAfterCompletion": chance.choice(("NONE", "DELETE")),
        "Target": {
            "Arn": chance.choice(targets),
            "RoleArn": ROLE,
            "Input": json.dumps({"QueueUrl": "orders", "MessageBody": "<aws.scheduler.attempt-number>"}),
            "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 60},
            "DeadLetterConfig": {"Arn": queue("letters")},
            "SqsParameters": {"MessageGroupId": "g"},
            "EventBridgeParameters": {"Source": "shop", "DetailType": "Placed"},
        },
    }


def pipe(chance):
    template = '{"a": <$.body.a>, "b": "<$.body>", "c": <aws.pipes.event.json>}'
    return {
        "Name": chance.choice("xyz"),
        "RoleArn": ROLE,
        "Source": chance.choice((queue("orders"), queue("line.fifo"))),
        "SourceParameters": {
            "FilterCriteria": {"Filters": [{"Pattern": '{"body": {"a": [{"exists": true}]}}'}]},
            "SqsQueueParameters": {"BatchSize": 5, "MaximumBatchingWindowInSeconds": chance.choice((0, 2))},
        },
        "Target": chance.choice(
            (queue("done"), queue("line.fifo"), BUS, "arn:aws:kinesis:us-east-1:000000000000:stream/s")
        ),
        "TargetParameters": {
            "InputTemplate": template,
            "SqsQueueParameters": {"MessageGroupId": "$.body.a", "MessageDeduplicationId": "$.messageId"},
            "EventBridgeEventBusParameters": {"Source": "$.body.a", "DetailType": "Placed"},
        },
    }


TEXTS: tuple[Any, ...] = ("g", "", "\ud800", {"b": "\udfff"}, 1, None, [1, "x"], {"class": 1, "": 2})
REQUESTS = {
    "scheduler:CreateSchedule": schedule,
    "scheduler:UpdateSchedule": schedule,
    "scheduler:DeleteSchedule": lambda chance: {"Name": chance.choice("abc")},
    "scheduler:GetSchedule": lambda chance: {"Name": chance.choice("abc")},
    "scheduler:ListSchedules": lambda _: {"MaxResults": 2, "NextToken": "1"},
    "pipes:CreatePipe": pipe,
    "pipes:UpdatePipe": lambda chance: {name: each for name, each in pipe(chance).items() if name != "Source"},
    "pipes:StopPipe": lambda chance: {"Name": chance.choice("xyz")},
    "pipes:StartPipe": lambda chance: {"Name": chance.choice("xyz")},
    "pipes:DeletePipe": lambda chance: {"Name": chance.choice("xyz")},
    "pipes:DescribePipe": lambda chance: {"Name": chance.choice("xyz")},
    "schemas:CreateDiscoverer": lambda _: {"SourceArn": BUS},
    "schemas:DescribeSchema": lambda _: {**SCHEMA},
    "schemas:ExportSchema": lambda _: {**SCHEMA, "Type": "JSONSchemaDraft4"},
    "schemas:PutCodeBinding": lambda chance: {
        **SCHEMA,
        "Language": chance.choice(("Java8", "Python36", "TypeScript3")),
    },
    "schemas:GetCodeBindingSource": lambda chance: {**SCHEMA, "Language": chance.choice(("Java8", "Python36"))},
    "schemas:GetDiscoveredSchema": lambda _: {"Type": "OpenApi3", "Events": ['{"detail": {"a": [1]}}']},
    "schemas:CreateSchema": lambda _: {
        "RegistryName": "discovered-schemas",
        "SchemaName": "own",
        "Type": "OpenApi3",
        "Content": '{"openapi": "3.0.0", "components": {"schemas": {"A": {"$ref": "#/components/schemas/A"}}}}',
    },
    "schemas:GetSampleEvent": lambda _: {**SCHEMA, "Number": 3},
    "schemas:GetSchemaDifference": lambda _: {**SCHEMA},
    "sqs:SendMessage": lambda chance: {"QueueUrl": "orders", "MessageBody": json.dumps({"a": chance.choice(TEXTS)})},
    "events:PutEvents": lambda chance: {
        "Entries": [{"Source": "shop", "DetailType": "Placed", "Detail": json.dumps({"a": chance.choice(TEXTS)})}]
    },
}


@pytest.mark.parametrize("seed", [1, 2])
def test_requests_that_are_nearly_right_answer_or_refuse_and_the_books_balance(seed):
    chance = random.Random(seed)
    simulation, books = an_empty_account(), Books()
    caller = simulation.world.caller("Alice")
    for name in ("orders", "done", "letters"):
        simulation.call(caller, "sqs", "CreateQueue", {"QueueName": name})
    simulation.call(caller, "sqs", "CreateQueue", {"QueueName": "line.fifo", "Attributes": {"FifoQueue": "true"}})
    undocumented, answered = {}, set()
    for _ in range(CALLS):
        name = chance.choice(sorted(REQUESTS))
        service, _, operation = name.partition(":")
        params = nearly(REQUESTS[name](chance), chance)
        answer = simulation.call(caller, service, operation, params)
        if isinstance(answer, Answer) and answer.refusal is None:
            answered.add(name)
            json.dumps(answer.output).encode()
        elif isinstance(answer, Answer) and service in {"scheduler", "pipes", "schemas"}:
            model = service_model(service)
            known = (
                {each.name for each in model.operation_model(operation).error_shapes}
                if operation in model.operation_names
                else ()
            )
            if known and answer.refusal.code not in {*known, *FRONT}:
                undocumented[f"{name} {answer.refusal.code}"] = params
        simulation.run_until(simulation.now_at + chance.choice((0, 1, SECOND, 20 * SECOND)), records=5_000)
        books.read(Reading(KINDS, [simulation.drain()]))
        assert books.found == [], params
    assert undocumented == {}
    assert answered == set(REQUESTS)
