"""What Ref and GetAtt answer: a parameter's value, a resource's name, URL, ARN or attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.importers.report import MISSING
from flows.topology import names
from flows.topology.types import NODE_TYPES, SAM_TYPES

if TYPE_CHECKING:
    from flows.importers.resolver import Path, Resolver

STREAM = "/stream/2026-01-01T00:00:00.000"
QUALIFIED = {
    "AWS::Lambda::Alias": ("FunctionName", "AWS::Lambda::Function", ":", "Name"),
    "AWS::Lambda::Version": ("FunctionName", "AWS::Lambda::Function", ":", ""),
    "AWS::StepFunctions::StateMachineAlias": ("StateMachineArn", "AWS::StepFunctions::StateMachine", ":", "Name"),
    "AWS::StepFunctions::StateMachineVersion": ("StateMachineArn", "AWS::StepFunctions::StateMachine", ":", ""),
    "AWS::Kinesis::StreamConsumer": ("StreamARN", "AWS::Kinesis::Stream", "/consumer/", "ConsumerName"),
}
"""Types that are a resource under another name: (the property that says of what, its type, what comes between, name)."""
NESTED = {"AWS::CloudFormation::Stack", "AWS::Serverless::Application"}


def reference(resolver: Resolver, name: Any, path: Path) -> Any:
    if not isinstance(name, str):
        resolver.note(path, MISSING, "Ref is not written as CloudFormation expects it.")
        return ""
    if name in resolver.pseudo:
        return resolver.pseudo[name]
    if name in resolver.parameters:
        return resolver.resolve(resolver.parameters[name], path)
    if name in resolver.resources:
        return _ref(resolver, name)
    owner = _owner(resolver, name)
    if owner is not None:
        return resolver.arn(owner) if name.endswith((".Alias", ".Version")) else name
    resolver.note(path, MISSING, f"Nothing in the template is named {name[:80]}.")
    return name


def get_attribute(resolver: Resolver, id_: str, attribute: str, path: Path) -> Any:
    if id_ not in resolver.resources:
        if _owner(resolver, id_) is None:
            resolver.note(path, MISSING, f"Nothing in the template is named {id_[:80]}.")
        return f"arn:aws:iam::{resolver.account}:role/{id_}" if id_.endswith("Role") else f"{id_}.{attribute}"
    type_ = _type(resolver, id_)
    if type_ in QUALIFIED:
        return "1" if attribute == "Version" else _qualified(resolver, id_)
    if type_ in NESTED and attribute.startswith("Outputs."):
        return _output(resolver, id_, attribute.removeprefix("Outputs."), path)
    if attribute == "StreamArn":
        return resolver.arn(id_) + STREAM
    if attribute == "QueueUrl":
        return resolver.url(id_)
    if attribute.endswith("Name") and "." not in attribute:
        return resolver.name(id_)
    if type_ == "AWS::IAM::Role" and attribute == "Arn":
        return f"arn:aws:iam::{resolver.account}:role/{resolver.full(id_)}"
    if attribute.lower().endswith("arn") or attribute in {"Version", "Alias"}:
        return (
            resolver.arn(id_)
            if type_ in NODE_TYPES or type_ in SAM_TYPES
            else f"arn:aws:{_service(type_)}:{resolver.region}:{resolver.account}:{resolver.full(id_)}"
        )
    if type_ in NODE_TYPES or type_ in SAM_TYPES:
        return resolver.name(id_)
    return f"{id_}.{attribute}"


def _ref(resolver: Resolver, id_: str) -> str:
    type_ = _type(resolver, id_)
    row = NODE_TYPES.get(SAM_TYPES.get(type_, type_))
    if type_ in QUALIFIED:
        return _qualified(resolver, id_)
    if row is None:
        return resolver.full(id_)
    if row.ref == "url":
        return resolver.url(id_)
    return resolver.arn(id_) if row.ref == "arn" else resolver.name(id_)


def _qualified(resolver: Resolver, id_: str) -> str:
    """The ARN of a version, alias or consumer: that of what it belongs to, with a tail."""
    property_, type_, tail, name = QUALIFIED[_type(resolver, id_)]
    given = resolver.properties(id_, property_, name)
    owner = given.get(property_)
    text = owner if isinstance(owner, str) else id_
    whole = text if text.startswith("arn:") else names.arn(type_, text, resolver.region, resolver.account)
    return whole + tail + str(given.get(name) or 1)


def _output(resolver: Resolver, id_: str, name: str, path: Path) -> Any:
    outputs = resolver.outputs(id_)
    if outputs is not None and name in outputs:
        return outputs[name]
    resolver.stood_in(path, f"{name} is an output of the nested stack {id_}; a stub stands in for it.")
    return resolver.stubs.output(id_, name)


def _owner(resolver: Resolver, name: str) -> str | None:
    """The resource that SAM makes `name` for: a function's role, version or alias, an API's stage, an event's rule."""
    if name in {
        "ServerlessRestApi",
        "ServerlessHttpApi",
        "ServerlessRestApiProdStage",
        "ServerlessHttpApiApiGatewayDefaultStage",
    }:
        return name
    for length in range(len(name) - 1, 0, -1):
        if name[:length] in resolver.resources:
            return name[:length]
    return None


def _type(resolver: Resolver, id_: str) -> str:
    resource = resolver.resources[id_]
    found = resource.get("Type") if isinstance(resource, dict) else None
    return found if isinstance(found, str) else ""


def _service(type_: str) -> str:
    parts = type_.split("::")
    return parts[1].lower() if len(parts) > 1 else "unknown"
