"""What a record of a mapping must have come of, where its calls were not recorded."""

from __future__ import annotations

import json
from typing import Any

from flows.conformance.scenarios import ACCOUNT, REGION
from flows.services.ports import Json


def calls_behind(recorded: Json) -> list[Json]:
    """The calls that must have been made: a function, a queue, the mapping as it was recorded, the messages that came through."""
    mapping = next((value for value in recorded.values() if isinstance(value, dict) and "UUID" in value), None)
    if mapping is None or ":sqs:" not in str(mapping.get("EventSourceArn")):
        return []
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:source"
    url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/source"
    role = f"arn:aws:iam::{ACCOUNT}:role/function"
    settings = ("BatchSize", "MaximumBatchingWindowInSeconds", "FunctionResponseTypes", "ScalingConfig")
    params = {name: mapping[name] for name in settings if isinstance(mapping.get(name), (int, list, dict))}
    if "FilterCriteria" in mapping:
        patterns = [as_text(each["Pattern"]) for each in mapping["FilterCriteria"]["Filters"]]
        params["FilterCriteria"] = {"Filters": [{"Pattern": pattern} for pattern in patterns]}
    sent = [record["body"] for value in recorded.values() if isinstance(value, list) for record in records_of(value)]
    return [
        {
            "service": "lambda",
            "op": "CreateFunction",
            "params": {"FunctionName": "function", "Role": role, "Timeout": 30},
        },
        {"service": "sqs", "op": "CreateQueue", "params": {"QueueName": "source"}},
        {
            "service": "lambda",
            "op": "CreateEventSourceMapping",
            "params": {"FunctionName": "function", "EventSourceArn": arn, **params},
        },
        {"service": "sqs", "op": "GetQueueAttributes", "params": {"QueueUrl": url, "AttributeNames": ["All"]}},
        *(
            {"service": "sqs", "op": "SendMessage", "params": {"QueueUrl": url, "MessageBody": as_text(each)}}
            for each in sent
        ),
    ]


def records_of(events: list[Any]) -> list[Json]:
    """The records of a list of events, or the list itself if it is one of records."""
    rows = [event for event in events if isinstance(event, dict)]
    return [
        record for row in rows for record in (row.get("Records", []) if "Records" in row else [row]) if "body" in record
    ]


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
