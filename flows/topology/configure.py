"""From checked properties to the frozen configuration that the simulator reads: one builder per simulated type."""

from __future__ import annotations

from collections.abc import Callable

from flows.topology import configure_databases as databases
from flows.topology.catalogue import Catalogue, End, Resource
from flows.topology.configure_api import configure_api
from flows.topology.configure_containers import configure_cluster, configure_definition, configure_service
from flows.topology.configure_delivery_stream import configure_delivery_stream
from flows.topology.configure_events import (
    configure_api_destination,
    configure_archive,
    configure_bus,
    configure_rule,
)
from flows.topology.configure_function import configure_function, qualifier_of
from flows.topology.configure_graphql import configure_graphql_api
from flows.topology.configure_machine import configure_machine
from flows.topology.configure_schedules import configure_pipe, configure_schedule
from flows.topology.configure_stores import configure_stream, configure_table
from flows.topology.links.draft import get
from flows.topology.properties import (
    InvokeConfigProperties,
    QueueProperties,
    TopicProperties,
)
from flows.topology.resources.bucket import BucketConfig
from flows.topology.resources.queue import SECOND_US, QueueConfig, RedriveAllowPolicy, RedrivePolicy
from flows.topology.resources.topic import TopicConfig
from flows.topology.words import is_no


class Numbering:
    """Logical ids and references as node indexes; None for what is not a node."""

    def __init__(self, catalogue: Catalogue, indexes: dict[str, int]) -> None:
        self.catalogue, self._indexes = catalogue, indexes
        self._companions: dict[tuple[str, str], dict[str, list[Resource]]] = {}

    def of(self, value: object, *kinds: str) -> int | None:
        found = self.catalogue.find(value, *kinds)
        return self._indexes.get(found.id) if found is not None else None

    def end_of(self, found: tuple[str, End] | None) -> int:
        """The node at an integration's end; -1 for none."""
        return -1 if found is None else self._indexes.get(found[1].id, -1)

    def arn(self, value: object, *kinds: str) -> str:
        """The ARN of what a property names; an ARN as it was written, for it may name a part of the thing."""
        if isinstance(value, str) and value.startswith("arn:"):
            return value
        found = self.catalogue.find(value, *kinds)
        return found.arn if found is not None else value if isinstance(value, str) else ""

    def invoke_config(self, function: Resource) -> InvokeConfigProperties | None:
        given = self.catalogue.invoke_configs.get(function.id)
        return InvokeConfigProperties.model_validate(given) if given is not None else None

    def invoke_configs(self, function: Resource) -> list[InvokeConfigProperties]:
        """All of them, per version and alias."""
        configs = self.companions(function, "AWS::Lambda::EventInvokeConfig")
        return [InvokeConfigProperties.model_validate(config.properties) for config in configs]

    def companions(self, owner: Resource, type_: str, name: str = "FunctionName") -> list[Resource]:
        """The resources of a type that say, by that property, that they belong to the owner."""
        known = self._companions.get((type_, name))
        if known is None:
            known = self._companions[type_, name] = {}
            for each in self.catalogue.of_type(type_):
                known.setdefault(self.catalogue.end(each.properties.get(name), owner.kind).id, []).append(each)
        return known.get(owner.id, [])

    def known_qualifier(self, function_name: object) -> str:
        """The version or alias that a reference to a function names, if the topology has it."""
        function, qualifier = self.catalogue.find(function_name, "function"), qualifier_of(function_name)
        if function is None or not qualifier:
            return ""
        config = configure_function(function, self)
        names = {*(number for number, _ in config.versions), *(alias.name for alias in config.aliases)}
        return qualifier if qualifier in names else ""

    def source_kind(self, value: object) -> str:
        found = self.catalogue.find(value)
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


def configure_topic(topic: Resource, _numbering: Numbering) -> TopicConfig:
    given = TopicProperties.model_validate(topic.properties)
    said = {"SignatureVersion": given.SignatureVersion, "TracingConfig": given.TracingConfig}
    return TopicConfig(
        topic.name,
        given.FifoTopic,
        given.DisplayName or "",
        given.ContentBasedDeduplication,
        given.FifoThroughputScope or "",
        attributes=tuple((name, value) for name, value in said.items() if value),
    )


def configure_bucket(bucket: Resource, _numbering: Numbering) -> BucketConfig:
    bridge = get(bucket.properties, "NotificationConfiguration", "EventBridgeConfiguration")
    status = get(bucket.properties, "VersioningConfiguration", "Status")
    return BucketConfig(
        bucket.name,
        bridge is not None and not is_no(get(bridge, "EventBridgeEnabled")),
        status if isinstance(status, str) else "",
    )


NODE_BUILDERS: dict[str, Callable[[Resource, Numbering], object]] = {
    "AWS::SQS::Queue": configure_queue,
    "AWS::Lambda::Function": configure_function,
    "AWS::SNS::Topic": configure_topic,
    "AWS::S3::Bucket": configure_bucket,
    "AWS::StepFunctions::StateMachine": configure_machine,
    "AWS::Kinesis::Stream": configure_stream,
    "AWS::KinesisFirehose::DeliveryStream": configure_delivery_stream,
    "AWS::DynamoDB::Table": configure_table,
    "AWS::DynamoDB::GlobalTable": configure_table,
    "AWS::Events::EventBus": configure_bus,
    "AWS::Events::Rule": configure_rule,
    "AWS::Scheduler::Schedule": configure_schedule,
    "AWS::Pipes::Pipe": configure_pipe,
    "AWS::Events::Archive": configure_archive,
    "AWS::Events::ApiDestination": configure_api_destination,
    "AWS::AppSync::GraphQLApi": configure_graphql_api,
    "AWS::RDS::DBCluster": databases.configure_cluster,
    "AWS::RDS::DBInstance": databases.configure_instance,
    "AWS::ECS::Cluster": configure_cluster,
    "AWS::ECS::TaskDefinition": configure_definition,
    "AWS::ECS::Service": configure_service,
    "AWS::ApiGateway::RestApi": configure_api,
    "AWS::ApiGatewayV2::Api": configure_api,
}
