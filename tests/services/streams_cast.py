"""The cast of the tests about streams: a stream `orders` (or a table), a function `charge`, a queue `dlq` for what is given up."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.builders import ACCOUNT, REGION, Run, a_function, a_queue, a_topology, arn, function_arn

STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/orders"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
TABLE_STREAM = f"{TABLE}/stream/2026-01-01T00:00:00.000"
POISON = {"body": {"path": "$.poison", "equals": True}, "error": {"type": "Bad", "message": "no"}, "how": "item"}


def a_stream(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "orders", "ShardCount": 1, **properties}}


def a_table(**properties: Any) -> dict[str, Any]:
    keys = {
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
    }
    return {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "orders", **keys, **properties}}


def a_stream_mapping(source: str = STREAM, **properties: Any) -> dict[str, Any]:
    given = {
        "EventSourceArn": source,
        "FunctionName": function_arn("charge"),
        "StartingPosition": "TRIM_HORIZON",
        "DestinationConfig": {"OnFailure": {"Destination": arn("dlq")}},
        **properties,
    }
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": given}


def mapped(failures: list[dict[str, Any]] | None = None, stream: dict[str, Any] | None = None, **mapping: Any) -> Run:
    """orders → charge, and dlq for what is given up."""
    return Run(
        a_topology(
            Orders=stream or a_stream(),
            Dlq=a_queue("dlq"),
            Charge=a_function("charge", 100, [POISON] if failures is None else failures, Timeout=60),
            Mapping=a_stream_mapping(TABLE_STREAM if stream and "Table" in stream["Type"] else STREAM, **mapping),
        )
    )


def put(run: Run, *orders: Any, key: str = "k", at: int | None = None) -> list[str]:
    """Put JSON texts; their sequence numbers."""
    rows = [{"PartitionKey": key, "Data": base64.b64encode(json.dumps(each).encode()).decode()} for each in orders]
    answer = run.ok("kinesis:PutRecords", at, StreamName="orders", Records=rows)
    assert answer["FailedRecordCount"] == 0
    return [row["SequenceNumber"] for row in answer["Records"]]


def seen(run: Run) -> list[dict[str, Any]]:
    """Every record since the beginning (a run hands each out once)."""
    found: list[dict[str, Any]] = run.__dict__.setdefault("seen", [])
    found.extend(run.records())
    return found


def rows(run: Run, kind: str) -> list[dict[str, Any]]:
    return [row for row in seen(run) if row["kind"] == kind]
