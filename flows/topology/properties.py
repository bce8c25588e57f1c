"""The CloudFormation properties of what is simulated, as the user wrote them: one pydantic model per resource type.

The same models give the problems (all at once, each with its place), the JSON schema of the forms, and the values that
become frozen configuration. Properties that are not modelled are kept in the document and not looked at; ranges are the
documented ones.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from flows.patterns import PatternError, compile_mapping_filter
from flows.patterns.sns import compile_sns_policy
from flows.topology.container_properties import (
    ClusterProperties,
    ContainerServiceProperties,
    TaskDefinitionProperties,
)
from flows.topology.property_base import Properties
from flows.topology.store_properties import PipeStreamModel, StreamMappingProperties, StreamProperties, TableProperties
from flows.topology.types import STUB


def _from_text(value: object) -> object:
    """AWS takes a policy as an object or as its JSON text."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _to_text(value: object) -> object:
    """A pattern is JSON text; a template may write it out."""
    return json.dumps(value) if isinstance(value, dict) else value


def _mapping_filter(text: str) -> str:
    """AWS has one sentence for all that is wrong with a pattern; ours says more."""
    try:
        compile_mapping_filter(text)
    except PatternError as refused:
        raise ValueError(str(getattr(refused, "reason", "") or refused)) from None
    return text


Count = Annotated[int, Field(ge=0)]


class RedrivePolicyModel(Properties):
    deadLetterTargetArn: str  # noqa: N815  (AWS's spelling)
    maxReceiveCount: Annotated[int, Field(ge=1, le=1000)] = 10  # noqa: N815


class RedriveAllowPolicyModel(Properties):
    redrivePermission: Literal["allowAll", "denyAll", "byQueue"] = "allowAll"  # noqa: N815
    sourceQueueArns: list[str] = Field(default_factory=list)  # noqa: N815


class QueueProperties(Properties):
    QueueName: str | None = Field(None, max_length=80, description="Made up from the logical id when absent.")
    FifoQueue: bool = Field(default=False, description="Messages of one group in order, without duplicates.")
    VisibilityTimeout: int = Field(
        30,
        ge=0,
        le=43_200,
        description="How long a received message stays hidden from others.",
        json_schema_extra={"unit": "s"},
    )
    DelaySeconds: int = Field(
        0,
        ge=0,
        le=900,
        description="How long a new message waits before it can be received.",
        json_schema_extra={"unit": "s"},
    )
    MessageRetentionPeriod: int = Field(
        345_600, ge=60, le=1_209_600, description="How long a message is kept.", json_schema_extra={"unit": "s"}
    )
    ReceiveMessageWaitTimeSeconds: int = Field(
        0, ge=0, le=20, description="How long a receive waits for messages.", json_schema_extra={"unit": "s"}
    )
    MaximumMessageSize: int = Field(1_048_576, ge=1024, le=1_048_576, json_schema_extra={"unit": "B"})
    RedrivePolicy: Annotated[RedrivePolicyModel | None, BeforeValidator(_from_text)] = None
    RedriveAllowPolicy: Annotated[RedriveAllowPolicyModel | None, BeforeValidator(_from_text)] = None
    ContentBasedDeduplication: bool = Field(
        default=False, description="Without a deduplication id, the body's SHA-256 is taken for one."
    )
    DeduplicationScope: Literal["queue", "messageGroup"] = Field(
        "queue", description="Where an id may come once within five minutes: in the queue, or in each message group."
    )
    FifoThroughputLimit: Literal["perQueue", "perMessageGroupId"] = Field(
        "perQueue", description="Whether 300 calls a second hold for the queue, or for each message group."
    )


class DeadLetterConfigModel(Properties):
    TargetArn: str | None = None


class FunctionProperties(Properties):
    FunctionName: str | None = Field(None, max_length=170, description="Made up from the logical id when absent.")
    Timeout: int = Field(
        3, ge=1, le=900, description="How long an invocation may take.", json_schema_extra={"unit": "s"}
    )
    MemorySize: int = Field(128, ge=128, le=10_240, json_schema_extra={"unit": "MB"})
    ReservedConcurrentExecutions: Count | None = Field(None, description="Invocations at once, at most and guaranteed.")
    DeadLetterConfig: DeadLetterConfigModel | None = None
    RecursiveLoop: Literal["Terminate", "Allow"] = Field(
        "Terminate", description="Whether Lambda stops a chain of requests that came through it sixteen times."
    )


class ScalingConfigModel(Properties):
    MaximumConcurrency: Annotated[int, Field(ge=2, le=1000)] | None = None


class FilterModel(Properties):
    Pattern: Annotated[str, BeforeValidator(_to_text), AfterValidator(_mapping_filter), Field(max_length=4096)]


class FilterCriteriaModel(Properties):
    Filters: Annotated[list[FilterModel], Field(max_length=10)] = Field(default_factory=list)


class MappingProperties(StreamMappingProperties):
    FunctionName: str
    EventSourceArn: str | None = None
    BatchSize: Annotated[int, Field(ge=1, le=10_000)] | None = Field(
        None, description="Messages in one invocation, at most."
    )
    MaximumBatchingWindowInSeconds: int = Field(
        0, ge=0, le=300, description="How long a batch is gathered.", json_schema_extra={"unit": "s"}
    )
    Enabled: bool = True
    FunctionResponseTypes: list[Literal["ReportBatchItemFailures"]] = Field(default_factory=list)
    ScalingConfig: ScalingConfigModel | None = None
    FilterCriteria: FilterCriteriaModel | None = Field(None, description="Which messages the function gets to see.")


def default_batch_size(source_kind: str) -> int:
    """AWS's default differs by source, so it is no default of the property."""
    return 10 if source_kind == "queue" else 100


class DestinationModel(Properties):
    Destination: str | None = None


class DestinationsModel(Properties):
    OnSuccess: DestinationModel | None = None
    OnFailure: DestinationModel | None = None


class InvokeConfigProperties(Properties):
    FunctionName: str
    Qualifier: str = "$LATEST"
    MaximumRetryAttempts: int = Field(2, ge=0, le=2, description="After how many retries a function error is final.")
    MaximumEventAgeInSeconds: int = Field(
        21_600,
        ge=60,
        le=21_600,
        description="How old an event may get in Lambda's queue.",
        json_schema_extra={"unit": "s"},
    )
    DestinationConfig: DestinationsModel | None = None


class TopicProperties(Properties):
    TopicName: str | None = Field(None, max_length=256, description="Made up from the logical id when absent.")
    DisplayName: str | None = Field(None, max_length=100)
    FifoTopic: bool = Field(default=False, description="Messages of one group in order, without duplicates.")
    ContentBasedDeduplication: bool = Field(
        default=False, description="Messages of the same text are duplicates, where no deduplication id says otherwise."
    )
    FifoThroughputScope: Literal["Topic", "MessageGroup"] | None = Field(
        None, description="Where duplicates are looked for: in the whole topic, or in the message group."
    )
    SignatureVersion: Literal["1", "2"] | None = None
    TracingConfig: Literal["PassThrough", "Active"] | None = None


class SubscriptionRedriveModel(Properties):
    deadLetterTargetArn: str  # noqa: N815  (AWS's spelling)


class SubscriptionProperties(Properties):
    TopicArn: str | None = None
    Protocol: str = ""
    Endpoint: str | None = None
    RawMessageDelivery: bool = Field(
        default=False, description="The message as it was published, without the envelope."
    )
    FilterPolicyScope: Literal["MessageAttributes", "MessageBody"] = "MessageAttributes"
    FilterPolicy: Annotated[dict[str, Any] | None, BeforeValidator(_from_text)] = None
    RedrivePolicy: Annotated[SubscriptionRedriveModel | None, BeforeValidator(_from_text)] = None
    DeliveryPolicy: Annotated[dict[str, Any] | None, BeforeValidator(_from_text)] = Field(
        None, description="How deliveries over HTTP are tried again, and how many a second."
    )

    @field_validator("FilterPolicy")
    @classmethod
    def _is_a_policy(cls, policy: dict[str, Any] | None, others: ValidationInfo) -> dict[str, Any] | None:
        """What AWS would refuse is refused here, in its words."""
        if policy is not None:
            compile_sns_policy(policy, others.data.get("FilterPolicyScope", "MessageAttributes"))
        return policy


class VersioningModel(Properties):
    Status: Literal["Enabled", "Suspended"] = "Enabled"


class BucketProperties(Properties):
    BucketName: str | None = Field(None, max_length=63, description="Made up from the logical id when absent.")
    VersioningConfiguration: VersioningModel | None = Field(
        None, description="Enabled: what is replaced or deleted stays there as an older version."
    )


class MachineProperties(Properties):
    """Its definition is no setting: `definitions.py` reads it."""

    StateMachineName: str | None = Field(None, max_length=80, description="Made up from the logical id when absent.")
    StateMachineType: Literal["STANDARD", "EXPRESS"] = Field(
        "STANDARD", description="Standard: up to a year, every step kept. Express: up to five minutes, many at once."
    )
    RoleArn: str | None = None


class EventBusProperties(Properties):
    Name: str | None = Field(None, max_length=256, description="Made up from the logical id when absent.")
    Description: str | None = Field(None, max_length=512)
    EventSourceName: str | None = Field(None, description="The partner's event source whose events it takes.")


class RuleProperties(Properties):
    """Its pattern and schedule are judged by a check: what AWS would refuse keeps the rule standing, not the topology."""

    Name: str | None = Field(None, max_length=64, description="Made up from the logical id when absent.")
    EventBusName: str | None = Field(None, description="The bus whose events it looks at; the default one when absent.")
    EventPattern: Any = Field(None, description="Which events it takes.")
    ScheduleExpression: str | None = Field(
        None, description="When it fires by itself: rate(5 minutes), cron(0 8 ? * MON-FRI *), UTC."
    )
    State: Literal["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"] = "ENABLED"
    Description: str | None = Field(None, max_length=512)


class RetryPolicyModel(Properties):
    MaximumRetryAttempts: int = Field(185, ge=0, le=185, description="How many tries follow the first.")
    MaximumEventAgeInSeconds: int = Field(
        86_400, ge=60, le=86_400, description="How old an event may get.", json_schema_extra={"unit": "s"}
    )


class ArchiveProperties(Properties):
    ArchiveName: str | None = Field(None, max_length=48, description="Made up from the logical id when absent.")
    SourceArn: str | None = None
    EventPattern: Any = Field(None, description="Which events it keeps; all when absent.")
    RetentionDays: int = Field(
        0, ge=0, description="How long it keeps them; 0 is for ever.", json_schema_extra={"unit": "d"}
    )
    Description: str | None = Field(None, max_length=512)


class ApiDestinationProperties(Properties):
    Name: str | None = Field(None, max_length=64, description="Made up from the logical id when absent.")
    InvocationEndpoint: str | None = None
    HttpMethod: str = "POST"
    InvocationRateLimitPerSecond: int = Field(300, ge=1, description="Requests a second, at most.")
    ConnectionArn: str | None = None


class FlexibleTimeWindowModel(Properties):
    Mode: Literal["OFF", "FLEXIBLE"] = "OFF"
    MaximumWindowInMinutes: Annotated[int, Field(ge=1, le=1440)] | None = None


class ScheduleTargetModel(Properties):
    Arn: str | None = None
    Input: Annotated[str | None, BeforeValidator(_to_text)] = None
    RetryPolicy: RetryPolicyModel | None = None


class ScheduleProperties(Properties):
    """Its expression and time zone are judged by a check: what AWS would refuse keeps the schedule standing."""

    Name: str | None = Field(None, max_length=64, description="Made up from the logical id when absent.")
    GroupName: str | None = Field(None, description="The group it belongs to; `default` when absent.")
    ScheduleExpression: str = Field("", description="When it fires: rate(5 minutes), cron(0 8 ? * MON-FRI *), at(…).")
    ScheduleExpressionTimezone: str = Field("UTC", description="Whose clock the expression is read on.")
    StartDate: str | None = None
    EndDate: str | None = None
    State: Literal["ENABLED", "DISABLED"] = "ENABLED"
    FlexibleTimeWindow: FlexibleTimeWindowModel | None = None
    Target: ScheduleTargetModel | None = None
    Description: str | None = Field(None, max_length=512)


class PipeQueueModel(Properties):
    BatchSize: int = Field(10, ge=1, le=10_000, description="Messages in one run, at most.")
    MaximumBatchingWindowInSeconds: int = Field(
        0, ge=0, le=300, description="How long a batch is gathered.", json_schema_extra={"unit": "s"}
    )


class PipeSourceModel(Properties):
    SqsQueueParameters: PipeQueueModel | None = None
    KinesisStreamParameters: PipeStreamModel | None = None
    DynamoDBStreamParameters: PipeStreamModel | None = None
    FilterCriteria: FilterCriteriaModel | None = Field(None, description="Which events go through the pipe.")


class PipeProperties(Properties):
    Name: str | None = Field(None, max_length=64, description="Made up from the logical id when absent.")
    DesiredState: Literal["RUNNING", "STOPPED"] = "RUNNING"
    SourceParameters: PipeSourceModel | None = None
    Description: str | None = Field(None, max_length=512)


class StubProperties(Properties):
    Name: str = ""
    Arn: str = ""
    Aliases: list[str] = Field(default_factory=list, description="Other texts that properties use for the same thing.")
    Reason: str = ""


PROPERTY_MODELS: dict[str, type[Properties]] = {
    "AWS::SQS::Queue": QueueProperties,
    "AWS::Lambda::Function": FunctionProperties,
    "AWS::Lambda::EventSourceMapping": MappingProperties,
    "AWS::Lambda::EventInvokeConfig": InvokeConfigProperties,
    "AWS::SNS::Topic": TopicProperties,
    "AWS::SNS::Subscription": SubscriptionProperties,
    "AWS::S3::Bucket": BucketProperties,
    "AWS::StepFunctions::StateMachine": MachineProperties,
    "AWS::Events::EventBus": EventBusProperties,
    "AWS::Events::Rule": RuleProperties,
    "AWS::Events::Archive": ArchiveProperties,
    "AWS::Events::ApiDestination": ApiDestinationProperties,
    "AWS::Scheduler::Schedule": ScheduleProperties,
    "AWS::Pipes::Pipe": PipeProperties,
    "AWS::Kinesis::Stream": StreamProperties,
    "AWS::DynamoDB::Table": TableProperties,
    "AWS::DynamoDB::GlobalTable": TableProperties,
    "AWS::ECS::Cluster": ClusterProperties,
    "AWS::ECS::TaskDefinition": TaskDefinitionProperties,
    "AWS::ECS::Service": ContainerServiceProperties,
    STUB: StubProperties,
}


def property_schemas() -> dict[str, Any]:
    """JSON schema by resource type, for the inspector's forms."""
    return {type_: model.model_json_schema() for type_, model in PROPERTY_MODELS.items()}
