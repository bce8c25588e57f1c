"""What the shape of a request must be, as tables: AWS refuses what is not so before any operation looks at it.

`REQUIRED` says which members an operation cannot do without; `CONSTRAINTS` what a member must be wherever it occurs, nested ones
by their path. All that is wrong is said at once, in AWS's words ("2 validation errors detected: …"). A member of the wrong type
cannot be read at all (SerializationException). The ranges are those of AWS's own service model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flows.services.lambda_.quotas import QUOTAS
from flows.services.ports import Answer, Caller, Json, Operation, Pending, Refusal, Run
from flows.services.world import World

NAME = r"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_.]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"
QUALIFIER = r"(\$LATEST|[a-zA-Z0-9-_]+)"
ALIAS = r"(?!^[0-9]+$)([a-zA-Z0-9-_]+)"
ARN = r"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-\d)?:(\d{12})?:(.*)"
ROLE = r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"


@dataclass(frozen=True, slots=True)
class Must:
    """Of this type; a number from `low` to `high`, a text or list of that length; one of `values`; all of `pattern`."""

    type: type
    low: int | None = None
    high: int | None = None
    values: tuple[str, ...] = ()
    pattern: str = ""


CONSTRAINTS: dict[str, Must] = {
    "FunctionName": Must(str, 1, 256, pattern=NAME),
    "Qualifier": Must(str, 1, 128, pattern=QUALIFIER),
    "Name": Must(str, 1, 128, pattern=ALIAS),
    "FunctionVersion": Must(str, 1, 1024, pattern=r"(\$LATEST|[0-9]+|ALL)"),
    "Role": Must(str, 0, 10_000, pattern=ROLE),
    "Handler": Must(str, 0, 128, pattern=r"[^\s]+"),
    "Runtime": Must(str, 1, 100),
    "Code": Must(dict),
    "Description": Must(str, 0, 256),
    "Timeout": Must(int, 1, QUOTAS.timeout_s),
    "MemorySize": Must(int, QUOTAS.smallest_memory_mb, QUOTAS.largest_memory_mb),
    "Publish": Must(bool),
    "PackageType": Must(str, values=("Zip", "Image")),
    "DeadLetterConfig": Must(dict),
    "DeadLetterConfig.TargetArn": Must(str, pattern=f"({ARN})|()"),
    "Environment": Must(dict),
    "Environment.Variables": Must(dict),
    "Tags": Must(dict),
    "TagKeys": Must(list),
    "Resource": Must(str, 1, 256),
    "Layers": Must(list),
    "Architectures": Must(list, 1, 1),
    "EphemeralStorage": Must(dict),
    "TracingConfig": Must(dict),
    "VpcConfig": Must(dict),
    "LoggingConfig": Must(dict),
    "SnapStart": Must(dict),
    "ReservedConcurrentExecutions": Must(int, 0),
    "ProvisionedConcurrentExecutions": Must(int, 1),
    "ConcurrentExecutions": Must(int, 1, 1_000_000),
    "RoutingConfig": Must(dict),
    "RoutingConfig.AdditionalVersionWeights": Must(dict),
    "MaximumRetryAttempts": Must(int, 0, QUOTAS.retry_attempts),
    "MaximumEventAgeInSeconds": Must(int, QUOTAS.shortest_event_age_s, QUOTAS.longest_event_age_s),
    "DestinationConfig": Must(dict),
    "DestinationConfig.OnSuccess": Must(dict),
    "DestinationConfig.OnFailure": Must(dict),
    "DestinationConfig.OnSuccess.Destination": Must(str, 0, 350, pattern=f"({ARN})|()"),
    "DestinationConfig.OnFailure.Destination": Must(str, 0, 350, pattern=f"({ARN})|()"),
    "EventSourceArn": Must(str, 0, 10_000, pattern=ARN),
    "UUID": Must(str, 1, 256),
    "Enabled": Must(bool),
    "BatchSize": Must(int, 1, QUOTAS.batch),
    "MaximumBatchingWindowInSeconds": Must(int, 0, QUOTAS.batching_window_s),
    "FilterCriteria": Must(dict),
    "FunctionResponseTypes": Must(list, 0, 1, values=("ReportBatchItemFailures",)),
    "ScalingConfig": Must(dict),
    "ScalingConfig.MaximumConcurrency": Must(
        int, QUOTAS.smallest_maximum_concurrency, QUOTAS.largest_maximum_concurrency
    ),
    "StartingPosition": Must(str, values=("TRIM_HORIZON", "LATEST", "AT_TIMESTAMP")),
    "ParallelizationFactor": Must(int, 1, QUOTAS.parallelization),
    "MaximumRecordAgeInSeconds": Must(int, -1, QUOTAS.longest_record_age_s),
    "TumblingWindowInSeconds": Must(int, 0, QUOTAS.longest_window_s),
    "BisectBatchOnFunctionError": Must(bool),
    "AuthType": Must(str, values=("NONE", "AWS_IAM")),
    "InvokeMode": Must(str, values=("BUFFERED", "RESPONSE_STREAM")),
    "Cors": Must(dict),
    "RecursiveLoop": Must(str, values=("Allow", "Terminate")),
    "InvocationType": Must(str, values=("Event", "RequestResponse", "DryRun")),
    "LogType": Must(str, values=("None", "Tail")),
    "StatementId": Must(str, 1, 100, pattern=r"([a-zA-Z0-9-_]+)"),
    "Action": Must(str, pattern=r"(lambda:[*]|lambda:[a-zA-Z]+|[*])"),
    "Principal": Must(str, pattern=r"[^\s]+"),
    "SourceArn": Must(str, pattern=ARN),
    "SourceAccount": Must(str, 0, 12, pattern=r"\d{12}"),
    "MaxItems": Must(int, 1, 10_000),
    "Marker": Must(str),
}

OF_MAPPINGS = {"MaximumRetryAttempts": Must(int, -1, QUOTAS.most_stream_retries)}
"""What a member must be in requests about event source mappings, where that is something else."""
MAPPINGS = "EventSourceMapping"

_FUNCTION, _UUID = ("FunctionName",), ("UUID",)
REQUIRED: dict[str, tuple[str, ...]] = {
    "CreateFunction": ("FunctionName", "Role", "Code"),
    "CreateEventSourceMapping": _FUNCTION,
    "GetEventSourceMapping": _UUID,
    "UpdateEventSourceMapping": _UUID,
    "DeleteEventSourceMapping": _UUID,
    "PutFunctionConcurrency": ("FunctionName", "ReservedConcurrentExecutions"),
    "PutProvisionedConcurrencyConfig": ("FunctionName", "Qualifier", "ProvisionedConcurrentExecutions"),
    "GetProvisionedConcurrencyConfig": ("FunctionName", "Qualifier"),
    "DeleteProvisionedConcurrencyConfig": ("FunctionName", "Qualifier"),
    "CreateAlias": ("FunctionName", "Name", "FunctionVersion"),
    "UpdateAlias": ("FunctionName", "Name"),
    "GetAlias": ("FunctionName", "Name"),
    "DeleteAlias": ("FunctionName", "Name"),
    "CreateFunctionUrlConfig": ("FunctionName", "AuthType"),
    "PutFunctionRecursionConfig": ("FunctionName", "RecursiveLoop"),
    "AddPermission": ("FunctionName", "StatementId", "Action", "Principal"),
    "RemovePermission": ("FunctionName", "StatementId"),
    "TagResource": ("Resource", "Tags"),
    "UntagResource": ("Resource", "TagKeys"),
    "ListTags": ("Resource",),
    "ListFunctions": (),
    "ListEventSourceMappings": (),
    "GetAccountSettings": (),
    "PutAccountConcurrency": ("ConcurrentExecutions",),
    "InvokeFunctionUrl": (),
}
"""Operations that are not here are about a function: they need its name."""


def checked(row: Operation) -> Operation:
    """The row, refusing what is not of its shape."""
    special = OF_MAPPINGS if row.name.endswith(MAPPINGS) else {}
    checks = Checked(REQUIRED.get(row.name, _FUNCTION), row.run, special)
    return Operation(row.name, checks, row.mutates, row.may_wait, row.aws)


@dataclass(frozen=True, slots=True)
class Checked:
    """An operation behind its table."""

    required: tuple[str, ...]
    run: Run
    special: Mapping[str, Must]

    def __call__(self, world: World, caller: Caller, params: Json) -> Answer | Pending:
        refusal = wrong_shape(params, self.required, self.special)
        return self.run(world, caller, params) if refusal is None else Answer(refusal=refusal)


def wrong_shape(params: Json, required: tuple[str, ...], special: Mapping[str, Must]) -> Refusal | None:
    """All that is wrong with a request's members."""
    found = [
        f"Value null at '{_member(name)}' failed to satisfy constraint: Member must not be null"
        for name in required
        if params.get(name) is None
    ]
    for path, value in _members(params, ""):
        must = special.get(path) or CONSTRAINTS.get(path)
        if must is None:
            continue
        if not isinstance(value, must.type) or (must.type is int and isinstance(value, bool)):
            if must.type is bool and value in ("true", "false"):
                continue
            return Refusal("SerializationException", f"{path} must be {WORDS[must.type]}.")
        found.extend(
            f"Value '{_shown(value)}' at '{_member(path)}' failed to satisfy constraint: {said}"
            for said in _broken(value, must)
        )
    if not found:
        return None
    count = f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected: "
    return Refusal("ValidationException", count + "; ".join(found))


WORDS: dict[type, str] = {str: "a text", int: "an integer", bool: "true or false", list: "a list", dict: "an object"}


def _members(params: Json, prefix: str) -> Iterator[tuple[str, object]]:
    for name, value in params.items():
        if value is None:
            continue
        path = f"{prefix}{name}"
        yield path, value
        if isinstance(value, dict) and path in CONSTRAINTS and path not in FREE:
            yield from _members(value, f"{path}.")


FREE = {"Tags", "Environment.Variables", "Code", "RoutingConfig.AdditionalVersionWeights"}
"""Objects whose members have names of their own."""


def _broken(value: object, must: Must) -> Iterator[str]:
    measure, words = MEASURES[must.type]
    size = measure(value)
    if must.high is not None and size > must.high:
        yield f"Member must have {words} less than or equal to {must.high}"
    if must.low is not None and size < must.low:
        yield f"Member must have {words} greater than or equal to {must.low}"
    if must.values:
        every = f"[{', '.join(must.values)}]"
        if isinstance(value, list) and not all(each in must.values for each in value):
            yield f"Member must satisfy constraint: [Member must satisfy enum value set: {every}]"
        if isinstance(value, str) and value not in must.values:
            yield f"Member must satisfy enum value set: {every}"
    if must.pattern and isinstance(value, str) and not re.fullmatch(must.pattern, value):
        yield f"Member must satisfy regular expression pattern: {must.pattern}"


def _nothing(_value: object) -> int:
    return 0


MEASURES: dict[type, tuple[Callable[..., int], str]] = {
    int: (int, "value"),
    str: (len, "length"),
    list: (len, "length"),
    bool: (_nothing, ""),
    dict: (_nothing, ""),
}


def _member(path: str) -> str:
    """As AWS writes a member: functionName, scalingConfig.maximumConcurrency; what is all capitals is small."""
    return ".".join(part.lower() if part.isupper() else part[0].lower() + part[1:] for part in path.split("."))


def _shown(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(str(each) for each in value)}]"
    return str(value)
