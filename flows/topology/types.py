"""The resource types that are drawn as nodes: one row each. The rest of CloudFormation is in `flows/importers/types.py`.

`kind` is our word for it (colour, icon, panel), `service` the room that simulates it, `name` the property that holds
its physical name, `arn` the pattern of its ARN, `ref` what CloudFormation's Ref answers for it. `corpus` is the word the
template corpus uses for the same thing. `simulated` is False until the service's room exists: such nodes are drawn,
and running a topology says that they stand still.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NodeType:
    type: str
    kind: str
    service: str
    name: str
    arn: str
    ref: str
    corpus: str
    simulated: bool = False


NODE_TYPES: dict[str, NodeType] = {
    row.type: row
    for row in (
        NodeType(
            "AWS::SQS::Queue",
            "queue",
            "sqs",
            "QueueName",
            "arn:aws:sqs:{region}:{account}:{name}",
            "url",
            "sqs-queue",
            simulated=True,
        ),
        NodeType(
            "AWS::Lambda::Function",
            "function",
            "lambda",
            "FunctionName",
            "arn:aws:lambda:{region}:{account}:function:{name}",
            "name",
            "lambda-function",
            simulated=True,
        ),
        NodeType(
            "AWS::SNS::Topic",
            "topic",
            "sns",
            "TopicName",
            "arn:aws:sns:{region}:{account}:{name}",
            "arn",
            "sns-topic",
            simulated=True,
        ),
        NodeType(
            "AWS::S3::Bucket", "bucket", "s3", "BucketName", "arn:aws:s3:::{name}", "name", "s3-bucket", simulated=True
        ),
        NodeType(
            "AWS::Events::EventBus",
            "bus",
            "events",
            "Name",
            "arn:aws:events:{region}:{account}:event-bus/{name}",
            "name",
            "event-bus",
            simulated=True,
        ),
        NodeType(
            "AWS::Events::Rule",
            "rule",
            "events",
            "Name",
            "arn:aws:events:{region}:{account}:rule/{name}",
            "name",
            "eventbridge-rule",
            simulated=True,
        ),
        NodeType(
            "AWS::Events::Archive",
            "archive",
            "events",
            "ArchiveName",
            "arn:aws:events:{region}:{account}:archive/{name}",
            "name",
            "event-archive",
            simulated=True,
        ),
        NodeType(
            "AWS::Events::ApiDestination",
            "api-destination",
            "events",
            "Name",
            "arn:aws:events:{region}:{account}:api-destination/{name}",
            "name",
            "api-destination",
            simulated=True,
        ),
        NodeType(
            "AWS::Scheduler::Schedule",
            "schedule",
            "scheduler",
            "Name",
            "arn:aws:scheduler:{region}:{account}:schedule/default/{name}",
            "name",
            "scheduler-schedule",
            simulated=True,
        ),
        NodeType(
            "AWS::Pipes::Pipe",
            "pipe",
            "pipes",
            "Name",
            "arn:aws:pipes:{region}:{account}:pipe/{name}",
            "name",
            "pipe",
            simulated=True,
        ),
        NodeType(
            "AWS::StepFunctions::StateMachine",
            "machine",
            "states",
            "StateMachineName",
            "arn:aws:states:{region}:{account}:stateMachine:{name}",
            "arn",
            "state-machine",
            simulated=True,
        ),
        NodeType(
            "AWS::DynamoDB::Table",
            "table",
            "dynamodb",
            "TableName",
            "arn:aws:dynamodb:{region}:{account}:table/{name}",
            "name",
            "dynamodb-table",
            simulated=True,
        ),
        NodeType(
            "AWS::DynamoDB::GlobalTable",
            "table",
            "dynamodb",
            "TableName",
            "arn:aws:dynamodb:{region}:{account}:table/{name}",
            "name",
            "dynamodb-table",
            simulated=True,
        ),
        NodeType(
            "AWS::Kinesis::Stream",
            "stream",
            "kinesis",
            "Name",
            "arn:aws:kinesis:{region}:{account}:stream/{name}",
            "name",
            "kinesis-stream",
            simulated=True,
        ),
        NodeType(
            "AWS::KinesisFirehose::DeliveryStream",
            "delivery-stream",
            "firehose",
            "DeliveryStreamName",
            "arn:aws:firehose:{region}:{account}:deliverystream/{name}",
            "name",
            "firehose-stream",
            simulated=True,
        ),
        NodeType(
            "AWS::ApiGateway::RestApi",
            "api",
            "apigateway",
            "",
            "arn:aws:apigateway:{region}::/restapis/{name}",
            "name",
            "api-gateway",
            simulated=True,
        ),
        NodeType(
            "AWS::ApiGatewayV2::Api",
            "api",
            "apigateway",
            "",
            "arn:aws:apigateway:{region}::/apis/{name}",
            "name",
            "api-gateway",
            simulated=True,
        ),
        NodeType(
            "AWS::AppSync::GraphQLApi",
            "graphql-api",
            "appsync",
            "",
            "arn:aws:appsync:{region}:{account}:apis/{name}",
            "arn",
            "appsync-api",
            simulated=True,
        ),
        NodeType(
            "AWS::ECS::Cluster",
            "cluster",
            "ecs",
            "ClusterName",
            "arn:aws:ecs:{region}:{account}:cluster/{name}",
            "name",
            "ecs-cluster",
            simulated=True,
        ),
        NodeType(
            "AWS::ECS::TaskDefinition",
            "container-task",
            "ecs",
            "Family",
            "arn:aws:ecs:{region}:{account}:task-definition/{name}:1",
            "arn",
            "ecs-task-definition",
            simulated=True,
        ),
        NodeType(
            "AWS::ECS::Service",
            "container-service",
            "ecs",
            "ServiceName",
            "arn:aws:ecs:{region}:{account}:service/{name}",
            "arn",
            "ecs-service",
            simulated=True,
        ),
        NodeType(
            "AWS::RDS::DBCluster",
            "database",
            "rds",
            "DBClusterIdentifier",
            "arn:aws:rds:{region}:{account}:cluster:{name}",
            "name",
            "rds-cluster",
            simulated=True,
        ),
        NodeType(
            "AWS::RDS::DBInstance",
            "database",
            "rds",
            "DBInstanceIdentifier",
            "arn:aws:rds:{region}:{account}:db:{name}",
            "name",
            "rds-instance",
            simulated=True,
        ),
        NodeType(
            "AWS::QLDB::Ledger",
            "ledger",
            "qldb",
            "Name",
            "arn:aws:qldb:{region}:{account}:ledger/{name}",
            "name",
            "qldb-ledger",
        ),
        NodeType(
            "AWS::QLDB::Stream",
            "ledger-stream",
            "qldb",
            "StreamName",
            "arn:aws:qldb:{region}:{account}:stream/{name}",
            "name",
            "qldb-stream",
        ),
        NodeType("Redrive::Stub", "stub", "external", "Name", "", "arn", ""),
    )
}
"""Not AWS's: `Redrive::Stub` is one end of a link that lies outside the template, with `Arn` and `Reason`."""

STUB = "Redrive::Stub"
DEFAULT_BUS = "default-bus"

SAM_TYPES: dict[str, str] = {
    "AWS::Serverless::Function": "AWS::Lambda::Function",
    "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
    "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
    "AWS::Serverless::Api": "AWS::ApiGateway::RestApi",
    "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api",
    "AWS::Serverless::GraphQLApi": "AWS::AppSync::GraphQLApi",
}
"""What SAM's resources become in a document; `playground.origin` keeps the SAM type."""

SIMULATED_LINKS: frozenset[str] = frozenset(
    {
        "redrive",
        "esm",
        "esm-on-failure",
        "subscription",
        "subscription-dlq",
        "s3-notification",
        "async-dlq",
        "async-on-success",
        "async-on-failure",
        "call",
        "sfn-task",
        "schedule-target",
        "schedule-dlq",
        "pipe-source",
        "pipe-enrichment",
        "pipe-target",
        "pipe-dlq",
        "firehose-source",
        "firehose-transform",
        "firehose-destination",
        "firehose-backup",
        "ddb-kinesis-stream",
        "bus-rule",
        "rule-target",
        "rule-dlq",
        "archive",
        "api-destination-endpoint",
        "s3-eventbridge",
        "api-integration",
        "api-authorizer",
        "ecs-poll",
        "db-member",
        "appsync-datasource",
        "ecs-service-task",
        "ecs-service-cluster",
    }
)
"""The link kinds that carry messages when a topology runs, where their source is simulated. The other kinds are drawn.

A service's room joins here, and by `simulated=True` in its row above, as soon as it is there.
"""

SERVICE_TITLES: dict[str, str] = {
    "sqs": "SQS",
    "lambda": "Lambda",
    "sns": "SNS",
    "s3": "S3",
    "events": "EventBridge",
    "scheduler": "EventBridge Scheduler",
    "pipes": "EventBridge Pipes",
    "states": "Step Functions",
    "dynamodb": "DynamoDB",
    "kinesis": "Kinesis",
    "firehose": "Firehose",
    "apigateway": "API Gateway",
    "appsync": "AppSync",
    "ecs": "ECS",
    "rds": "RDS",
    "qldb": "QLDB",
}
