"""The properties of what routes and triggers: events, schedules, pipes, delivery streams, APIs. Pure data, see `properties.py`."""

from __future__ import annotations

from flows.importers.report import APPROXIMATED, IGNORED, MODELLED
from flows.importers.verdict_words import DONE, ENCRYPTION, LABEL, PERMISSIONS, Verdict

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
