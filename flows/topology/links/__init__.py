"""Links are derived from properties, as CloudFormation derives them: one derivation per resource type.

A derivation reads one resource and yields a draft per link it declares. The kinds are the template corpus's words.
"""

from __future__ import annotations

from dataclasses import replace

from flows.topology.catalogue import Catalogue
from flows.topology.links import api, appsync, ecs, events, firehose, lambda_, other, pipes, s3, sns, sqs, states
from flows.topology.links.draft import Derivation, Draft

DERIVATIONS: dict[str, Derivation] = {
    "AWS::SQS::Queue": sqs.from_queue,
    "AWS::Lambda::Function": lambda_.from_function,
    "AWS::Lambda::EventSourceMapping": lambda_.from_mapping,
    "AWS::Lambda::EventInvokeConfig": lambda_.from_invoke_config,
    "AWS::Lambda::Version": lambda_.of_function,
    "AWS::Lambda::Alias": lambda_.of_function,
    "AWS::Lambda::Url": lambda_.of_function,
    "AWS::Kinesis::StreamConsumer": lambda_.of_function,
    "AWS::SNS::Topic": sns.from_topic,
    "AWS::SNS::Subscription": sns.from_subscription,
    "AWS::S3::Bucket": s3.from_bucket,
    "Custom::S3BucketNotifications": s3.from_custom_notifications,
    "AWS::Events::Rule": events.from_rule,
    "AWS::Events::Archive": events.from_archive,
    "AWS::Events::ApiDestination": events.from_api_destination,
    "AWS::EventSchemas::Discoverer": lambda_.of_function,
    "AWS::Scheduler::Schedule": events.from_schedule,
    "AWS::Pipes::Pipe": pipes.from_pipe,
    "AWS::StepFunctions::StateMachine": states.from_machine,
    "AWS::ApiGateway::RestApi": api.from_api,
    "AWS::ApiGateway::Method": api.from_method,
    "AWS::ApiGateway::Authorizer": api.from_authorizer,
    "AWS::ApiGateway::Resource": api.part_of_api,
    "AWS::ApiGateway::Stage": api.part_of_api,
    "AWS::ApiGateway::Deployment": api.part_of_api,
    "AWS::ApiGatewayV2::Route": api.part_of_api,
    "AWS::ApiGatewayV2::Stage": api.part_of_api,
    "AWS::ApiGatewayV2::Api": api.from_api,
    "AWS::ApiGatewayV2::Integration": api.from_v2_integration,
    "AWS::ApiGatewayV2::Authorizer": api.from_authorizer,
    "AWS::AppSync::DataSource": appsync.from_data_source,
    "AWS::AppSync::GraphQLSchema": appsync.part_of_api,
    "AWS::AppSync::Resolver": appsync.part_of_api,
    "AWS::AppSync::FunctionConfiguration": appsync.part_of_api,
    "AWS::KinesisFirehose::DeliveryStream": firehose.from_delivery_stream,
    "AWS::DynamoDB::Table": firehose.from_table,
    "AWS::DynamoDB::GlobalTable": firehose.from_table,
    "AWS::RDS::DBInstance": other.from_database_instance,
    "AWS::ECS::Service": ecs.from_container_service,
    "AWS::ECS::TaskDefinition": ecs.from_task_definition,
    "AWS::ApplicationAutoScaling::ScalableTarget": ecs.of_scaling,
    "AWS::ApplicationAutoScaling::ScalingPolicy": ecs.of_scaling,
    "AWS::CloudWatch::Alarm": ecs.of_scaling,
    "AWS::QLDB::Stream": other.from_ledger_stream,
    "AWS::Serverless::Connector": other.from_connector,
}

ONE_PER_PAIR = {"api-integration", "async-on-success", "async-on-failure"}


def derive_links(catalogue: Catalogue) -> list[Draft]:
    """Every link of the topology, in the order of the resources' logical ids."""
    drafts = [
        draft
        for resource in catalogue.resources.values()
        if resource.type in DERIVATIONS
        for draft in DERIVATIONS[resource.type](resource, catalogue)
    ]
    return _one_per_pair(drafts)


def _one_per_pair(drafts: list[Draft]) -> list[Draft]:
    """An API draws one link to each target, however many routes lead there; a function one to each destination, however
    many of its versions and aliases send there.
    """
    kept: dict[object, Draft] = {}
    for draft in drafts:
        key: object = (draft.kind, draft.source, draft.target) if draft.kind in ONE_PER_PAIR else draft.id
        first = kept.setdefault(key, draft)
        if first is not draft and draft.kind == "api-integration":
            kept[key] = _with_routes(first, draft)
    return list(kept.values())


def _with_routes(first: Draft, other: Draft) -> Draft:
    known = first.properties["routes"]
    routes = [*known, *(route for route in other.properties["routes"] if route not in known)]
    label = routes[0] if len(routes) == 1 else f"{len(routes)} routes" if routes else ""
    return replace(first, label=label, properties={**first.properties, "routes": routes})
