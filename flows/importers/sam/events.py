"""The `Events` of SAM functions and state machines: each becomes the resource that SAM would make of it.

SQS, Kinesis, DynamoDB …  → AWS::Lambda::EventSourceMapping      <Function><Event>
SNS                       → AWS::SNS::Subscription               <Function><Event>
EventBridgeRule, Schedule → AWS::Events::Rule                    <Function><Event>
ScheduleV2                → AWS::Scheduler::Schedule             <Function><Event>
S3                        → a notification of the bucket
Api, HttpApi              → a route in the API's Body
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from flows.importers.report import IGNORED
from flows.importers.sam.expansion import Expansion, Raw, chosen, listed, published_alias
from flows.topology.links.draft import get
from flows.topology.words import is_no

SOURCES = {
    "Queue": "EventSourceArn",
    "Stream": "EventSourceArn",
    "Broker": "EventSourceArn",
    "Cluster": "EventSourceArn",
}
RULE = ("EventBusName", "ScheduleExpression", "State", "Description", "Name")
FORMAT = {"PayloadFormatVersion": "payloadFormatVersion", "TimeoutInMillis": "timeoutInMillis"}
TARGET = ("Input", "InputPath", "InputTransformer", "RetryPolicy")


def expand_events(raw: Raw, events: Any, expansion: Expansion) -> None:
    for name, event in events.items() if isinstance(events, dict) else ():
        if not isinstance(event, dict):
            continue
        given = event.get("Properties")
        expand = EVENTS.get(str(event.get("Type")))
        if expand is None:
            expansion.note(raw.id, f"Events.{name}", IGNORED, f"Events of type {event.get('Type')} are not drawn.")
        else:
            expand(raw, name, given if isinstance(given, dict) else {}, expansion)


def mapping(raw: Raw, name: str, given: dict[str, Any], expansion: Expansion) -> None:
    properties = {SOURCES.get(key, key): value for key, value in copy.deepcopy(given).items()}
    failures = get(properties, "DestinationConfig", "OnFailure")
    if isinstance(failures, dict):
        failures.pop("Type", None)
    alias = published_alias(raw)
    function = f"{expansion.arn(raw)}:{alias}" if alias else expansion.arn(raw)
    expansion.add(raw.id + name, "AWS::Lambda::EventSourceMapping", {**properties, "FunctionName": function}, raw, name)


def subscription(raw: Raw, name: str, given: dict[str, Any], expansion: Expansion) -> None:
    properties = {"TopicArn": given.get("Topic"), **chosen(given, "FilterPolicy", "FilterPolicyScope", "RedrivePolicy")}
    through = given.get("SqsSubscription")
    if not through or through == "false":
        expansion.add(
            raw.id + name,
            "AWS::SNS::Subscription",
            {**properties, "Protocol": "lambda", "Endpoint": expansion.arn(raw)},
            raw,
            name,
        )
        return
    batch = chosen(through, "BatchSize", "Enabled") if isinstance(through, dict) else {}
    arn = through.get("QueueArn") if isinstance(through, dict) else None
    if arn is None:
        arn = expansion.arn(expansion.add(f"{raw.id}{name}Queue", "AWS::SQS::Queue", {}, raw, name))
    expansion.add(
        raw.id + name, "AWS::SNS::Subscription", {**properties, "Protocol": "sqs", "Endpoint": arn}, raw, name
    )
    expansion.add(
        f"{raw.id}{name}EventSourceMapping",
        "AWS::Lambda::EventSourceMapping",
        {**batch, "EventSourceArn": arn, "FunctionName": expansion.arn(raw)},
        raw,
        name,
    )


def notification(raw: Raw, name: str, given: dict[str, Any], expansion: Expansion) -> None:
    bucket = expansion.find(given.get("Bucket"), "AWS::S3::Bucket")
    if bucket is None:
        expansion.note(raw.id, f"Events.{name}", IGNORED, "The bucket of this event is not in the template.")
        return
    notifications = bucket.properties.setdefault("NotificationConfiguration", {})
    if not isinstance(notifications, dict):
        return
    configurations = notifications.setdefault("LambdaConfigurations", [])
    if not isinstance(configurations, list):
        return
    for event in listed(given.get("Events")):
        configurations.append({"Event": event, "Function": expansion.arn(raw), **chosen(given, "Filter")})


def rule(raw: Raw, name: str, given: dict[str, Any], expansion: Expansion) -> None:
    properties = chosen(given, *RULE)
    if given.get("Pattern") is not None:
        properties["EventPattern"] = given["Pattern"]
    if given.get("Schedule") is not None:
        properties["ScheduleExpression"] = given["Schedule"]
    if is_no(given.get("Enabled")):
        properties["State"] = "DISABLED"
    identity = given.get("Target", {}).get("Id") if isinstance(given.get("Target"), dict) else None
    target = {
        "Arn": expansion.arn(raw),
        "Id": identity or name,
        **chosen(given, *TARGET),
        **_dead_letters(raw, name, given, expansion),
    }
    expansion.add(raw.id + name, "AWS::Events::Rule", {**properties, "Targets": [target]}, raw, name)


def schedule(raw: Raw, name: str, given: dict[str, Any], expansion: Expansion) -> None:
    target = {
        "Arn": expansion.arn(raw),
        **chosen(given, "Input", "RetryPolicy"),
        **_dead_letters(raw, name, given, expansion),
    }
    kept = chosen(
        given,
        "ScheduleExpression",
        "ScheduleExpressionTimezone",
        "FlexibleTimeWindow",
        "State",
        "StartDate",
        "EndDate",
        "GroupName",
        "Name",
    )
    expansion.add(raw.id + name, "AWS::Scheduler::Schedule", {**kept, "Target": target}, raw, name)


def _dead_letters(raw: Raw, name: str, given: dict[str, Any], expansion: Expansion) -> dict[str, Any]:
    config = given.get("DeadLetterConfig")
    if not isinstance(config, dict):
        return {}
    if config.get("Arn") is None and config.get("Type") == "SQS":
        made = config.get("QueueLogicalId")
        queue = expansion.add(
            made if isinstance(made, str) else f"{raw.id}{name}Queue", "AWS::SQS::Queue", {}, raw, name
        )
        return {"DeadLetterConfig": {"Arn": expansion.arn(queue)}}
    return {"DeadLetterConfig": chosen(config, "Arn")}


def rest_route(raw: Raw, name: str, given: dict[str, Any], expansion: Expansion) -> None:
    _route(raw, name, given, expansion, ("RestApiId", "AWS::ApiGateway::RestApi", "ServerlessRestApi"))


def http_route(raw: Raw, name: str, given: dict[str, Any], expansion: Expansion) -> None:
    _route(raw, name, given, expansion, ("ApiId", "AWS::ApiGatewayV2::Api", "ServerlessHttpApi"))


def _route(raw: Raw, name: str, given: dict[str, Any], expansion: Expansion, kind: tuple[str, str, str]) -> None:
    property_, type_, implicit = kind
    named = given.get(property_)
    api = (
        expansion.find(named, type_)
        if named is not None
        else expansion.resources.get(implicit) or expansion.add(implicit, type_, {}, raw)
    )
    if api is None:
        expansion.note(raw.id, f"Events.{name}", IGNORED, "The API of this event is not in the template.")
        return
    body = api.properties.setdefault("Body", {})
    paths = body.setdefault("paths", {}) if isinstance(body, dict) else None
    path, method = str(given.get("Path", "$default")), str(given.get("Method", "any")).lower()
    item = paths.setdefault(path, {}) if isinstance(paths, dict) else None
    operation = (
        item.setdefault("x-amazon-apigateway-any-method" if method in {"any", "*"} else method, {})
        if isinstance(item, dict)
        else None
    )
    if isinstance(operation, dict):
        said = {FORMAT[key]: given[key] for key in FORMAT if key in given}
        operation.setdefault("x-amazon-apigateway-integration", {**_integration(raw, expansion), **said})
        authorizer = (given.get("Auth") or {}).get("Authorizer") if isinstance(given.get("Auth"), dict) else None
        if isinstance(authorizer, str):
            scopes = given["Auth"].get("AuthorizationScopes") or []
            operation.setdefault("security", [] if authorizer == "NONE" else [{authorizer: scopes}])


def _integration(raw: Raw, expansion: Expansion) -> dict[str, Any]:
    arn = expansion.arn(raw)
    if raw.type == "AWS::StepFunctions::StateMachine":
        uri = f"arn:aws:apigateway:{expansion.region}:states:action/StartExecution"
        return {"type": "aws", "uri": uri, "requestTemplates": {"application/json": f'{{"stateMachineArn": "{arn}"}}'}}
    return {
        "type": "aws_proxy",
        "uri": f"arn:aws:apigateway:{expansion.region}:lambda:path/2015-03-31/functions/{arn}/invocations",
    }


EVENTS: dict[str, Callable[[Raw, str, dict[str, Any], Expansion], None]] = {
    "SQS": mapping,
    "Kinesis": mapping,
    "DynamoDB": mapping,
    "MSK": mapping,
    "MQ": mapping,
    "DocumentDB": mapping,
    "SNS": subscription,
    "S3": notification,
    "EventBridgeRule": rule,
    "CloudWatchEvent": rule,
    "Schedule": rule,
    "ScheduleV2": schedule,
    "Api": rest_route,
    "HttpApi": http_route,
}
