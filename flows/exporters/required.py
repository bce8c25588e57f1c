"""Properties that AWS insists on and a drawing may lack: what is written then, by resource type. Pure data, and its use.

Each is told under `Added`, so that an import takes it out again: the playground's own default holds, as before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Made = Callable[[str], Any]
"""From the physical name to the value."""

HANDLER = "def handler(event, context):\n    return event\n"


def constant(value: Any) -> Made:
    return lambda _called: value


REQUIRED: dict[str, tuple[tuple[str, Made], ...]] = {
    "AWS::Events::EventBus": (("Name", lambda called: called),),
    "AWS::Events::ApiDestination": (("HttpMethod", constant("POST")),),
    "AWS::Scheduler::Schedule": (
        ("FlexibleTimeWindow", constant({"Mode": "OFF"})),
        ("ScheduleExpression", constant("rate(1 hour)")),
    ),
    "AWS::Lambda::EventInvokeConfig": (("Qualifier", constant("$LATEST")),),
    "AWS::Lambda::Url": (("AuthType", constant("NONE")),),
    "AWS::SNS::Subscription": (("Protocol", constant("sqs")),),
    "AWS::DynamoDB::Table": (
        ("KeySchema", constant([{"AttributeName": "id", "KeyType": "HASH"}])),
        ("AttributeDefinitions", constant([{"AttributeName": "id", "AttributeType": "S"}])),
    ),
    "AWS::DynamoDB::GlobalTable": (
        ("KeySchema", constant([{"AttributeName": "id", "KeyType": "HASH"}])),
        ("AttributeDefinitions", constant([{"AttributeName": "id", "AttributeType": "S"}])),
        ("Replicas", constant([{"Region": {"Ref": "AWS::Region"}}])),
    ),
    "AWS::RDS::DBCluster": (("Engine", constant("aurora-postgresql")),),
    "AWS::RDS::DBInstance": (("DBInstanceClass", constant("db.serverless")),),
    "AWS::AppSync::GraphQLApi": (("Name", lambda called: called), ("AuthenticationType", constant("API_KEY"))),
    "AWS::AppSync::DataSource": (("Name", lambda called: called),),
    "AWS::ApiGatewayV2::Api": (("Name", lambda called: called), ("ProtocolType", constant("HTTP"))),
    "AWS::ApiGateway::RestApi": (("Name", lambda called: called),),
    "AWS::ApiGateway::Method": (("HttpMethod", constant("ANY")),),
    "AWS::QLDB::Ledger": (("PermissionsMode", constant("STANDARD")),),
    "AWS::StepFunctions::StateMachine": (
        ("Definition", constant({"StartAt": "Nothing", "States": {"Nothing": {"Type": "Pass", "End": True}}})),
    ),
    "AWS::ECS::Service": (
        ("NetworkConfiguration", constant({"AwsvpcConfiguration": {"Subnets": ["subnet-0123456789abcdef0"]}})),
    ),
    "AWS::ECS::TaskDefinition": (
        ("ContainerDefinitions", constant([{"Name": "app", "Image": "public.ecr.aws/docker/library/busybox"}])),
    ),
}

ONDEMAND = ("AWS::DynamoDB::Table", "BillingMode", "ProvisionedThroughput", "PAY_PER_REQUEST")
TARGET_IDS = ("AWS::Events::Rule", "Targets")
INSTEAD = {("AWS::StepFunctions::StateMachine", "Definition"): ("DefinitionString", "DefinitionS3Location")}
"""A property that is not missing where another one says the same."""


def complete(type_: str, called: str, properties: dict[str, Any]) -> list[str]:
    """Write what is missing into the properties; the pointers of what was written."""
    added = []
    for name, make in REQUIRED.get(type_, ()):
        others = INSTEAD.get((type_, name), ())
        if properties.get(name) is None and not any(other in properties for other in others):
            properties[name] = make(called)
            added.append(f"/{name}")
    if type_ == ONDEMAND[0] and ONDEMAND[1] not in properties and ONDEMAND[2] not in properties:
        properties[ONDEMAND[1]] = ONDEMAND[3]
        added.append(f"/{ONDEMAND[1]}")
    targets = properties.get(TARGET_IDS[1]) if type_ == TARGET_IDS[0] else None
    for index, target in enumerate(targets if isinstance(targets, list) else ()):
        if isinstance(target, dict) and "Id" not in target:
            target["Id"] = f"Target{index}"
            added.append(f"/Targets/{index}/Id")
    return added
