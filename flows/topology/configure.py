"""From checked properties to the frozen configuration that the simulator reads: one builder per simulated type."""

from __future__ import annotations

from collections.abc import Callable

from flows.topology.behaviour import parse_behaviour
from flows.topology.catalogue import Catalogue, Resource
from flows.topology.configure_machine import configure_machine
from flows.topology.properties import (
    DestinationsModel,
    FunctionProperties,
    InvokeConfigProperties,
    MappingProperties,
    QueueProperties,
    TopicProperties,
    default_batch_size,
)
from flows.topology.resources.bucket import BucketConfig
from flows.topology.resources.function import AsyncConfig, FunctionConfig
from flows.topology.resources.mapping import MappingConfig
from flows.topology.resources.queue import SECOND_US, QueueConfig, RedriveAllowPolicy, RedrivePolicy
from flows.topology.resources.topic import TopicConfig


class Numbering:
    """Logical ids and references as node indexes; None for what is not a node."""

    def __init__(self, catalogue: Catalogue, indexes: dict[str, int]) -> None:
        self._catalogue, self._indexes = catalogue, indexes

    def of(self, value: object, *kinds: str) -> int | None:
        found = self._catalogue.find(value, *kinds)
        return self._indexes.get(found.id) if found is not None else None

    def invoke_config(self, function: Resource) -> InvokeConfigProperties | None:
        given = self._catalogue.invoke_configs.get(function.id)
        return InvokeConfigProperties.model_validate(given) if given is not None else None

    def source_kind(self, value: object) -> str:
        found = self._catalogue.find(value)
        return found.kind if found is not None else ""


def configure_queue(queue: Resource, numbering: Numbering) -> QueueConfig:
    given = QueueProperties.model_validate(queue.properties)
    redrive = None
    if given.RedrivePolicy is not None:
        target = numbering.of(given.RedrivePolicy.deadLetterTargetArn)
        if target is not None:
            redrive = RedrivePolicy(target, given.RedrivePolicy.maxReceiveCount)
    allow = RedriveAllowPolicy()
    if given.RedriveAllowPolicy is not None:
        sources = (numbering.of(arn) for arn in given.RedriveAllowPolicy.sourceQueueArns)
        allow = RedriveAllowPolicy(
            given.RedriveAllowPolicy.redrivePermission, tuple(index for index in sources if index is not None)
        )
    return QueueConfig(
        name=queue.name,
        fifo=given.FifoQueue,
        visibility_timeout_us=given.VisibilityTimeout * SECOND_US,
        delay_us=given.DelaySeconds * SECOND_US,
        retention_us=given.MessageRetentionPeriod * SECOND_US,
        receive_wait_us=given.ReceiveMessageWaitTimeSeconds * SECOND_US,
        maximum_message_size=given.MaximumMessageSize,
        redrive=redrive,
        redrive_allow=allow,
        content_based_deduplication=given.ContentBasedDeduplication,
        deduplication_scope=given.DeduplicationScope,
        throughput_limit=given.FifoThroughputLimit,
    )


def configure_function(function: Resource, numbering: Numbering) -> FunctionConfig:
    given = FunctionProperties.model_validate(function.properties)
    dead_letter_target = numbering.of(given.DeadLetterConfig.TargetArn) if given.DeadLetterConfig is not None else None
    return FunctionConfig(
        name=function.name,
        behaviour=parse_behaviour(function.playground.behaviour)[0],
        timeout_us=given.Timeout * SECOND_US,
        memory_mb=given.MemorySize,
        reserved_concurrency=given.ReservedConcurrentExecutions,
        asynchronous=_asynchronous(function, dead_letter_target, numbering),
    )


def _asynchronous(function: Resource, dead_letter_target: int | None, numbering: Numbering) -> AsyncConfig:
    """The settings of asynchronous invocation, from the function's event invoke config where there is one."""
    given = numbering.invoke_config(function)
    if given is None:
        return AsyncConfig(dead_letter_target=dead_letter_target)
    destinations = given.DestinationConfig or DestinationsModel()
    return AsyncConfig(
        maximum_retry_attempts=given.MaximumRetryAttempts,
        maximum_event_age_us=given.MaximumEventAgeInSeconds * SECOND_US,
        on_success=numbering.of(destinations.OnSuccess.Destination) if destinations.OnSuccess is not None else None,
        on_failure=numbering.of(destinations.OnFailure.Destination) if destinations.OnFailure is not None else None,
        dead_letter_target=dead_letter_target,
    )


def configure_topic(topic: Resource, _numbering: Numbering) -> TopicConfig:
    given = TopicProperties.model_validate(topic.properties)
    return TopicConfig(topic.name, given.FifoTopic, given.DisplayName or "")


def configure_bucket(bucket: Resource, _numbering: Numbering) -> BucketConfig:
    return BucketConfig(bucket.name)


def configure_mapping(mapping: Resource, numbering: Numbering) -> MappingConfig | None:
    given = MappingProperties.model_validate(mapping.properties)
    source, function = (
        numbering.of(given.EventSourceArn, "queue", "stream", "table"),
        numbering.of(given.FunctionName, "function"),
    )
    if source is None or function is None:
        return None
    return MappingConfig(
        id=mapping.id,
        source=source,
        function=function,
        batch_size=given.BatchSize
        if given.BatchSize is not None
        else default_batch_size(numbering.source_kind(given.EventSourceArn)),
        batching_window_us=given.MaximumBatchingWindowInSeconds * SECOND_US,
        enabled=given.Enabled,
        report_batch_item_failures="ReportBatchItemFailures" in given.FunctionResponseTypes,
        maximum_concurrency=given.ScalingConfig.MaximumConcurrency if given.ScalingConfig is not None else None,
    )


NODE_BUILDERS: dict[str, Callable[[Resource, Numbering], object]] = {
    "AWS::SQS::Queue": configure_queue,
    "AWS::Lambda::Function": configure_function,
    "AWS::SNS::Topic": configure_topic,
    "AWS::S3::Bucket": configure_bucket,
    "AWS::StepFunctions::StateMachine": configure_machine,
}
