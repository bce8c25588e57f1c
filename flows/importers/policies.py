"""What a function may do: its SAM policies, its role's policies, and policies attached to its role.

Answers pairs of (resource text, operations); wildcards that name no resource say nothing about where calls go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.importers.sam import Raw
from flows.importers.sam.expansion import listed

TEMPLATES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "SQSSendMessagePolicy": ("QueueName", "queue", ("sqs:SendMessage",)),
    "SQSPollerPolicy": ("QueueName", "queue", ("sqs:ReceiveMessage", "sqs:DeleteMessage")),
    "SNSPublishMessagePolicy": ("TopicName", "topic", ("sns:Publish",)),
    "SNSCrudPolicy": ("TopicName", "topic", ("sns:Publish", "sns:Subscribe")),
    "EventBridgePutEventsPolicy": ("EventBusName", "bus", ("events:PutEvents",)),
    "LambdaInvokePolicy": ("FunctionName", "function", ("lambda:InvokeFunction",)),
    "StepFunctionsExecutionPolicy": ("StateMachineName", "machine", ("states:StartExecution",)),
    "DynamoDBCrudPolicy": (
        "TableName",
        "table",
        ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query"),
    ),
    "DynamoDBReadPolicy": ("TableName", "table", ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan")),
    "DynamoDBWritePolicy": ("TableName", "table", ("dynamodb:PutItem", "dynamodb:UpdateItem")),
    "DynamoDBStreamReadPolicy": ("TableName", "table", ("dynamodb:GetRecords",)),
    "DynamoDBReconfigurePolicy": ("TableName", "table", ("dynamodb:UpdateTable",)),
    "S3ReadPolicy": ("BucketName", "bucket", ("s3:GetObject",)),
    "S3WritePolicy": ("BucketName", "bucket", ("s3:PutObject",)),
    "S3CrudPolicy": ("BucketName", "bucket", ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")),
    "S3FullAccessPolicy": ("BucketName", "bucket", ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")),
    "KinesisCrudPolicy": ("StreamName", "stream", ("kinesis:PutRecord", "kinesis:PutRecords")),
    "KinesisStreamReadPolicy": ("StreamName", "stream", ("kinesis:GetRecords",)),
    "FirehoseCrudPolicy": ("DeliveryStreamName", "delivery-stream", ("firehose:PutRecord",)),
    "FirehoseWritePolicy": ("DeliveryStreamName", "delivery-stream", ("firehose:PutRecord",)),
}
"""SAM policy template → (its parameter, the kind that the parameter names, what it allows)."""

Permission = tuple[str, str, tuple[str, ...]]
"""(the resource as the policy names it, the kind a bare name is of, operations)"""


def permissions(function: Raw, raws: dict[str, Raw]) -> Iterator[Permission]:
    shorthand = function.origin.get("Properties")
    for policy in listed(shorthand.get("Policies") if isinstance(shorthand, dict) else None):
        if isinstance(policy, dict):
            yield from _policy(policy)
    role = function.properties.get("Role")
    if isinstance(role, str) and role:
        yield from _of_role(role, raws)


def _policy(policy: dict[str, Any]) -> Iterator[Permission]:
    if "Statement" in policy:
        yield from _document(policy)
    for name, parameters in policy.items():
        row = TEMPLATES.get(name)
        named = parameters.get(row[0]) if row is not None and isinstance(parameters, dict) else None
        if row is not None and isinstance(named, str):
            yield named, row[1], row[2]


def _of_role(role: str, raws: dict[str, Raw]) -> Iterator[Permission]:
    names = {role, role.rsplit(":", 1)[-1].rsplit("/", 1)[-1]}
    for raw in raws.values():
        if raw.type == "AWS::IAM::Role" and (raw.id in names or raw.properties.get("RoleName") in names):
            for policy in listed(raw.properties.get("Policies")):
                yield from _document(policy.get("PolicyDocument") if isinstance(policy, dict) else None)
        elif raw.type in {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"}:
            roles = [*listed(raw.properties.get("Roles")), raw.properties.get("RoleName")]
            if any(isinstance(named, str) and named in names for named in roles):
                yield from _document(raw.properties.get("PolicyDocument"))


def _document(document: Any) -> Iterator[Permission]:
    for statement in listed(document.get("Statement") if isinstance(document, dict) else None):
        if not isinstance(statement, dict) or statement.get("Effect", "Allow") != "Allow":
            continue
        actions = tuple(action for action in listed(statement.get("Action")) if isinstance(action, str))
        for resource in listed(statement.get("Resource")):
            if isinstance(resource, str) and resource != "*" and actions:
                yield resource, "", actions
