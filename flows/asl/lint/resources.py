"""What a Task calls: its Resource, the parameters that call must have, and whose credentials it uses.

A resource is the ARN of a Lambda function or an activity, an optimised integration (`arn:aws:states:::sqs:sendMessage`, perhaps
`.sync`, `.sync:2` or `.waitForTaskToken`), or any action of the AWS SDK (`arn:aws:states:::aws-sdk:s3:getObject`). Optimised ones are
a table; whatever is not in it AWS does not recognise, nor a way of waiting that the service does not have. Actions of the SDK are not looked up. Express workflows wait for nothing: no
`.sync`, no `.waitForTaskToken`, no activities.

Sources: the developer guide's "Integrating services", "Service integration patterns"; recorded refusals.
"""

from __future__ import annotations

import re
from typing import Any

from flows.asl.lint.diagnostics import Place, cut
from flows.asl.lint.values import JSONATA, Setting, Value, a_text, an_object, template

SYNC, CALLBACK = "sync", "waitForTaskToken"
OPTIMISED: dict[str, tuple[str, ...]] = {
    "apigateway": ("invoke",),
    "athena": ("startQueryExecution", "stopQueryExecution", "getQueryExecution", "getQueryResults"),
    "batch": ("submitJob",),
    "bedrock": ("invokeModel", "createModelCustomizationJob"),
    "codebuild": (
        "startBuild",
        "stopBuild",
        "batchDeleteBuilds",
        "batchGetReports",
        "startBuildBatch",
        "stopBuildBatch",
        "retryBuildBatch",
        "deleteBuildBatch",
    ),
    "databrew": ("startJobRun",),
    "dynamodb": ("getItem", "putItem", "deleteItem", "updateItem"),
    "ecs": ("runTask",),
    "eks": (
        "call",
        "runJob",
        "createCluster",
        "deleteCluster",
        "createNodegroup",
        "deleteNodegroup",
        "createFargateProfile",
        "deleteFargateProfile",
        "createAddon",
        "deleteAddon",
    ),
    "elasticmapreduce": (
        "createCluster",
        "terminateCluster",
        "addStep",
        "cancelStep",
        "setClusterTerminationProtection",
        "modifyInstanceFleetByName",
        "modifyInstanceGroupByName",
    ),
    "emr-containers": ("createVirtualCluster", "deleteVirtualCluster", "startJobRun"),
    "emr-serverless": (
        "createApplication",
        "startApplication",
        "stopApplication",
        "deleteApplication",
        "startJobRun",
        "cancelJobRun",
    ),
    "events": ("putEvents",),
    "glue": ("startJobRun",),
    "http": ("invoke",),
    "lambda": ("invoke",),
    "mediaconvert": ("createJob",),
    "sagemaker": (
        "createEndpoint",
        "createEndpointConfig",
        "createHyperParameterTuningJob",
        "createLabelingJob",
        "createModel",
        "createProcessingJob",
        "createTrainingJob",
        "createTransformJob",
        "updateEndpoint",
    ),
    "sns": ("publish",),
    "sqs": ("sendMessage",),
    "states": ("startExecution",),
}
WITHOUT_JOBS = frozenset({"apigateway", "dynamodb", "events", "http", "lambda", "sns", "sqs"})
"""Services whose calls are no jobs that `.sync` could wait for."""
CALLED_BACK = frozenset({"apigateway", "bedrock", "ecs", "eks", "events", "lambda", "sns", "sqs", "states"})
"""Services that can hand a task token on."""
REQUIRED: dict[str, tuple[str, ...]] = {
    "lambda:invoke": ("FunctionName",),
    "sqs:sendMessage": ("QueueUrl", "MessageBody"),
    "states:startExecution": ("StateMachineArn",),
    "events:putEvents": ("Entries",),
    "dynamodb:getItem": ("TableName", "Key"),
    "dynamodb:putItem": ("TableName", "Item"),
    "dynamodb:updateItem": ("TableName", "Key"),
    "dynamodb:deleteItem": ("TableName", "Key"),
}
"""Parameters without which AWS does not take the definition; where they are computed as a whole it cannot know."""
SUFFIX = re.compile(r"\.(sync:2|sync|waitForTaskToken)$")
SDK_ACTION = re.compile(r"[a-z0-9]+:[a-z][A-Za-z0-9]*")
PARTITION = re.compile(r"aws(-[a-z]+)*")
READERS = ("s3:getObject", "s3:listObjectsV2")
WRITERS = ("s3:putObject",)


def _unrecognised(arn: str) -> str:
    """As AWS says it."""
    return (
        f"The resource provided {cut(arn)} is not recognized. "
        "The value is not a valid resource ARN, or the resource is not available in this region."
    )


def integration(resource: str) -> tuple[str, str]:
    """`service:action` and the pattern (sync, sync:2, waitForTaskToken or nothing) of an integration; ("", "") if it is none."""
    parts = resource.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or parts[2] != "states" or parts[3] or parts[4]:
        return "", ""
    found = SUFFIX.search(parts[5])
    return (parts[5], "") if found is None else (parts[5][: found.start()], found[1])


def _task(value: Any, place: Place, setting: Setting) -> None:
    if not a_text(value, place, setting) or setting.unfinished(value):
        return
    parts = value.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or not PARTITION.fullmatch(parts[1]) or not parts[5]:
        setting.findings.schema("Value is not a valid resource ARN", place)
    elif parts[2] == "lambda" and parts[5].startswith("function:"):
        return
    elif parts[2] == "states" and parts[5].startswith("activity:"):
        if setting.express:
            setting.findings.schema("Express state machine does not support activities", place)
    elif parts[2] == "states" and not parts[3] and not parts[4]:
        _integration(value, place, setting)
    else:
        setting.findings.schema("Value is not a valid resource ARN", place)


def _integration(value: str, place: Place, setting: Setting) -> None:
    call, pattern = integration(value)
    if call.startswith("aws-sdk:"):
        known = SDK_ACTION.fullmatch(call.removeprefix("aws-sdk:")) is not None and not pattern.startswith(SYNC)
    else:
        service, _, action = call.partition(":")
        known = action in OPTIMISED.get(service, ()) and _can(service, pattern)
    if not known:
        setting.findings.schema(_unrecognised(value), place)
    elif setting.express and pattern:
        kind = SYNC if pattern.startswith(SYNC) else pattern
        setting.findings.schema(f"Express state machine does not support '.{kind}' service integration", place)


def _can(service: str, pattern: str) -> bool:
    """Whether calls of an optimised integration can be waited for in this way."""
    if pattern == CALLBACK:
        return service in CALLED_BACK
    return not pattern or (service not in WITHOUT_JOBS and (pattern == SYNC or service == "states"))


def _of_s3(calls: tuple[str, ...]) -> Value:
    def check(value: Any, place: Place, setting: Setting) -> None:
        if a_text(value, place, setting) and not setting.unfinished(value) and integration(value)[0] not in calls:
            setting.findings.schema(_unrecognised(value), place)

    return Value(" or ".join(f"`arn:aws:states:::{call}`" for call in calls), check)


def _credentials(value: Any, place: Place, setting: Setting) -> None:
    if setting.language == JSONATA and isinstance(value, str):
        template(value, place, setting)
    elif an_object(value, place, setting):
        if "RoleArn" not in value and (setting.language == JSONATA or "RoleArn.$" not in value):
            setting.findings.schema("The field 'RoleArn' is required but was missing", place)
        template(value, place, setting)


def look_at_task(state: dict[str, Any], place: Place, setting: Setting) -> None:
    """What the fields of a Task say to each other."""
    beat, timeout = state.get("HeartbeatSeconds"), state.get("TimeoutSeconds")
    if isinstance(beat, int) and isinstance(timeout, int) and beat >= timeout:
        setting.findings.schema("HeartbeatSeconds must be smaller than TimeoutSeconds", place / "HeartbeatSeconds")
    resource = state.get("Resource")
    name = "Arguments" if setting.language == JSONATA else "Parameters"
    given = state.get(name)
    if isinstance(resource, str) and isinstance(given, dict):
        for wanted in REQUIRED.get(integration(resource)[0], ()):
            if wanted not in given and f"{wanted}.$" not in given:
                setting.findings.schema(f"The field '{wanted}' is required but was missing", place / name)


TASK = Value("ARN of a function, an activity or an integration", _task)
READER, WRITER = _of_s3(READERS), _of_s3(WRITERS)
CREDENTIALS = Value("object with RoleArn", _credentials)
