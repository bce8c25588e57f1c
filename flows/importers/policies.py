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
        yield from _policy(policy, raws)
    role = function.properties.get("Role")
    if isinstance(role, str) and role:
        yield from _of_role(role, raws)


def _policy(policy: Any, raws: dict[str, Raw]) -> Iterator[Permission]:
    """A SAM policy: a template, a document, or the name of a managed policy, which may be one of the template's own."""
    if isinstance(policy, str):
        yield from _managed(policy, raws)
    if not isinstance(policy, dict):
        return
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
        if raw.type == "AWS::IAM::Role" and (raw.id in names or _among(raw.properties.get("RoleName"), names)):
            for policy in listed(raw.properties.get("Policies")):
                yield from _document(policy.get("PolicyDocument") if isinstance(policy, dict) else None)
            for managed in listed(raw.properties.get("ManagedPolicyArns")):
                yield from _managed(managed, raws)
        elif raw.type in {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"}:
            roles = [*listed(raw.properties.get("Roles")), raw.properties.get("RoleName")]
            if any(_among(named, names) for named in roles):
                yield from _document(raw.properties.get("PolicyDocument"))


def _managed(name: Any, raws: dict[str, Raw]) -> Iterator[Permission]:
    found = raws.get(name.rsplit(":", 1)[-1]) if isinstance(name, str) else None
    if found is not None and found.type == "AWS::IAM::ManagedPolicy":
        yield from _document(found.properties.get("PolicyDocument"))


def _among(named: Any, names: set[str]) -> bool:
    return isinstance(named, str) and named in names


def _document(document: Any) -> Iterator[Permission]:
    for statement in listed(document.get("Statement") if isinstance(document, dict) else None):
        if not isinstance(statement, dict) or statement.get("Effect", "Allow") != "Allow":
            continue
        actions = tuple(action for action in listed(statement.get("Action")) if isinstance(action, str))
        for resource in listed(statement.get("Resource")):
            if isinstance(resource, str) and resource != "*" and actions:
                yield resource, "", actions
