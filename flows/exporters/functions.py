"""A function as SAM writes it, with what it may do as policy templates.

`AWS::Serverless::Function` says more in fewer lines: its role is made for it. Where a property has no word in SAM the function stays
CloudFormation's own, with a role beside it.
"""

from __future__ import annotations

from typing import Any

from flows.exporters.references import References
from flows.exporters.required import HANDLER
from flows.topology.catalogue import Resource
from flows.topology.links.draft import Draft, get

SAM = "AWS::Serverless::Function"
ALIKE = frozenset(
    {
        "AssumeRolePolicyDocument",
        "AutoPublishCodeSha256",
        "Architectures",
        "Description",
        "Environment",
        "EphemeralStorage",
        "FileSystemConfigs",
        "FunctionName",
        "Handler",
        "ImageConfig",
        "KmsKeyArn",
        "Layers",
        "LoggingConfig",
        "MemorySize",
        "PackageType",
        "RecursiveLoop",
        "ReservedConcurrentExecutions",
        "PropagateTags",
        "Role",
        "RolePath",
        "Runtime",
        "RuntimeManagementConfig",
        "SnapStart",
        "Timeout",
        "Tracing",
        "VersionDescription",
        "VpcConfig",
    }
)
"""Properties that SAM takes as they are in the document: CloudFormation's, and SAM's own that an import leaves alone."""
KEPT = ("CodeUri", "ImageUri", "InlineCode", "PermissionsBoundary", "Policies", "ProvisionedConcurrencyConfig")
"""What only SAM knows, and no other resource of the document says."""
RUNTIME, HANDLER_NAME = "python3.13", "index.handler"
LETTERS = {"sqs": "SQS", "sns": "SNS"}

MAY: dict[str, tuple[str, str]] = {
    "queue": ("SQSSendMessagePolicy", "QueueName"),
    "topic": ("SNSPublishMessagePolicy", "TopicName"),
    "bus": ("EventBridgePutEventsPolicy", "EventBusName"),
    "table": ("DynamoDBCrudPolicy", "TableName"),
    "bucket": ("S3CrudPolicy", "BucketName"),
    "function": ("LambdaInvokePolicy", "FunctionName"),
    "stream": ("KinesisCrudPolicy", "StreamName"),
    "delivery-stream": ("FirehoseWritePolicy", "DeliveryStreamName"),
    "machine": ("StepFunctionsExecutionPolicy", "StateMachineName"),
}
READS: dict[str, tuple[str, str]] = {
    "queue": ("SQSPollerPolicy", "QueueName"),
    "stream": ("KinesisStreamReadPolicy", "StreamName"),
    "table": ("DynamoDBStreamReadPolicy", "TableName"),
}
SENT = frozenset({"call", "async-dlq", "async-on-success", "async-on-failure", "esm-on-failure"})
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def is_sam(function: Resource) -> bool:
    given = function.properties
    letters = get(dict(given), "DeadLetterConfig", "TargetArn")
    fits = "DeadLetterConfig" not in given or (
        set(given["DeadLetterConfig"]) == {"TargetArn"} and _letters(letters) != ""
    )
    code = given.get("Code")
    plain = code is None or (isinstance(code, dict) and set(code) == {"ZipFile"})
    tags = given.get("Tags", {})
    return fits and plain and isinstance(tags, dict) and set(given) <= {*ALIKE, "DeadLetterConfig", "Code", "Tags"}


def sam_function(
    function: Resource, given: dict[str, Any], drafts: list[Draft], references: References
) -> tuple[dict[str, Any], list[str]]:
    """Its properties in SAM's words, and what was made up."""
    given = dict(given)
    code, letters = given.pop("Code", None), given.pop("DeadLetterConfig", None)
    shorthand = get(function.playground.origin, "Properties")
    kept = {name: shorthand[name] for name in KEPT if name in shorthand} if isinstance(shorthand, dict) else {}
    if code is not None:
        kept = {name: value for name, value in kept.items() if not name.endswith("Uri")} | {
            "InlineCode": code["ZipFile"]
        }
    found: dict[str, Any] = references.value(function.id, {**given, **kept})
    if letters is not None:
        target = references.value(function.id, letters["TargetArn"])
        found["DeadLetterQueue"] = {"Type": _letters(letters["TargetArn"]), "TargetArn": target}
    policies = found.pop("Policies", None)
    if policies is None and "Role" not in found:
        policies = _policies(function, drafts, references)
    added = _completed(found)
    return {**found, **({"Policies": policies} if policies else {})}, added


def plain_function(
    function: Resource, given: dict[str, Any], references: References
) -> tuple[dict[str, Any], list[str]]:
    """CloudFormation's own; the role that it lacks is written beside it."""
    found: dict[str, Any] = references.value(function.id, given)
    if isinstance(found.get("Tags"), dict):
        found["Tags"] = [{"Key": key, "Value": value} for key, value in found["Tags"].items()]
    added = []
    for name, value in {
        "Handler": HANDLER_NAME,
        "Runtime": RUNTIME,
        "Code": {"ZipFile": HANDLER},
        "Role": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/lambda-basic-execution"},
    }.items():
        if name not in found and not (found.get("PackageType") == "Image" and name in {"Handler", "Runtime"}):
            found[name] = value
            added.append(f"/{name}")
    return found, added


def _completed(found: dict[str, Any]) -> list[str]:
    added = []
    if found.get("PackageType") == "Image":
        if "ImageUri" not in found:
            found["ImageUri"] = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:latest"
            added.append("/ImageUri")
        return added
    for name, value in {"Handler": HANDLER_NAME, "Runtime": RUNTIME}.items():
        if name not in found:
            found[name] = value
            added.append(f"/{name}")
    if not {"CodeUri", "InlineCode", "ImageUri"} & found.keys():
        found["InlineCode"] = HANDLER
        added.append("/InlineCode")
    return added


def _policies(function: Resource, drafts: list[Draft], references: References) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for draft in drafts:
        end, table = ("", READS)
        if draft.kind == "esm" and draft.target.id == function.id:
            end, table = draft.source.id, READS
        elif draft.kind in SENT and draft.source.id == function.id and draft.style == "solid":
            end, table = draft.target.id, MAY
        resource = references.catalogue.resources.get(end)
        row = table.get(resource.kind) if resource is not None and not resource.implicit else None
        if resource is None or row is None:
            continue
        name, parameter = row
        said: dict[str, Any] = {parameter: references.name(function.id, resource)}
        if name == "DynamoDBStreamReadPolicy":
            said["StreamName"] = "*"
        if {name: said} not in found:
            found.append({name: said})
    return found


def _letters(target: object) -> str:
    return LETTERS.get(target.split(":")[2], "") if isinstance(target, str) and target.count(":") >= 5 else ""
