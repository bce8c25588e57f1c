"""Data sources: from what a resolver asks for to an operation, and from its answer to the resolver's result.

Each kind takes requests in AppSync's own words: `{"operation": "GetItem", "key": …}` for a table, `{"operation": "Invoke", "payload":
…}` for a function. Sources: "Resolver mapping template reference" for each kind of data source (AppSync's developer guide).
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

from flows.services.appsync.config import DATABASE, DYNAMODB, EVENTS, HTTP, LAMBDA, NONE, SourceConfig
from flows.services.appsync.statements import MOST, WRONG_NUMBER, statements_of
from flows.services.appsync.util import ResolverError
from flows.services.plain_items import plain_of
from flows.services.ports import Answer, Json

if TYPE_CHECKING:
    from flows.services.world import World

INVOKE, BATCH_INVOKE = "Invoke", "BatchInvoke"
RESULT = "result"
HTTP_SERVICES = {
    "states": "states",
    "events": "events",
    "sqs": "sqs",
    "sns": "sns",
    "dynamodb": "dynamodb",
    "lambda": "lambda",
}
TARGET = "x-amz-target"


@dataclass(frozen=True, slots=True)
class Call:
    """An operation to make; without a service the result is there already. `batch`: functions are asked for several at a time."""

    service: str = ""
    operation: str = ""
    params: Any = None
    result: Any = None
    batch: bool = False
    asked: str = ""
    """What the resolver asked a table for: its answer is read accordingly."""
    direct: bool = False
    rest: tuple[Json, ...] = ()
    done: tuple[Json, ...] = ()
    """Of several statements: what comes next, and what those before answered."""


def call_of(world: World, source: SourceConfig | None, value: Any) -> Call:
    """The call that a request says. Raises ResolverError."""
    if source is None or source.kind == NONE:
        return Call(result=value.get("payload") if isinstance(value, dict) else None)
    if source.kind == LAMBDA:
        return _function(source, value)
    if not isinstance(value, dict):
        raise ResolverError("The request is no JSON object.", "MappingTemplate")
    if source.kind == DYNAMODB:
        return _table(world, source, value)
    if source.kind == EVENTS:
        return _bus(source, value)
    if source.kind == HTTP:
        return _http(source, value)
    if source.kind == DATABASE:
        return _database(source, value)
    raise ResolverError(f"Data sources of type {source.kind} are not simulated.", "Playground.NotSimulated")


def direct(source: SourceConfig, context: Json, *, batch: bool) -> Call:
    """A resolver without templates hands a function the whole context."""
    names = ("arguments", "identity", "source", "request", "prev", "info", "stash")
    return Call(
        "lambda", INVOKE, {name: context.get(name) for name in names}, batch=batch, asked=source.arn, direct=True
    )


def _function(source: SourceConfig, value: Any) -> Call:
    operation = value.get("operation", INVOKE) if isinstance(value, dict) else INVOKE
    if operation not in (INVOKE, BATCH_INVOKE):
        raise ResolverError(f"Unsupported operation {operation}.", "MappingTemplate")
    payload = value.get("payload") if isinstance(value, dict) else value
    return Call("lambda", INVOKE, payload, batch=operation == BATCH_INVOKE, asked=source.arn)


def function_params(arn: str, payload: Any) -> Json:
    return {"FunctionName": arn, "Payload": json.dumps(payload, separators=(",", ":"), default=str)}


def function_result(answer: Answer, *, direct_call: bool) -> Any:
    """What the function returned. Raises ResolverError."""
    if answer.refusal is not None:
        raise ResolverError(answer.refusal.message, f"Lambda:{answer.refusal.code}")
    output = answer.output or {}
    try:
        said = json.loads(output.get("Payload") or "null")
    except (ValueError, RecursionError):
        said = output.get("Payload")
    if "FunctionError" in output:
        message = said.get("errorMessage") if isinstance(said, dict) else said
        kind = "Lambda:Unhandled" if direct_call or not isinstance(said, dict) else said.get("errorType")
        raise ResolverError(str(message), str(kind or "Lambda:Unhandled"), None if direct_call else said)
    return said


# ── tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _table(world: World, source: SourceConfig, given: Json) -> Call:
    operation = str(given.get("operation"))
    build = TABLE_OPERATIONS.get(operation)
    if build is None:
        raise ResolverError(f"Unsupported operation '{operation}'.", "MappingTemplate")
    name = world.topology.nodes[source.target].name if source.target >= 0 else source.arn
    params = {"TableName": name, **build(given)}
    return Call(
        "dynamodb", operation, {key: value for key, value in params.items() if value is not None}, asked=operation
    )


def _wire(values: Any) -> Json:
    """DynamoDB's API has numbers as texts, and NULL as true."""
    return {name: _value(each) for name, each in values.items()} if isinstance(values, dict) else {}


def _value(given: Any) -> Any:
    if not isinstance(given, dict) or len(given) != 1:
        return given
    ((kind, value),) = given.items()
    if kind == "N":
        return {"N": value if isinstance(value, str) else json.dumps(value)}
    if kind == "NS" and isinstance(value, list):
        return {"NS": [each if isinstance(each, str) else json.dumps(each) for each in value]}
    if kind == "NULL":
        return {"NULL": True}
    if kind == "L" and isinstance(value, list):
        return {"L": [_value(each) for each in value]}
    return {"M": _wire(value)} if kind == "M" else given


def _expression(given: Any, name: str) -> Json:
    if not isinstance(given, dict) or not given.get("expression"):
        return {}
    found: Json = {name: given["expression"]}
    if given.get("expressionNames"):
        found["ExpressionAttributeNames"] = given["expressionNames"]
    if given.get("expressionValues"):
        found["ExpressionAttributeValues"] = _wire(given["expressionValues"])
    return found


def _merged(*parts: Json) -> Json:
    """Several expressions have their names and values in one place."""
    found: Json = {}
    for part in parts:
        for name, value in part.items():
            found[name] = {**found[name], **value} if isinstance(found.get(name), dict) else value
    return found


def _put(given: Json) -> Json:
    item = {**_wire(given.get("attributeValues")), **_wire(given.get("key"))}
    return {"Item": item, **_expression(given.get("condition"), "ConditionExpression")}


def _update(given: Json) -> Json:
    expressions = _merged(
        _expression(given.get("update"), "UpdateExpression"), _expression(given.get("condition"), "ConditionExpression")
    )
    return {"Key": _wire(given.get("key")), "ReturnValues": "ALL_NEW", **expressions}


def _delete(given: Json) -> Json:
    condition = _expression(given.get("condition"), "ConditionExpression")
    return {"Key": _wire(given.get("key")), "ReturnValues": "ALL_OLD", **condition}


def _many(given: Json) -> Json:
    parts = _merged(
        _expression(given.get("query"), "KeyConditionExpression"), _expression(given.get("filter"), "FilterExpression")
    )
    token = given.get("nextToken")
    start = _token(token) if isinstance(token, str) and token else None
    return {
        "IndexName": given.get("index"),
        "Limit": given.get("limit"),
        "ConsistentRead": given.get("consistentRead"),
        "ExclusiveStartKey": start,
        **({"ScanIndexForward": given["scanIndexForward"]} if "scanIndexForward" in given else {}),
        **parts,
    }


def _token(text: str) -> Any:
    try:
        return json.loads(base64.b64decode(text, validate=True))
    except (ValueError, RecursionError):
        raise ResolverError("Invalid pagination token given.", "MappingTemplate") from None


TABLE_OPERATIONS = {
    "GetItem": lambda given: {"Key": _wire(given.get("key")), "ConsistentRead": given.get("consistentRead")},
    "PutItem": _put,
    "UpdateItem": _update,
    "DeleteItem": _delete,
    "Query": _many,
    "Scan": _many,
}


def _table_result(asked: str, params: Json, answer: Answer) -> Any:
    if answer.refusal is not None:
        raise ResolverError(answer.refusal.message, f"DynamoDB:{answer.refusal.code}")
    output = answer.output or {}
    if asked == "PutItem":
        return plain_of(params["Item"])
    if asked in ("Query", "Scan"):
        last = output.get("LastEvaluatedKey")
        token = base64.b64encode(json.dumps(last).encode()).decode() if last else None
        items = [plain_of(item) for item in output.get("Items") or ()]
        return {"items": items, "nextToken": token, "scannedCount": output.get("ScannedCount", len(items))}
    item = output.get("Item") or output.get("Attributes")
    return None if item is None else plain_of(item)


# ── the others ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _bus(source: SourceConfig, given: Json) -> Call:
    entries = [
        {
            "EventBusName": source.arn or "default",
            "Source": event.get("source"),
            "DetailType": event.get("detailType"),
            "Detail": event["detail"]
            if isinstance(event.get("detail"), str)
            else json.dumps(event.get("detail") or {}),
            **({"Resources": event["resources"]} if event.get("resources") else {}),
        }
        for event in given.get("events") or ()
        if isinstance(event, dict)
    ]
    if given.get("operation") != "PutEvents" or not entries:
        raise ResolverError("The request must be PutEvents with events.", "MappingTemplate")
    return Call("events", "PutEvents", {"Entries": entries})


def _http(source: SourceConfig, given: Json) -> Call:
    """AWS's own endpoints are asked for what the target header names; nobody answers for others, with 200 and nothing."""
    params = given.get("params") if isinstance(given.get("params"), dict) else {}
    headers = {str(name).lower(): value for name, value in ((params or {}).get("headers") or {}).items()}
    service = HTTP_SERVICES.get((urlparse(source.endpoint).hostname or "").partition(".")[0])
    operation = str(headers.get(TARGET) or "").rpartition(".")[2]
    body = (params or {}).get("body")
    try:
        wanted = json.loads(body) if isinstance(body, str) else body
    except (ValueError, RecursionError):
        wanted = None
    if service is None or not operation or not isinstance(wanted, dict):
        return Call(result={"statusCode": 200, "body": "", "headers": {}})
    return Call(service, operation, wanted, asked=HTTP)


def _database(source: SourceConfig, given: Json) -> Call:
    statements = statements_of(given)
    if not 0 < len(statements) <= MOST:
        raise ResolverError(WRONG_NUMBER, "MappingTemplate")
    first, *rest = statements
    params = {
        "resourceArn": source.arn,
        "secretArn": source.secret or f"{source.arn}:secret",
        **first,
        "includeResultMetadata": True,
        **({"database": source.database} if source.database else {}),
    }
    return Call("rds-data", "ExecuteStatement", params, asked=DATABASE, rest=tuple(rest))


def next_call(call: Call, answer: Answer) -> Call | None:
    """The statement after the one that went well; None where there is none."""
    if not call.rest or answer.refusal is not None:
        return None
    done = (*call.done, answer.output or {})
    return replace(call, params={**call.params, **call.rest[0]}, rest=call.rest[1:], done=done)


def result_of(call: Call, answer: Answer) -> Any:
    """The result that the resolver sees. Raises ResolverError."""
    if call.service == "lambda" and call.asked != HTTP:
        return function_result(answer, direct_call=call.direct)
    if call.service == "dynamodb" and call.asked != HTTP:
        return _table_result(call.asked, call.params, answer)
    if call.asked == HTTP:
        if answer.refusal is not None:
            said = {"__type": answer.refusal.code, "message": answer.refusal.message}
            return {"statusCode": answer.refusal.status, "body": json.dumps(said), "headers": {}}
        return {"statusCode": 200, "body": json.dumps(answer.output or {}, default=str), "headers": {}}
    if answer.refusal is not None:
        raise ResolverError(answer.refusal.message, answer.refusal.code)
    output = answer.output or {}
    return json.dumps({"sqlStatementResults": [*call.done, output]}) if call.asked == DATABASE else output
