"""The integrations of Task states: which operation a resource is, how its parameters and answers are translated. A table.

    arn:aws:states:::lambda:invoke              optimised: a row here, with its own habits
    arn:aws:states:::aws-sdk:sqs:sendMessage    any other operation, by the API's own names (`aws_sdk`)

Optimised integrations take parameters in Pascal case and write JSON where the service wants a text (SQS's MessageBody, SNS's
Message, an event's Detail, a nested execution's Input, a function's Payload; a text there is taken as it is). Their answers carry the HTTP response (`http_metadata.py`) where the row
says so. Errors are named after the client library each of the two is built on (`errors.py`).

Sources: developer guide, "Integrating services"; the recorded executions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flows.asl.history import text
from flows.services.ports import Json
from flows.services.shapes import service_model

NO_METADATA, JSON_10, QUERY, LAMBDA, DYNAMODB = "", "json-1.0", "query", "lambda", "dynamodb"


@dataclass(frozen=True, slots=True)
class Integration:
    """One row. `operation` is what the door knows; `about` the parameters that name the resource, for the link on the canvas."""

    operation: str
    about: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    camel: bool = False
    """Whether the service's own members begin with a small letter."""
    metadata: str = NO_METADATA
    client: str = ""
    """What errors are named after: "SQS"."""
    service: str = ""
    """What the client library calls the service in causes: "AmazonSQS"."""
    sdk: bool = False
    """Whether it is an aws-sdk integration: its errors are version 2's, and its answer is the API's and nothing else."""


def _optimised(
    service: str, client: str, name: str, metadata: str, *actions: tuple[str, ...]
) -> dict[str, Integration]:
    """Rows of one service: (action, parameters it is about, comma-separated, texts, comma-separated)."""
    rows = {}
    for action, about, *texts in actions:
        rows[f"{service}:{action}"] = Integration(
            f"{service}:{action[0].upper()}{action[1:]}",
            tuple(about.split(",")),
            tuple(texts),
            camel=service in CAMEL,
            metadata=metadata,
            client=client,
            service=name,
        )
    return rows


CAMEL = frozenset({"states", "ecs", "apigateway", "batch", "codebuild", "eks", "pipes", "rds-data"})
"""Services whose own members begin with a small letter."""

OPTIMISED: dict[str, Integration] = {
    **_optimised("lambda", "Lambda", "AWSLambda", LAMBDA, ("invoke", "FunctionName", "Payload")),
    **_optimised("sqs", "SQS", "AmazonSQS", JSON_10, ("sendMessage", "QueueUrl", "MessageBody")),
    **_optimised("sns", "SNS", "AmazonSNS", QUERY, ("publish", "TopicArn,TargetArn", "Message")),
    **_optimised("events", "EventBridge", "AmazonEventBridge", NO_METADATA, ("putEvents", "EventBusName")),
    **_optimised(
        "states", "StepFunctions", "AWSStepFunctions", JSON_10, ("startExecution", "StateMachineArn", "Input")
    ),
    **_optimised(
        "dynamodb",
        "DynamoDB",
        "AmazonDynamoDBv2",
        DYNAMODB,
        *((action, "TableName") for action in ("getItem", "putItem", "updateItem", "deleteItem")),
    ),
    **_optimised("s3", "S3", "AmazonS3", NO_METADATA, ("getObject", "Bucket"), ("listObjectsV2", "Bucket")),
    **_optimised("s3", "S3", "AmazonS3", NO_METADATA, ("putObject", "Bucket", "Body")),
    **_optimised("ecs", "ECS", "AmazonECS", JSON_10, ("runTask", "TaskDefinition,Cluster")),
    **_optimised("apigateway", "ApiGateway", "AmazonAPIGateway", NO_METADATA, ("invoke", "ApiEndpoint")),
    **_optimised("http", "Http", "Http", NO_METADATA, ("invoke", "ApiEndpoint")),
}
"""What has a row of its own. Everything else AWS integrates (Batch, Glue, EMR, Bedrock …) is answered by a mock."""

FUNCTION = Integration("lambda:Invoke", ("FunctionName",), client="Lambda", service="AWSLambda")
"""A function by its ARN."""
SDK_ROOMS: dict[str, str] = {
    "sfn": "states",
    "eventbridge": "events",
    "cloudwatchevents": "events",
    "apigatewayv2": "apigateway",
    "rdsdata": "rds-data",
}
"""aws-sdk's name of a service → its key here, where they differ."""
SDK_CLIENTS: dict[str, str] = {
    "dynamodb": "DynamoDb",
    "eventbridge": "EventBridge",
    "cloudwatchevents": "CloudWatchEvents",
    "secretsmanager": "SecretsManager",
    "apigateway": "ApiGateway",
    "dynamodbstreams": "DynamoDbStreams",
    "cloudwatch": "CloudWatch",
    "cloudwatchlogs": "CloudWatchLogs",
    "bedrockruntime": "BedrockRuntime",
    "rdsdata": "RdsData",
    "stepfunctions": "Sfn",
    "cognitoidentityprovider": "CognitoIdentityProvider",
    "ses": "Ses",
    "sesv2": "SesV2",
    "elasticache": "ElastiCache",
}
"""aws-sdk's name of a service → its client's name where it is not just capitalised."""
SDK_ABOUT = (
    "QueueUrl",
    "TopicArn",
    "FunctionName",
    "StateMachineArn",
    "TableName",
    "Bucket",
    "StreamName",
    "EventBusName",
    "ResourceArn",
    "TaskDefinition",
)


def integration_of(service: str, action: str, pattern: str) -> Integration | None:
    """The row of a TaskScheduled's resourceType and resource; None where there is none."""
    bare = action.removesuffix(f".{pattern}") if pattern else action
    if service.startswith("aws-sdk:"):
        return aws_sdk(service.removeprefix("aws-sdk:"), bare)
    return OPTIMISED.get(f"{service}:{bare}")


def aws_sdk(name: str, action: str) -> Integration:
    """Any operation of any service by the API's own names."""
    room = SDK_ROOMS.get(name, name)
    client = SDK_CLIENTS.get(name) or f"{name[:1].upper()}{name[1:]}"
    return Integration(
        f"{room}:{action[:1].upper()}{action[1:]}",
        SDK_ABOUT,
        camel=room in CAMEL,
        client=client,
        service=client,
        sdk=True,
    )


def row_of(service: str, action: str, pattern: str) -> Integration:
    """The row of a task that was called: a service's, or a function's."""
    return integration_of(service, action, pattern) or FUNCTION


# ── parameters in, answers out ──────────────────────────────────────────────────────────────────────────────────────


def parameters(row: Integration, given: Json) -> Json:
    """The operation's parameters. Null is "not given"; what the service wants as text is written as JSON."""
    said = {name: value for name, value in given.items() if value is not None}
    if row.sdk:
        types = _types(row.operation)
        said = {
            name: _sdk_value(types.get(camel(name) if row.camel else name, ""), each) for name, each in said.items()
        }
    for name in row.texts:
        if name in said and not isinstance(said[name], str):
            said[name] = text(said[name])
    if row.operation == "events:PutEvents" and isinstance(said.get("Entries"), list):
        said["Entries"] = [_entry(each) for each in said["Entries"]]
    return {camel(name): value for name, value in said.items()} if row.camel else said


def _sdk_value(type_: str, value: object) -> object:
    """aws-sdk integrations write any value of bytes as JSON, texts too; and objects and lists where a text is wanted."""
    if type_ == "blob" or (type_ == "string" and isinstance(value, dict | list)):
        return text(value)
    return value


@cache
def _types(operation: str) -> dict[str, str]:
    """The types of an operation's parameters, by the API's names."""
    service, _, name = operation.partition(":")
    model = service_model(service)
    if model is None or name not in model.operation_names:
        return {}
    shape = model.operation_model(name).input_shape
    return {} if shape is None else {each: member.type_name for each, member in shape.members.items()}


def _entry(entry: object) -> object:
    """An event's Detail is a text."""
    if not isinstance(entry, dict) or "Detail" not in entry or isinstance(entry["Detail"], str):
        return entry
    return {**entry, "Detail": text(entry["Detail"])}


def camel(name: str) -> str:
    return name[:1].lower() + name[1:]


def pascal(value: object) -> object:
    """An answer's members with capital letters, as Step Functions hands them on."""
    if isinstance(value, dict):
        return {f"{name[:1].upper()}{name[1:]}": pascal(each) for name, each in value.items()}
    if isinstance(value, list):
        return [pascal(each) for each in value]
    return value
