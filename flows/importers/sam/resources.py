"""SAM's resources written out as CloudFormation's, one function per type.

What only SAM knows (policies, code, aliases, events) leaves the properties; it is kept under `playground.origin`, so
that an export can write SAM again and the call edges can read the policies.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from flows.importers.sam.events import expand_events
from flows.importers.sam.expansion import Expansion, Raw, chosen, published_alias
from flows.importers.sam.graphql import graphql_api
from flows.topology.types import SAM_TYPES

SAM_ONLY = {
    "AWS::Serverless::Function": (
        "AutoPublishAlias",
        "AutoPublishAliasAllProperties",
        "AutoPublishCodeSha256",
        "CodeUri",
        "Connectors",
        "DeadLetterQueue",
        "DeploymentPreference",
        "EventInvokeConfig",
        "Events",
        "FunctionUrlConfig",
        "ImageUri",
        "InlineCode",
        "PermissionsBoundary",
        "Policies",
        "ProvisionedConcurrencyConfig",
        "VersionDescription",
    ),
    "AWS::Serverless::StateMachine": (
        "DefinitionUri",
        "DefinitionSubstitutions",
        "Events",
        "Policies",
        "Logging",
        "Tracing",
        "Name",
        "Type",
        "Role",
    ),
    "AWS::Serverless::Api": (
        "DefinitionBody",
        "DefinitionUri",
        "StageName",
        "Cors",
        "Auth",
        "GatewayResponses",
        "MethodSettings",
    ),
    "AWS::Serverless::HttpApi": (
        "DefinitionBody",
        "DefinitionUri",
        "StageName",
        "Auth",
        "DefaultRouteSettings",
        "AccessLogSettings",
    ),
    "AWS::Serverless::GraphQLApi": (
        "SchemaInline",
        "SchemaUri",
        "Auth",
        "ApiKeys",
        "DataSources",
        "Functions",
        "Resolvers",
        "DomainName",
        "Cache",
        "Logging",
    ),
    "AWS::Serverless::SimpleTable": ("PrimaryKey", "ProvisionedThroughput", "SSESpecification"),
}


def expand(raw: Raw, expansion: Expansion) -> None:
    """Turn one SAM resource into CloudFormation's, in place, before any events are looked at."""
    sam = raw.type
    if sam not in SAM_TYPES:
        return
    given = raw.properties
    raw.type = SAM_TYPES[sam]
    raw.origin = {"Type": sam, "Properties": chosen(given, *SAM_ONLY.get(sam, ()))}
    raw.properties = {name: value for name, value in given.items() if name not in SAM_ONLY.get(sam, ())}
    write_out = RESOURCES.get(sam)
    if write_out is not None:
        write_out(raw, given, expansion)


def expand_all_events(raw: Raw, expansion: Expansion) -> None:
    shorthand = raw.origin.get("Properties")
    if (
        isinstance(shorthand, dict)
        and "Events" in shorthand
        and raw.type in {"AWS::Lambda::Function", "AWS::StepFunctions::StateMachine"}
    ):
        expand_events(raw, shorthand["Events"], expansion)


def function(raw: Raw, given: dict[str, Any], expansion: Expansion) -> None:
    queue = given.get("DeadLetterQueue")
    if isinstance(queue, dict):
        raw.properties["DeadLetterConfig"] = chosen(queue, "TargetArn")
    if isinstance(given.get("InlineCode"), str):
        raw.properties["Code"] = {"ZipFile": given["InlineCode"]}
    alias = published_alias(raw)
    config = given.get("EventInvokeConfig")
    if isinstance(config, dict):
        made = expansion.add(
            f"{raw.id}EventInvokeConfig",
            "AWS::Lambda::EventInvokeConfig",
            {"FunctionName": expansion.name(raw), "Qualifier": alias or "$LATEST", **copy.deepcopy(config)},
            raw,
        )
        _destinations(raw, made, expansion)
    if alias:
        _publish(raw, given, alias, expansion)
    url = given.get("FunctionUrlConfig")
    if isinstance(url, dict):
        at = {"TargetFunctionArn": expansion.arn(raw), **({"Qualifier": alias} if alias else {})}
        expansion.add(f"{raw.id}Url", "AWS::Lambda::Url", {**at, **url}, raw)


def _publish(raw: Raw, given: dict[str, Any], alias: str, expansion: Expansion) -> None:
    """SAM publishes a version at each deployment, and points the alias at it."""
    name = expansion.name(raw)
    expansion.add(f"{raw.id}Version", "AWS::Lambda::Version", {"FunctionName": name}, raw)
    properties = {"FunctionName": name, "FunctionVersion": "1", "Name": alias}
    provisioned = chosen(given, "ProvisionedConcurrencyConfig")
    expansion.add(f"{raw.id}Alias{alias}", "AWS::Lambda::Alias", {**properties, **provisioned}, raw)


def _destinations(raw: Raw, made: Raw, expansion: Expansion) -> None:
    """SAM makes a destination queue or topic where only a type is given."""
    destinations = made.properties.get("DestinationConfig")
    for name in ("OnSuccess", "OnFailure"):
        given = destinations.get(name) if isinstance(destinations, dict) else None
        if isinstance(given, dict) and given.get("Destination") is None and given.get("Type") in ("SQS", "SNS"):
            type_ = "AWS::SQS::Queue" if given["Type"] == "SQS" else "AWS::SNS::Topic"
            queue = expansion.add(
                f"{raw.id}EventInvokeConfig{name}{'Queue' if given['Type'] == 'SQS' else 'Topic'}", type_, {}, raw
            )
            given["Destination"] = expansion.arn(queue)
        if isinstance(given, dict):
            given.pop("Type", None)


def machine(raw: Raw, given: dict[str, Any], _expansion: Expansion) -> None:
    for sam, cfn in (
        ("Name", "StateMachineName"),
        ("Type", "StateMachineType"),
        ("Role", "RoleArn"),
        ("DefinitionSubstitutions", "DefinitionSubstitutions"),
    ):
        if sam in given:
            raw.properties[cfn] = given[sam]


def api(raw: Raw, given: dict[str, Any], _expansion: Expansion) -> None:
    if isinstance(given.get("DefinitionBody"), dict):
        raw.properties["Body"] = given["DefinitionBody"]
    if "Auth" in given:
        raw.properties["Auth"] = given["Auth"]


def simple_table(raw: Raw, given: dict[str, Any], _expansion: Expansion) -> None:
    """One key, `id` where none is given; on demand where no throughput is given."""
    said = given.get("PrimaryKey")
    key: dict[str, Any] = said if isinstance(said, dict) else {}
    name, letter = key.get("Name", "id"), KEY_TYPES.get(str(key.get("Type")), "S")
    throughput = chosen(given, "ProvisionedThroughput") or {"BillingMode": "PAY_PER_REQUEST"}
    raw.properties |= {
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": letter}],
        "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}],
        **throughput,
    }


KEY_TYPES = {"String": "S", "Number": "N", "Binary": "B"}

RESOURCES: dict[str, Callable[[Raw, dict[str, Any], Expansion], None]] = {
    "AWS::Serverless::Function": function,
    "AWS::Serverless::StateMachine": machine,
    "AWS::Serverless::Api": api,
    "AWS::Serverless::HttpApi": api,
    "AWS::Serverless::GraphQLApi": graphql_api,
    "AWS::Serverless::SimpleTable": simple_table,
}


def connectors(raw: Raw, expansion: Expansion) -> None:
    for name, given in raw.connectors.items():
        properties = given.get("Properties") if isinstance(given, dict) else None
        if isinstance(properties, dict):
            expansion.add(raw.id + name, "AWS::Serverless::Connector", {"Source": {"Id": raw.id}, **properties}, raw)
