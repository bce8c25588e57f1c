"""A function's configuration as AWS writes it; and reading one from a request.

What no part of the simulation looks at (runtime, role, environment …) is kept as it was given, under CloudFormation's names, in
`Function.properties`. Code is not run: its digest is that of the behaviour which stands in for it.
"""

from __future__ import annotations

import base64
import binascii
from hashlib import sha256
from typing import TYPE_CHECKING

from flows.engine.identifiers import request_id
from flows.services.dates import iso
from flows.services.lambda_.quotas import QUOTAS, SECOND_US
from flows.services.lambda_.versions import LATEST, Runnable
from flows.services.ports import Json

if TYPE_CHECKING:
    from flows.services.lambda_.function import Function

KEPT = (
    "Description",
    "Handler",
    "Runtime",
    "Role",
    "Environment",
    "PackageType",
    "Architectures",
    "EphemeralStorage",
    "TracingConfig",
    "VpcConfig",
    "LoggingConfig",
    "SnapStart",
    "Layers",
    "KMSKeyArn",
    "ImageConfig",
    "FileSystemConfigs",
    "DeadLetterConfig",
)
"""Members that are kept as they are given."""
NO_TARGET = {"TargetArn": ""}
REVISIONS_FROM = 2**31 + 2**30
"""Numbers of revisions, apart from those of subjects and mappings."""
CREATING = {
    "State": "Pending",
    "StateReason": "The function is being created.",
    "StateReasonCode": "Creating",
}


def kept(params: Json) -> Json:
    """The members of a request that are kept as they are."""
    return {name: params[name] for name in KEPT if params.get(name) is not None}


def role_of(function: Function) -> str:
    """The ARN of the role that the function has."""
    return str(
        function.properties.get("Role") or f"arn:aws:iam::{function.world.topology.account}:role/{function.name}"
    )


def configuration(function: Function, code: Runnable | None = None, qualifier: str = "") -> Json:
    """`FunctionConfiguration`, of the function as it is or of one of its versions."""
    code = code or function
    given: Json = getattr(code, "properties", function.properties)
    environment = function.environment
    region = function.world.topology.region
    runtime = sha256(str(given.get("Runtime")).encode("utf-8", "replace")).hexdigest()
    published = code.number != LATEST
    modified_at = getattr(code, "published_at", function.modified_at)
    named = qualifier or (code.number if published else "")
    answer: Json = {
        "FunctionName": function.name,
        "FunctionArn": f"{function.arn}:{named}" if named else function.arn,
        "Runtime": given.get("Runtime", "python3.12"),
        "Role": given.get("Role") or role_of(function),
        "Handler": given.get("Handler", "index.handler"),
        "CodeSize": _code_size(given),
        "Description": getattr(code, "description", "") or given.get("Description", ""),
        "Timeout": code.timeout_us // SECOND_US,
        "MemorySize": code.memory_mb,
        "LastModified": iso(environment, modified_at).replace("Z", "+0000"),
        "CodeSha256": code.handler.code_hash,
        "Version": code.number,
        "TracingConfig": given.get("TracingConfig", {"Mode": "PassThrough"}),
        "RevisionId": request_id(environment.seed, REVISIONS_FROM + function.node * 4096 + function.revision),
        "PackageType": given.get("PackageType", "Zip"),
        "Architectures": given.get("Architectures", ["x86_64"]),
        "EphemeralStorage": given.get("EphemeralStorage", {"Size": 512}),
        "SnapStart": {"ApplyOn": "None", **given.get("SnapStart", {}), "OptimizationStatus": "Off"},
        "LoggingConfig": {
            "LogFormat": "Text",
            "LogGroup": f"/aws/lambda/{function.name}",
            **given.get("LoggingConfig", {}),
        },
        "RuntimeVersionConfig": {"RuntimeVersionArn": f"arn:aws:lambda:{region}::runtime:{runtime}"},
    }
    for name in ("Environment", "VpcConfig", "Layers", "KMSKeyArn", "DeadLetterConfig"):
        if given.get(name) and given[name] != NO_TARGET:
            answer[name] = _layers(given[name]) if name == "Layers" else given[name]
    return {**answer, **_state(function)}


def _layers(given: object) -> list[Json]:
    return [{"Arn": each, "CodeSize": 0} for each in given] if isinstance(given, list) else []


def _state(function: Function) -> Json:
    now, made = function.environment.now_at, function.created_at
    if function.is_new and now < made + QUOTAS.transition_us:
        return dict(CREATING)
    changing = function.modified_at > made and now < function.modified_at + QUOTAS.transition_us
    if not changing:
        return {"State": "Active", "LastUpdateStatus": "Successful"}
    return {
        "State": "Active",
        "LastUpdateStatus": "InProgress",
        "LastUpdateStatusReason": "The function is being created.",
        "LastUpdateStatusReasonCode": "Creating",
    }


def _code_size(given: Json) -> int:
    """How many bytes of code came with the request, if they did."""
    code = given.get("Code")
    text = code.get("ZipFile") if isinstance(code, dict) else None
    if isinstance(text, bytes):
        return len(text)
    if not isinstance(text, str):
        return 0
    try:
        return len(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return len(text.encode())


def tags_of(given: object) -> Json:
    """Tags as Lambda has them; CloudFormation writes them as a list."""
    if isinstance(given, dict):
        return dict(given)
    rows = given if isinstance(given, list) else []
    return {str(row["Key"]): str(row.get("Value", "")) for row in rows if isinstance(row, dict) and "Key" in row}
