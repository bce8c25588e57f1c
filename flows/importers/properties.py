"""The properties of every modelled resource type, each with its verdict and the reason. Pure data.

The page "simulated, approximated, left out" is printed from this table.
"""

from __future__ import annotations

from flows.importers.report import APPROXIMATED, IGNORED, MODELLED

Verdict = tuple[str, str]

UNLISTED: Verdict = (IGNORED, "It does not change where messages go.")
DONE: Verdict = (MODELLED, "")
LATER: Verdict = (IGNORED, "Drawn as a link; asynchronous invocation is not simulated yet.")
CODE: Verdict = (APPROXIMATED, "Code is not run: the function's behaviour stands in for it.")
PERMISSIONS: Verdict = (APPROXIMATED, "Nothing is forbidden here; policies become call links.")
ENCRYPTION: Verdict = (IGNORED, "Encryption does not change where messages go.")
LABEL: Verdict = (IGNORED, "Labels and descriptions change nothing.")

QUEUE: dict[str, Verdict] = {
    "QueueName": DONE,
    "VisibilityTimeout": DONE,
    "DelaySeconds": DONE,
    "MessageRetentionPeriod": DONE,
    "ReceiveMessageWaitTimeSeconds": DONE,
    "MaximumMessageSize": DONE,
    "RedrivePolicy": DONE,
    "RedriveAllowPolicy": DONE,
    "FifoQueue": (IGNORED, "FIFO queues are drawn and not simulated yet."),
    "ContentBasedDeduplication": (IGNORED, "FIFO queues are not simulated yet."),
    "DeduplicationScope": (IGNORED, "FIFO queues are not simulated yet."),
    "FifoThroughputLimit": (IGNORED, "FIFO queues are not simulated yet."),
    "KmsMasterKeyId": ENCRYPTION,
    "KmsDataKeyReusePeriodSeconds": ENCRYPTION,
    "SqsManagedSseEnabled": ENCRYPTION,
    "Tags": LABEL,
}

FUNCTION: dict[str, Verdict] = {
    "FunctionName": DONE,
    "Timeout": DONE,
    "MemorySize": (APPROXIMATED, "Shown; how long an invocation takes is the behaviour's word."),
    "ReservedConcurrentExecutions": DONE,
    "DeadLetterConfig": LATER,
    "Code": CODE,
    "Handler": CODE,
    "Runtime": CODE,
    "PackageType": CODE,
    "ImageConfig": CODE,
    "Layers": CODE,
    "Environment": (APPROXIMATED, "Variables that name a resource become call links."),
    "Role": PERMISSIONS,
    "Tags": LABEL,
    "Description": LABEL,
}

SAM_FUNCTION: dict[str, Verdict] = {
    **FUNCTION,
    "CodeUri": CODE,
    "InlineCode": CODE,
    "ImageUri": CODE,
    "Events": (MODELLED, "Each event is a link of its own; see there what is simulated."),
    "DeadLetterQueue": LATER,
    "EventInvokeConfig": LATER,
    "Policies": PERMISSIONS,
    "AutoPublishAlias": (APPROXIMATED, "There is one version of a function here."),
    "ProvisionedConcurrencyConfig": (IGNORED, "Cold starts are not simulated yet."),
    "DeploymentPreference": (IGNORED, "Deployments are not simulated."),
}

MAPPING: dict[str, Verdict] = {
    "EventSourceArn": DONE,
    "FunctionName": DONE,
    "BatchSize": DONE,
    "MaximumBatchingWindowInSeconds": DONE,
    "Enabled": DONE,
    "FunctionResponseTypes": DONE,
    "ScalingConfig": DONE,
    "FilterCriteria": (IGNORED, "Filters are not simulated yet: every message is delivered."),
    "StartingPosition": (IGNORED, "Streams are not simulated yet."),
    "BisectBatchOnFunctionError": (IGNORED, "Streams are not simulated yet."),
    "MaximumRetryAttempts": (IGNORED, "Streams are not simulated yet."),
    "MaximumRecordAgeInSeconds": (IGNORED, "Streams are not simulated yet."),
    "ParallelizationFactor": (IGNORED, "Streams are not simulated yet."),
    "TumblingWindowInSeconds": (IGNORED, "Streams are not simulated yet."),
    "DestinationConfig": (IGNORED, "Drawn as a link; streams are not simulated yet."),
}

PROPERTIES: dict[str, dict[str, Verdict]] = {
    "AWS::SQS::Queue": QUEUE,
    "AWS::Lambda::Function": FUNCTION,
    "AWS::Serverless::Function": SAM_FUNCTION,
    "AWS::Lambda::EventSourceMapping": MAPPING,
}

SQS_EVENT: dict[str, Verdict] = {**MAPPING, "Queue": DONE}
"""The properties of a SAM function's SQS event, in SAM's words."""
