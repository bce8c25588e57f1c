"""Every service has the one shape, and every record can explain itself."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from flows.engine.kinds import FieldType
from flows.services.kinds import KINDS
from flows.simulation import SERVICES

SERVICES_FOLDER = Path(importlib.import_module("flows.services").__file__ or "").parent
ROOMS = (
    "sqs",
    "lambda_",
    "client",
    "sns",
    "s3",
    "stepfunctions",
    "eventbridge",
    "scheduler",
    "pipes",
    "schemas",
    "ecs",
    "appsync",
    "rds",
)
TAKES = {"GetActivityTask", "GetItem", "GetRecords", "TestStateForReal"}
"""What is called like a question, and takes something away, or calls somebody."""
AWS_NAME = re.compile(r"([A-Z][a-z]+|SMS|DB)+(URL|Url|V2)?")


@pytest.mark.parametrize("room", ROOMS)
def test_a_service_has_its_files_and_says_what_it_simulates(room):
    names = {path.name for path in (SERVICES_FOLDER / room).glob("*.py")}
    assert {"__init__.py", "operations.py", "records.py", "refusals.py", "quotas.py"} <= names
    said = importlib.import_module(f"flows.services.{room}").__doc__ or ""
    for word in ("**Simulated**", "**Approximated**", "**Left out**"):
        assert word in said


@pytest.mark.parametrize("kind", list(KINDS), ids=lambda kind: kind.name)
def test_a_kind_has_a_sentence_without_a_capital_and_numbers_of_its_service(kind):
    assert kind.sentence
    assert not kind.sentence.endswith(".")
    first = {
        "playground": (50, 80),
        "sqs": (100, 150),
        "lambda": (200, 250),
        "client": (300, 330),
        "sns": (400, 450),
        "s3": (500, 520),
        "events": (600, 650),
        "states": (800, 880),
        "scheduler": (650, 670),
        "pipes": (670, 690),
        "schemas": (690, 700),
        "kinesis": (700, 730),
        "ecs": (920, 950),
        "rds": (950, 980),
        "appsync": (900, 920),
        "dynamodb": (730, 770),
        "firehose": (980, 1000),
    }.get(kind.service)
    assert first is None or first[0] <= kind.number < first[1]
    if kind.motion:
        assert any(field.type is FieldType.LINK and field.name == "link" for field in kind.fields)


def test_operations_have_awss_names_and_those_that_are_not_awss_say_so():
    ours = {
        f"{service}:{row.name}" for service, room in SERVICES.items() for row in room.operations.values() if not row.aws
    }
    assert {"sqs:RedriveMessages", "client:StartTraffic", "client:StopTraffic", "client:ListTraffic"} <= ours
    for room in SERVICES.values():
        for name, row in room.operations.items():
            assert name == row.name
            assert AWS_NAME.fullmatch(name)


def test_questions_do_not_mutate():
    for room in SERVICES.values():
        for name, row in room.operations.items():
            asks = (
                name.startswith(
                    ("Get", "Head", "List", "Check", "Describe", "Validate", "Test", "Search", "Export", "Evaluate")
                )
                and name not in TAKES
            )
            assert row.mutates != asks, name


def test_the_contracts_kinds_keep_their_numbers():
    numbers = {"MessageSent": 100, "MessageReceived": 102, "MessageDeleted": 103, "MessageMovedToDeadLetterQueue": 106, "DeadLetterArrived": 107, "RedrivenMessageArrived": 111, "QueueAttributesChanged": 119, "InvocationStarted": 200, "DeliveryFailed": 205, "MappingChanged": 209, "TrafficStarted": 300, "RequestRefused": 302, "ExecutionStarted": 50, "CommandApplied": 51}  # fmt: skip
    assert {name: KINDS.by_name[name].number for name in numbers} == numbers
