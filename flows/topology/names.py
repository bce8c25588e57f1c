"""Physical names, ARNs and URLs: what a resource is called once it exists.

CloudFormation adds random letters to the names it makes up. We take the logical id as it is, so that a page, a trace and
a template speak of the same thing; only where AWS insists (lower-case buckets, `.fifo`) the name is bent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.topology.types import NODE_TYPES, SAM_TYPES
from flows.topology.words import is_yes

FIFO = {"AWS::SQS::Queue": "FifoQueue", "AWS::SNS::Topic": "FifoTopic"}
"""Where a name that is made up ends in `.fifo`."""


def physical_name(type_: str, logical_id: str, properties: Mapping[str, Any]) -> str:
    type_ = SAM_TYPES.get(type_, type_)
    row = NODE_TYPES.get(type_)
    given = properties.get(row.name) if row is not None and row.name else None
    if isinstance(given, str) and given:
        return given
    if is_yes(properties.get(FIFO.get(type_, ""))):
        return f"{logical_id}.fifo"
    if type_ == "AWS::S3::Bucket":
        return logical_id.lower()
    return logical_id


def in_arn(type_: str, name: str, properties: Mapping[str, Any]) -> str:
    """The name as its ARN has it: a rule of another bus than the default one is named after its bus, too."""
    bus = properties.get("EventBusName")
    if type_ != "AWS::Events::Rule" or not isinstance(bus, str):
        return name
    bus = bus.rpartition("event-bus/")[2]
    return name if bus in ("", "default") else f"{bus}/{name}"


def arn(type_: str, name: str, region: str, account: str) -> str:
    row = NODE_TYPES.get(SAM_TYPES.get(type_, type_))
    if row is None or not row.arn:
        return f"arn:aws:stub:{region}:{account}:{name}"
    return row.arn.format(region=region, account=account, name=name)


def url(type_: str, name: str, region: str, account: str) -> str:
    return f"https://sqs.{region}.amazonaws.com/{account}/{name}" if type_ == "AWS::SQS::Queue" else ""


def bare_arn(value: str) -> str:
    """An ARN without what points inside the resource: a function's version, a table's stream, a bucket's keys, an API's routes."""
    parts = value.split(":")
    if len(parts) < 6 or parts[0] != "arn":
        return value
    service = parts[2]
    if service == "kinesis" and "/consumer/" in value:
        return value.split("/consumer/", 1)[0]
    if service == "states" and len(parts) > 7 and parts[5] == "stateMachine":
        return ":".join(parts[:7])
    if service == "lambda" and len(parts) > 7 and parts[5] == "function":
        return ":".join(parts[:7])
    if service == "dynamodb" and parts[5].startswith("table/"):
        return ":".join([*parts[:5], "/".join(parts[5].split("/")[:2])])
    if service == "execute-api":
        return f"arn:aws:apigateway:{parts[3]}::/restapis/{parts[5].split('/')[0]}"
    if service == "s3":
        return ":".join(parts[:6]).split("/")[0]
    return value
