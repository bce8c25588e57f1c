"""How a program puts a text into something: the operation and its parameters, by the kind of the node it goes to.

To a FIFO queue or topic a program's messages go in one group, named after the program (`key` begins with its name), each with a
deduplication id made of the key and the text: a request that is tried again is not sent twice.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256

from flows.services.plain_items import item_of
from flows.services.ports import Json
from flows.topology.compiled import CompiledNode
from flows.topology.graphql_schema import usual_request as usual_query
from flows.topology.resources.api import ApiConfig, usual_headers, usual_request
from flows.topology.resources.container import TaskDefinitionConfig
from flows.topology.resources.database import DatabaseConfig
from flows.topology.resources.graphql import GraphqlConfig
from flows.topology.resources.queue import QueueConfig
from flows.topology.resources.topic import TopicConfig

STUB = "external"
WITHOUT_BODY = ("GET", "HEAD")
PROGRAM, DETAIL_TYPE = "program", "message"
INVOKE_ASYNC = "lambda:InvokeAsync"
DEFAULTS = {
    "queue": "sqs:SendMessage",
    "topic": "sns:Publish",
    "bucket": "s3:PutObject",
    "function": "lambda:Invoke",
    "machine": "states:StartExecution",
    "bus": "events:PutEvents",
    "stream": "kinesis:PutRecord",
    "delivery-stream": "firehose:PutRecord",
    "table": "dynamodb:PutItem",
    "api": "apigateway:Request",
    "container-task": "ecs:RunTask",
    "database": "rds-data:ExecuteStatement",
    "graphql-api": "appsync:Request",
}
ANSWERS = ("states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat")
"""Operations on a machine that begin nothing: they answer the task token that stands in the text."""
TOKEN = "token"  # noqa: S105  (how the name of the member ends that holds it)
STUB_OPERATIONS = {
    "stream": "kinesis:PutRecord",
    "table": "dynamodb:PutItem",
    "bus": "events:PutEvents",
    "machine": "states:StartExecution",
    "delivery-stream": "firehose:PutRecord",
    "api": "execute-api:Invoke",
}


def request_for(
    node: CompiledNode, text: str, key: str, operation: str = "", detail_type: str = ""
) -> tuple[str, Json]:
    """(operation, parameters) of a request that hands `text` to `node`.

    `key` names the object, where it is one; an event's source is the part of it before the first slash.
    """
    if node.service == STUB:
        said = operation or STUB_OPERATIONS.get(node.kind, "a request")
        return "external:Call", {"TargetArn": node.arn or node.name, "Operation": said, "Body": text}
    if node.kind == "queue":
        return "sqs:SendMessage", {"QueueUrl": node.url, "MessageBody": text, **_fifo(node, text, key)}
    if node.kind == "topic":
        return "sns:Publish", {"TopicArn": node.arn, "Message": text, **_fifo(node, text, key)}
    if node.kind == "bucket":
        return "s3:PutObject", {"Bucket": node.name, "Key": key, "Body": text}
    if node.kind == "machine" and operation in ANSWERS:
        return operation, _answer(text, operation)
    if node.kind == "machine":
        return "states:StartExecution", {"stateMachineArn": node.arn, "input": text}
    if node.kind == "stream":
        data = b64encode(text.encode("utf-8", "surrogatepass")).decode()
        return "kinesis:PutRecord", {"StreamARN": node.arn, "PartitionKey": key[:256] or PROGRAM, "Data": data}
    if node.kind == "delivery-stream":
        data = b64encode(text.encode("utf-8", "surrogatepass")).decode()
        return "firehose:PutRecord", {"DeliveryStreamName": node.name, "Record": {"Data": data}}
    if isinstance(node.config, ApiConfig):
        method, path = usual_request(node.config)
        body: Json = {} if method in WITHOUT_BODY else {"Body": text}
        headers = usual_headers(node.config)
        if headers:
            body["Headers"] = headers
        return "apigateway:Request", {"TargetArn": node.arn, "Method": method, "Path": path, **body}
    if node.kind == "table":
        return "dynamodb:PutItem", {"TableName": node.name, "Item": item_of(node.config, text, key)}
    if isinstance(node.config, DatabaseConfig):
        return statement_for(node, node.config, text, operation)
    if isinstance(node.config, GraphqlConfig):
        return "appsync:Request", {"TargetArn": node.arn, **graphql_request(node.config, text)}
    if isinstance(node.config, TaskDefinitionConfig):
        return "ecs:RunTask", {"taskDefinition": node.arn, "overrides": overrides_for(node.config.container, text)}
    if node.kind == "bus":
        return "events:PutEvents", {"Entries": [{**_entry(text, key, detail_type), "EventBusName": node.arn}]}
    kind = "Event" if operation == INVOKE_ASYNC else "RequestResponse"
    return "lambda:Invoke", {"FunctionName": node.arn, "InvocationType": kind, "Payload": text}


def _answer(text: str, operation: str) -> Json:
    """The token is the first member whose name ends in "token", however deep; the text itself is the output."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    token, waiting = "", [given]
    while waiting and not token:
        here = waiting.pop(0)
        members = here.items() if isinstance(here, dict) else ()
        token = next((said for name, said in members if name.lower().endswith(TOKEN) and isinstance(said, str)), "")
        waiting += here.values() if isinstance(here, dict) else here if isinstance(here, list) else ()
    more = {"output": text if given is not None else json.dumps(text)} if operation == ANSWERS[0] else {}
    return {"taskToken": token, **more}


SQL = re.compile(
    r"\s*(select|insert|update|delete|with|call|create|alter|drop|truncate|begin|commit|set|show)\b", re.IGNORECASE
)
INSERT = "INSERT INTO records (body) VALUES (:body)"


def statement_for(node: CompiledNode, config: DatabaseConfig, text: str, operation: str) -> tuple[str, Json]:
    """A text as a statement: as it is where it is SQL, else the body of an INSERT. By the Data API where the cluster has it, unless a
    connection is asked for.
    """
    sql, values = (text, {}) if SQL.match(text) else (INSERT, {"body": text})
    if config.data_api and operation != "rds:Query":
        given = [{"name": name, "value": {"stringValue": value}} for name, value in values.items()]
        params = {"resourceArn": node.arn, "secretArn": f"{node.arn}:secret", "sql": sql}
        return "rds-data:ExecuteStatement", {**params, **({"parameters": given} if given else {})}
    return "rds:Query", {"TargetArn": node.arn, "Sql": sql, **({"Parameters": values} if values else {})}


def graphql_request(config: GraphqlConfig, text: str) -> Json:
    """A text as a GraphQL request: as it is, or as JSON with `query`; another JSON object gives its members to the API's usual one."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        return {"Query": text}
    if isinstance(given.get("query"), str):
        found = {
            "Query": given["query"],
            "Variables": given.get("variables"),
            "OperationName": given.get("operationName"),
        }
        return {name: value for name, value in found.items() if value is not None}
    query, usual = usual_query(config.schema, tuple((each.type, each.field) for each in config.resolvers))
    variables: Json = json.loads(usual)
    return {"Query": query, "Variables": {name: given.get(name, value) for name, value in variables.items()}}


def overrides_for(container: str, text: str) -> Json:
    """The overrides of a task that get a text: it is the container's variable PAYLOAD."""
    return {"containerOverrides": [{"name": container, "environment": [{"name": "PAYLOAD", "value": text}]}]}


def _entry(text: str, key: str, detail_type: str) -> Json:
    """An entry of PutEvents: the text as it is, if it is one; else it is the detail of an event of the program's."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if isinstance(given, dict) and "Detail" in given:
        detail = given["Detail"]
        return {**given, "Detail": detail if isinstance(detail, str) else json.dumps(detail)}
    detail = text if isinstance(given, dict) else json.dumps({"message": text})
    return {"Source": key.partition("/")[0] or PROGRAM, "DetailType": detail_type or DETAIL_TYPE, "Detail": detail}


def _fifo(node: CompiledNode, text: str, key: str) -> Json:
    if not isinstance(node.config, QueueConfig | TopicConfig) or not node.config.fifo:
        return {}
    unique = sha256(f"{key}\n{text}".encode(errors="replace")).hexdigest()
    return {"MessageGroupId": key.partition("/")[0][:128], "MessageDeduplicationId": unique}
