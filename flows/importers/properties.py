"""The properties of every modelled resource type, each with its verdict and the reason. Pure data.

The page "simulated, approximated, left out" is printed from this table.
"""

from __future__ import annotations

from flows.importers.report import APPROXIMATED, IGNORED, MODELLED
from flows.topology.types import SIMULATED_LINKS

Verdict = tuple[str, str]

UNLISTED: Verdict = (IGNORED, "It does not change where messages go.")
DONE: Verdict = (MODELLED, "")
ASYNCHRONOUS: Verdict = (
    DONE
    if "async-on-failure" in SIMULATED_LINKS
    else (IGNORED, "Drawn as a link; asynchronous invocation is not simulated yet.")
)
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

EVENT_BUS: dict[str, Verdict] = {
    "Name": DONE,
    "EventSourceName": DONE,
    "Description": LABEL,
    "Policy": PERMISSIONS,
    "KmsKeyIdentifier": ENCRYPTION,
    "DeadLetterConfig": (IGNORED, "It is for events that cannot be decrypted; nothing is encrypted here."),
    "LogConfig": (IGNORED, "The trace has everything."),
    "Tags": LABEL,
}

RULE: dict[str, Verdict] = {
    "Name": DONE,
    "EventBusName": DONE,
    "EventPattern": DONE,
    "ScheduleExpression": DONE,
    "State": DONE,
    "Targets": (
        APPROXIMATED,
        "The form, retries and dead letters are simulated; parameters of services that are not simulated are kept.",
    ),
    "Description": LABEL,
    "RoleArn": PERMISSIONS,
    "Tags": LABEL,
}

ARCHIVE: dict[str, Verdict] = {
    "ArchiveName": DONE,
    "SourceArn": DONE,
    "EventPattern": DONE,
    "RetentionDays": DONE,
    "Description": LABEL,
    "KmsKeyIdentifier": ENCRYPTION,
}

API_DESTINATION: dict[str, Verdict] = {
    "Name": DONE,
    "InvocationEndpoint": (
        APPROXIMATED,
        "The endpoint is a stub: it takes what it is sent, and fails by faults alone.",
    ),
    "InvocationRateLimitPerSecond": DONE,
    "HttpMethod": DONE,
    "ConnectionArn": PERMISSIONS,
    "Description": LABEL,
}

SCHEDULE: dict[str, Verdict] = {
    "Name": DONE,
    "GroupName": DONE,
    "ScheduleExpression": DONE,
    "ScheduleExpressionTimezone": DONE,
    "StartDate": DONE,
    "EndDate": DONE,
    "State": DONE,
    "FlexibleTimeWindow": DONE,
    "Target": (
        APPROXIMATED,
        "Input, retries and dead letters are simulated; what is sent to services that are not simulated ends in a stub.",
    ),
    "Description": LABEL,
    "KmsKeyArn": ENCRYPTION,
}

PIPE: dict[str, Verdict] = {
    "Name": DONE,
    "Source": (APPROXIMATED, "Queues, Kinesis streams and the streams of tables are read; MSK and MQ are not."),
    "SourceParameters": DONE,
    "Enrichment": DONE,
    "EnrichmentParameters": DONE,
    "Target": DONE,
    "TargetParameters": DONE,
    "DesiredState": DONE,
    "RoleArn": PERMISSIONS,
    "LogConfiguration": (IGNORED, "The trace has everything."),
    "KmsKeyIdentifier": ENCRYPTION,
    "Description": LABEL,
    "Tags": LABEL,
}

OUTPUT: Verdict = (
    APPROXIMATED,
    "Buffers, prefixes, transformation and backup are simulated; formats, partitions and compression not.",
)
ELSEWHERE: Verdict = (APPROXIMATED, "It takes what it is sent, after its buffer; failures go to its bucket.")
DELIVERY_STREAM: dict[str, Verdict] = {
    "DeliveryStreamName": DONE,
    "DeliveryStreamType": DONE,
    "KinesisStreamSourceConfiguration": DONE,
    "ExtendedS3DestinationConfiguration": OUTPUT,
    "S3DestinationConfiguration": OUTPUT,
    "HttpEndpointDestinationConfiguration": ELSEWHERE,
    "RedshiftDestinationConfiguration": ELSEWHERE,
    "AmazonopensearchserviceDestinationConfiguration": ELSEWHERE,
    "ElasticsearchDestinationConfiguration": ELSEWHERE,
    "SplunkDestinationConfiguration": ELSEWHERE,
    "DeliveryStreamEncryptionConfigurationInput": ENCRYPTION,
    "Tags": LABEL,
}

SAM_RULE: dict[str, Verdict] = {
    "Pattern": DONE,
    "EventBusName": DONE,
    "Input": DONE,
    "InputPath": DONE,
    "InputTransformer": DONE,
    "RetryPolicy": DONE,
    "DeadLetterConfig": DONE,
    "RuleName": DONE,
    "State": DONE,
    "Enabled": DONE,
    "Target": DONE,
}
SAM_SCHEDULE: dict[str, Verdict] = {**SAM_RULE, "Schedule": DONE, "Name": DONE, "Description": LABEL}

AUTHORIZERS: Verdict = (
    APPROXIMATED,
    "Authorizers are asked, tokens judged by what they say; keys and IAM let everybody pass.",
)
STAGE: Verdict = (MODELLED, "One stage per API.")

API: dict[str, Verdict] = {
    "Name": LABEL,
    "Body": (
        APPROXIMATED,
        "Routes, integrations and authorizers are simulated; schemas and validators are not looked at.",
    ),
    "BodyS3Location": (IGNORED, "The OpenAPI document is not in the template; give it with the import."),
    "ProtocolType": DONE,
    "RouteKey": DONE,
    "Target": DONE,
    "CorsConfiguration": (IGNORED, "Preflight requests are answered by routes alone."),
    "Policy": PERMISSIONS,
    "Description": LABEL,
    "Tags": LABEL,
}

SAM_API: dict[str, Verdict] = {
    **API,
    "StageName": STAGE,
    "DefinitionBody": API["Body"],
    "DefinitionUri": API["BodyS3Location"],
    "MethodSettings": (APPROXIMATED, "Throttling is simulated; caching, logs and metrics are not."),
    "DefaultRouteSettings": (APPROXIMATED, "Throttling is simulated; logs and metrics are not."),
    "RouteSettings": (APPROXIMATED, "Throttling is simulated; logs and metrics are not."),
    "Variables": DONE,
    "StageVariables": DONE,
    "Auth": AUTHORIZERS,
    "Cors": API["CorsConfiguration"],
}

SAM_ROUTE: dict[str, Verdict] = {
    "Path": DONE,
    "Method": DONE,
    "RestApiId": DONE,
    "ApiId": DONE,
    "PayloadFormatVersion": DONE,
    "TimeoutInMillis": DONE,
    "Auth": AUTHORIZERS,
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
