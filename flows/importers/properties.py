"""The properties of every modelled resource type, each with its verdict and the reason. Pure data.

The page "simulated, approximated, left out" is printed from this table.
"""

from __future__ import annotations

from flows.importers.properties_of_routes import (
    API,
    API_DESTINATION,
    ARCHIVE,
    DELIVERY_STREAM,
    EVENT_BUS,
    PIPE,
    RULE,
    SAM_API,
    SAM_ROUTE,
    SAM_RULE,
    SAM_SCHEDULE,
    SCHEDULE,
)
from flows.importers.report import APPROXIMATED, IGNORED, MODELLED
from flows.importers.verdict_words import ASYNCHRONOUS, CODE, DONE, ENCRYPTION, LABEL, PERMISSIONS, Verdict

QUEUE: dict[str, Verdict] = {
    "QueueName": DONE,
    "VisibilityTimeout": DONE,
    "DelaySeconds": DONE,
    "MessageRetentionPeriod": DONE,
    "ReceiveMessageWaitTimeSeconds": DONE,
    "MaximumMessageSize": DONE,
    "RedrivePolicy": DONE,
    "RedriveAllowPolicy": DONE,
    "FifoQueue": DONE,
    "ContentBasedDeduplication": DONE,
    "DeduplicationScope": DONE,
    "FifoThroughputLimit": DONE,
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
    "DeadLetterConfig": ASYNCHRONOUS,
    "RecursiveLoop": DONE,
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
    "DeadLetterQueue": ASYNCHRONOUS,
    "EventInvokeConfig": ASYNCHRONOUS,
    "Policies": PERMISSIONS,
    "AutoPublishAlias": DONE,
    "ProvisionedConcurrencyConfig": DONE,
    "FunctionUrlConfig": DONE,
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
    "FilterCriteria": DONE,
    "StartingPosition": DONE,
    "BisectBatchOnFunctionError": DONE,
    "MaximumRetryAttempts": DONE,
    "MaximumRecordAgeInSeconds": DONE,
    "ParallelizationFactor": DONE,
    "TumblingWindowInSeconds": DONE,
    "DestinationConfig": DONE,
    "StartingPositionTimestamp": DONE,
}

INVOKE_CONFIG: dict[str, Verdict] = {
    "FunctionName": DONE,
    "MaximumRetryAttempts": ASYNCHRONOUS,
    "MaximumEventAgeInSeconds": ASYNCHRONOUS,
    "DestinationConfig": ASYNCHRONOUS,
    "Qualifier": (
        APPROXIMATED,
        "It holds for what is sent to that version or alias; events of other services come without one.",
    ),
}

VERSION: dict[str, Verdict] = {
    "FunctionName": DONE,
    "ProvisionedConcurrencyConfig": DONE,
    "Description": LABEL,
}

ALIAS: dict[str, Verdict] = {
    **VERSION,
    "FunctionVersion": DONE,
    "Name": DONE,
    "RoutingConfig": DONE,
}

URL: dict[str, Verdict] = {
    "TargetFunctionArn": DONE,
    "Qualifier": DONE,
    "AuthType": PERMISSIONS,
    "Cors": (IGNORED, "Browsers ask for it; here nobody does."),
    "InvokeMode": (APPROXIMATED, "Answers come whole."),
}

TOPIC: dict[str, Verdict] = {
    "TopicName": DONE,
    "Subscription": DONE,
    "FifoTopic": DONE,
    "ContentBasedDeduplication": DONE,
    "FifoThroughputScope": DONE,
    "ArchivePolicy": (IGNORED, "Archives of FIFO topics are not simulated."),
    "KmsMasterKeyId": ENCRYPTION,
    "DisplayName": LABEL,
    "Tags": LABEL,
}

SUBSCRIPTION: dict[str, Verdict] = {
    "TopicArn": DONE,
    "Protocol": DONE,
    "Endpoint": DONE,
    "RawMessageDelivery": DONE,
    "RedrivePolicy": DONE,
    "FilterPolicy": DONE,
    "FilterPolicyScope": DONE,
    "DeliveryPolicy": DONE,
    "ReplayPolicy": (IGNORED, "Archives of FIFO topics are not simulated."),
}

STREAM: dict[str, Verdict] = {
    "Name": DONE,
    "ShardCount": DONE,
    "RetentionPeriodHours": DONE,
    "StreamModeDetails": (APPROXIMATED, "On demand: four shards, which do not grow."),
    "StreamEncryption": ENCRYPTION,
    "Tags": LABEL,
}

TABLE: dict[str, Verdict] = {
    "TableName": DONE,
    "KeySchema": DONE,
    "AttributeDefinitions": DONE,
    "PrimaryKey": DONE,
    "BillingMode": DONE,
    "ProvisionedThroughput": DONE,
    "StreamSpecification": DONE,
    "KinesisStreamSpecification": DONE,
    "TimeToLiveSpecification": (APPROXIMATED, "Items go at once when their time is over, not within days."),
    "GlobalSecondaryIndexes": (APPROXIMATED, "They are asked without units of their own."),
    "LocalSecondaryIndexes": DONE,
    "Replicas": (IGNORED, "A global table is one table here."),
    "SSESpecification": ENCRYPTION,
    "Tags": LABEL,
}

BUCKET: dict[str, Verdict] = {
    "BucketName": DONE,
    "NotificationConfiguration": DONE,
    "VersioningConfiguration": DONE,
    "BucketEncryption": ENCRYPTION,
    "Tags": LABEL,
}

DEFINITION: Verdict = (
    APPROXIMATED,
    "The whole language runs; a task that calls what is not simulated needs a mock (playground.mocks), else a stub answers.",
)
MACHINE: dict[str, Verdict] = {
    "StateMachineName": DONE,
    "StateMachineType": DONE,
    "Definition": DEFINITION,
    "DefinitionString": DEFINITION,
    "DefinitionS3Location": DEFINITION,
    "DefinitionSubstitutions": DONE,
    "RoleArn": PERMISSIONS,
    "LoggingConfiguration": (IGNORED, "The trace and the history have everything."),
    "TracingConfiguration": (IGNORED, "The trace and the history have everything."),
    "EncryptionConfiguration": ENCRYPTION,
    "Tags": LABEL,
}

SAM_MACHINE: dict[str, Verdict] = {
    **MACHINE,
    "Name": DONE,
    "Type": DONE,
    "DefinitionUri": DEFINITION,
    "Role": PERMISSIONS,
    "Policies": PERMISSIONS,
    "Events": (MODELLED, "Each event is a link of its own; see there what is simulated."),
    "Logging": MACHINE["LoggingConfiguration"],
    "Tracing": MACHINE["TracingConfiguration"],
    "AutoPublishAlias": (APPROXIMATED, "What starts the machine starts its newest definition."),
    "DeploymentPreference": (IGNORED, "Deployments are not simulated."),
}

PROPERTIES: dict[str, dict[str, Verdict]] = {
    "AWS::SQS::Queue": QUEUE,
    "AWS::Lambda::Function": FUNCTION,
    "AWS::Serverless::Function": SAM_FUNCTION,
    "AWS::Lambda::EventSourceMapping": MAPPING,
    "AWS::Lambda::EventInvokeConfig": INVOKE_CONFIG,
    "AWS::Lambda::Version": VERSION,
    "AWS::Lambda::Alias": ALIAS,
    "AWS::Lambda::Url": URL,
    "AWS::SNS::Topic": TOPIC,
    "AWS::SNS::Subscription": SUBSCRIPTION,
    "AWS::S3::Bucket": BUCKET,
    "AWS::Kinesis::Stream": STREAM,
    "AWS::KinesisFirehose::DeliveryStream": DELIVERY_STREAM,
    "AWS::DynamoDB::Table": TABLE,
    "AWS::DynamoDB::GlobalTable": TABLE,
    "AWS::Serverless::SimpleTable": TABLE,
    "AWS::StepFunctions::StateMachine": MACHINE,
    "AWS::Serverless::StateMachine": SAM_MACHINE,
    "AWS::Events::EventBus": EVENT_BUS,
    "AWS::Events::Rule": RULE,
    "AWS::Events::Archive": ARCHIVE,
    "AWS::EventSchemas::Discoverer": {"SourceArn": DONE, "CrossAccount": DONE, "Description": LABEL, "Tags": LABEL},
    "AWS::Scheduler::Schedule": SCHEDULE,
    "AWS::Pipes::Pipe": PIPE,
    "AWS::Events::ApiDestination": API_DESTINATION,
    "AWS::ApiGateway::RestApi": API,
    "AWS::ApiGatewayV2::Api": API,
    "AWS::Serverless::Api": SAM_API,
    "AWS::Serverless::HttpApi": SAM_API,
}

SAM_EVENTS: dict[str, tuple[str, dict[str, Verdict]]] = {
    "SQS": ("esm", {**MAPPING, "Queue": DONE}),
    "Kinesis": ("esm", {**MAPPING, "Stream": DONE}),
    "DynamoDB": ("esm", {**MAPPING, "Stream": DONE}),
    "SNS": ("subscription", {**SUBSCRIPTION, "Topic": DONE, "SqsSubscription": DONE}),
    "S3": ("s3-notification", {"Bucket": DONE, "Events": DONE, "Filter": DONE}),
    "EventBridgeRule": ("rule-target", SAM_RULE),
    "CloudWatchEvent": ("rule-target", SAM_RULE),
    "Schedule": ("rule-target", SAM_SCHEDULE),
    "ScheduleV2": (
        "schedule-target",
        {
            **SCHEDULE,
            "Input": DONE,
            "RetryPolicy": DONE,
            "DeadLetterConfig": DONE,
            "RoleArn": PERMISSIONS,
            "PermissionsBoundary": PERMISSIONS,
            "OmitName": LABEL,
        },
    ),
    "Api": ("api-integration", SAM_ROUTE),
    "HttpApi": ("api-integration", SAM_ROUTE),
}
"""SAM event → the kind of link it is, and its properties in SAM's words."""
