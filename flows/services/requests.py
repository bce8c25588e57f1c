"""How a program puts a text into something: the operation and its parameters, by the kind of the node it goes to."""

from __future__ import annotations

from flows.services.ports import Json
from flows.topology.compiled import CompiledNode

STUB = "external"
INVOKE_ASYNC = "lambda:InvokeAsync"
DEFAULTS = {
    "queue": "sqs:SendMessage",
    "topic": "sns:Publish",
    "bucket": "s3:PutObject",
    "function": "lambda:Invoke",
    "machine": "states:StartExecution",
}
STUB_OPERATIONS = {
    "stream": "kinesis:PutRecord",
    "table": "dynamodb:PutItem",
    "bus": "events:PutEvents",
    "machine": "states:StartExecution",
    "delivery-stream": "firehose:PutRecord",
    "api": "execute-api:Invoke",
}


def request_for(node: CompiledNode, text: str, key: str, operation: str = "") -> tuple[str, Json]:
    """(operation, parameters) of a request that hands `text` to `node`; `key` names the object, where it is one."""
    if node.service == STUB:
        said = operation or STUB_OPERATIONS.get(node.kind, "a request")
        return "external:Call", {"TargetArn": node.arn or node.name, "Operation": said, "Body": text}
    if node.kind == "queue":
        return "sqs:SendMessage", {"QueueUrl": node.url, "MessageBody": text}
    if node.kind == "topic":
        return "sns:Publish", {"TopicArn": node.arn, "Message": text}
    if node.kind == "bucket":
        return "s3:PutObject", {"Bucket": node.name, "Key": key, "Body": text}
    if node.kind == "machine":
        return "states:StartExecution", {"stateMachineArn": node.arn, "input": text}
    kind = "Event" if operation == INVOKE_ASYNC else "RequestResponse"
    return "lambda:Invoke", {"FunctionName": node.arn, "InvocationType": kind, "Payload": text}
