"""Requests made from botocore's models: mostly meaningful, often at an edge, sometimes of another type altogether.

What a text is about is guessed from its member's name: names come from a small pool, so that things are met again; URLs, ARNs,
handles and tokens are those that answers gave before (`Memory`).
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from typing import Any

NAMES = [
    "orders",
    "orders.fifo",
    "orders-dlq",
    "orders-dlq.fifo",
    "events",
    "charge",
    "n" * 81,
    "with space",
    "ünï",
    "",
]
NUMBERS = [-1, 0, 1, 2, 3, 5, 10, 11, 30, 43_200, 43_201, 900, 1_000, 10_000, 2**31, 2**63]
TEXTS = [
    "",
    "a",
    "All",
    "{}",
    "[]",
    "null",
    '{"a": [1]}',
    '{"a": {"prefix": "x"}}',
    "x" * 300,
    "\u0000",
    "\ud800",
    "$LATEST",
    "true",
    "rate(5 minutes)",
]
POLICIES = [
    '{"deadLetterTargetArn": "%s", "maxReceiveCount": 3}',
    '{"deadLetterTargetArn": "%s", "maxReceiveCount": "0"}',
    '{"redrivePermission": "byQueue", "sourceQueueArns": ["%s"]}',
]
DEFINITIONS = [
    '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}',
    '{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 5, "Next": "B"}, "B": {"Type": "Succeed"}}}',
    '{"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "E"}}}',
    '{"StartAt": "B", "States": {}}',
]
ATTRIBUTES = {
    "sqs": [
        "DelaySeconds",
        "VisibilityTimeout",
        "FifoQueue",
        "ContentBasedDeduplication",
        "RedrivePolicy",
        "RedriveAllowPolicy",
        "MaximumMessageSize",
        "MessageRetentionPeriod",
        "Policy",
        "Nonsense",
    ],
    "sns": [
        "DisplayName",
        "FifoTopic",
        "ContentBasedDeduplication",
        "FilterPolicy",
        "FilterPolicyScope",
        "RawMessageDelivery",
        "RedrivePolicy",
        "DeliveryPolicy",
        "Nonsense",
    ],
}
WHOLE = {
    ("lambda", "Code"): ['{"ZipFile": "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="}'],
    ("dynamodb", "KeySchema"): ['[{"AttributeName": "id", "KeyType": "HASH"}]'],
    ("dynamodb", "AttributeDefinitions"): ['[{"AttributeName": "id", "AttributeType": "S"}]'],
    ("dynamodb", "ProvisionedThroughput"): ['{"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}'],
    ("dynamodb", "StreamSpecification"): ['{"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}'],
    ("dynamodb", "Key"): ['{"id": {"S": "a"}}', '{"id": {"S": "b"}}'],
    ("dynamodb", "Item"): ['{"id": {"S": "a"}}', '{"id": {"S": "b"}, "n": {"N": "1"}}', '{"n": {"N": "1"}}'],
    ("dynamodb", "UpdateExpression"): ['"SET n = :one"', '"REMOVE n"', '"ADD n :one"'],
    ("dynamodb", "ExpressionAttributeValues"): ['{":one": {"N": "1"}}'],
    ("dynamodb", "KeyConditionExpression"): ['"id = :one"'],
    ("firehose", "ExtendedS3DestinationConfiguration"): [
        '{"RoleARN": "arn:aws:iam::000000000000:role/r", "BucketARN": "arn:aws:s3:::orders"}',
        (
            '{"RoleARN": "arn:aws:iam::000000000000:role/r", "BucketARN": "arn:aws:s3:::events", '
            '"BufferingHints": {"IntervalInSeconds": 0, "SizeInMBs": 1}}'
        ),
    ],
    ("s3", "CopySource"): ['"orders/a"', '"events/a"', '"orders/All"', '"nowhere"'],
    ("s3", "VersioningConfiguration"): ['{"Status": "Enabled"}', '{"Status": "Suspended"}', "{}"],
}
"""(service, member) → values that mean something together, as JSON."""
SEVERAL = {
    "dynamodb": {
        "AttributesToGet",
        "Expected",
        "QueryFilter",
        "ScanFilter",
        "KeyConditions",
        "AttributeUpdates",
        "ConditionalOperator",
    },
    "firehose": {
        "S3DestinationConfiguration",
        "RedshiftDestinationConfiguration",
        "ElasticsearchDestinationConfiguration",
        "AmazonopensearchserviceDestinationConfiguration",
        "SplunkDestinationConfiguration",
        "HttpEndpointDestinationConfiguration",
    },
}
"""Members that are mostly left out: they exclude others that mean more here."""
REMEMBERED = ("Url", "Arn", "ARN", "arn", "Handle", "Token", "token", "UUID", "Id", "Name", "name")


class Memory:
    """What answers said, by the name of the member."""

    def __init__(self) -> None:
        self.said: dict[str, list[str]] = defaultdict(list)

    def learn(self, answer: Any) -> None:
        if isinstance(answer, dict):
            for key, value in answer.items():
                if isinstance(value, str) and key.endswith(REMEMBERED) and value:
                    known = self.said[key.lower()]
                    if value not in known:
                        known.append(value)
                        del known[:-40]
                else:
                    self.learn(value)
        elif isinstance(answer, list):
            for each in answer[:10]:
                self.learn(each)

    def recall(self, name: str, chance: random.Random) -> str | None:
        wanted = name.lower()
        fitting = [key for key in self.said if key == wanted or (wanted.endswith("arn") and key.endswith("arn"))]
        return chance.choice(self.said[chance.choice(fitting)]) if fitting else None


class Maker:
    """Parameters for an operation."""

    def __init__(self, chance: random.Random, memory: Memory) -> None:
        self.chance, self.memory = chance, memory

    def params(self, service: str, shape: Any) -> dict[str, Any]:
        if shape is None:
            return {}
        found = {}
        for name, member in shape.members.items():
            often = 0.02 if name in SEVERAL.get(service, ()) else 0.97 if name in shape.required_members else 0.25
            if self.chance.random() < often:
                found[name] = self.value(service, name, member, 4)
        if self.chance.random() < 0.03:
            found["Surprise"] = self.anything()
        return found

    def value(self, service: str, name: str, shape: Any, depth: int) -> Any:
        chance = self.chance
        if chance.random() < 0.03 or depth == 0:
            return self.anything()
        if (service, name) in WHOLE and chance.random() < 0.9:
            return json.loads(chance.choice(WHOLE[service, name]))
        kind = shape.type_name
        if kind == "structure":
            return {
                key: self.value(service, key, member, depth - 1)
                for key, member in shape.members.items()
                if chance.random() < (0.95 if key in shape.required_members else 0.3)
            }
        if kind == "list":
            return [
                self.value(service, name, shape.member, depth - 1) for _ in range(chance.choice([0, 1, 1, 1, 2, 3, 11]))
            ]
        if kind == "map":
            keys = ATTRIBUTES.get(service, ["a"]) if name == "Attributes" else ["a", "b", "Number.x", ""]
            return {
                key: self.value(service, key, shape.value, depth - 1)
                for key in chance.sample(keys, min(len(keys), chance.choice([0, 1, 1, 2])))
            }
        if kind == "string":
            return self.text(name, shape)
        if kind == "boolean":
            return chance.random() < 0.5
        if kind in {"integer", "long"}:
            return chance.choice(NUMBERS[1:9] if chance.random() < 0.7 else NUMBERS)
        if kind in {"float", "double"}:
            return chance.choice([0.5, -1.0, 1e300])
        return chance.choice(["", "e30=", "eyJhIjogMX0=", "?"])

    def text(self, name: str, shape: Any) -> str:
        chance = self.chance
        if shape.enum and chance.random() < 0.9:
            return str(chance.choice(shape.enum))
        known = self.memory.recall(name, chance)
        if known is not None and chance.random() < 0.85:
            return known
        lowered = name.lower()
        if lowered.endswith("policy") and chance.random() < 0.8:
            return chance.choice(POLICIES).replace("%s", self.memory.recall("QueueArn", chance) or "x")
        if lowered == "definition":
            return chance.choice(DEFINITIONS)
        if lowered in {"role", "rolearn"} and chance.random() < 0.9:
            return "arn:aws:iam::000000000000:role/r"
        if lowered == "handler" and chance.random() < 0.9:
            return "app.handler"
        if lowered.endswith("name"):
            return chance.choice(NAMES[:6] if chance.random() < 0.85 else NAMES)
        if lowered in {"input", "messagebody", "message", "payload", "detail", "eventpattern"}:
            return chance.choice(['{"a": 1}', '{"a": [1]}', "text", '{"poison": true}', ""])
        if lowered.endswith(("seconds", "timeout", "size", "period")):
            return str(chance.choice(NUMBERS[1:9] if chance.random() < 0.7 else NUMBERS))
        return chance.choice(TEXTS)

    def anything(self) -> Any:
        return self.chance.choice([None, True, 7, -1.5, "x", [], {}, [None], {"a": None}, [[{}]], json.dumps({"a": 1})])
