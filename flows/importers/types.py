"""Resource types that are not nodes: what becomes of them, and why. A row may end in `*`; the longest row that fits wins."""

from __future__ import annotations

from flows.importers.report import IGNORED, MISSING, MODELLED, NOT_DRAWN
from flows.topology.types import SIMULATED_LINKS

PERMISSION = (
    "Permissions are not drawn: in the playground everybody may do everything. Functions' policies become call links."
)
LOGS = "Logs and metrics are not drawn."
NETWORK = "Networks are not drawn: everything reaches everything."
KEYS = "Encryption is not drawn."
DEPLOYMENT = "Deployment and configuration are not drawn."
EDGE = "It is drawn as a link."

LINK_TYPES: dict[str, tuple[str, str]] = {
    "AWS::Lambda::EventSourceMapping": ("esm", "Lambda"),
    "AWS::Lambda::EventInvokeConfig": ("async-on-failure", "Asynchronous invocation"),
    "AWS::SNS::Subscription": ("subscription", "SNS"),
    "Custom::S3BucketNotifications": ("s3-notification", "S3"),
    "AWS::ApiGateway::Method": ("api-integration", "API Gateway"),
    "AWS::ApiGateway::Authorizer": ("api-authorizer", "API Gateway"),
    "AWS::ApiGatewayV2::Integration": ("api-integration", "API Gateway"),
    "AWS::ApiGatewayV2::Authorizer": ("api-authorizer", "API Gateway"),
    "AWS::AppSync::DataSource": ("appsync-datasource", "AppSync"),
}
"""Resources that are links: the kind of the link, and what simulates it."""

OTHER_TYPES: dict[str, tuple[str, str]] = {
    "AWS::Lambda::Version": (MODELLED, "It is part of its function."),
    "AWS::Lambda::Alias": (MODELLED, "It is part of its function."),
    "AWS::Lambda::Url": (MODELLED, "It is part of its function."),
    "AWS::Kinesis::StreamConsumer": (MODELLED, "It is part of its stream."),
    "AWS::ApiGateway::Resource": (MODELLED, "It is part of its API."),
    "AWS::ApiGateway::Stage": (MODELLED, "It is part of its API."),
    "AWS::ApiGateway::Deployment": (MODELLED, "It is part of its API."),
    "AWS::ApiGatewayV2::Route": (MODELLED, "It is part of its API."),
    "AWS::ApiGatewayV2::Stage": (MODELLED, "It is part of its API."),
    "AWS::AppSync::GraphQLSchema": (MODELLED, "It is part of its API."),
    "AWS::AppSync::Resolver": (MODELLED, "It is part of its API."),
    "AWS::AppSync::FunctionConfiguration": (MODELLED, "It is part of its API."),
    "AWS::ApplicationAutoScaling::ScalableTarget": (MODELLED, "It is part of its service, where that is of ECS."),
    "AWS::ApplicationAutoScaling::ScalingPolicy": (
        MODELLED,
        "It is part of its service, where a queue says what to do.",
    ),
    "AWS::Serverless::Connector": (IGNORED, "It is drawn as a suggested link: it gives a permission."),
    "AWS::CloudFormation::Stack": (NOT_DRAWN, "Its resources are drawn where its template was given."),
    "AWS::Serverless::Application": (NOT_DRAWN, "Its resources are drawn where its template was given."),
    "AWS::IAM::*": (NOT_DRAWN, PERMISSION),
    "AWS::Lambda::Permission": (NOT_DRAWN, PERMISSION),
    "AWS::SQS::QueuePolicy": (NOT_DRAWN, PERMISSION),
    "AWS::SQS::QueueInlinePolicy": (NOT_DRAWN, PERMISSION),
    "AWS::SNS::TopicPolicy": (NOT_DRAWN, PERMISSION),
    "AWS::SNS::TopicInlinePolicy": (NOT_DRAWN, PERMISSION),
    "AWS::S3::BucketPolicy": (NOT_DRAWN, PERMISSION),
    "AWS::Events::EventBusPolicy": (NOT_DRAWN, PERMISSION),
    "AWS::Cognito::*": (NOT_DRAWN, PERMISSION),
    "AWS::WAFv2::*": (NOT_DRAWN, PERMISSION),
    "AWS::Logs::*": (NOT_DRAWN, LOGS),
    "AWS::CloudWatch::*": (NOT_DRAWN, LOGS),
    "AWS::XRay::*": (NOT_DRAWN, LOGS),
    "AWS::ApplicationInsights::*": (NOT_DRAWN, LOGS),
    "AWS::EC2::*": (NOT_DRAWN, NETWORK),
    "AWS::ElasticLoadBalancingV2::*": (NOT_DRAWN, NETWORK),
    "AWS::Route53::*": (NOT_DRAWN, NETWORK),
    "AWS::CloudFront::*": (NOT_DRAWN, NETWORK),
    "AWS::CertificateManager::*": (NOT_DRAWN, NETWORK),
    "AWS::ServiceDiscovery::*": (NOT_DRAWN, NETWORK),
    "AWS::RDS::DBSubnetGroup": (NOT_DRAWN, NETWORK),
    "AWS::KMS::*": (NOT_DRAWN, KEYS),
    "AWS::SecretsManager::*": (NOT_DRAWN, KEYS),
    "AWS::SSM::*": (NOT_DRAWN, DEPLOYMENT),
    "AWS::ECR::*": (NOT_DRAWN, DEPLOYMENT),
    "AWS::CodeDeploy::*": (NOT_DRAWN, DEPLOYMENT),
    "AWS::CodeBuild::*": (NOT_DRAWN, DEPLOYMENT),
    "AWS::CodePipeline::*": (NOT_DRAWN, DEPLOYMENT),
    "AWS::ApiGateway::*": (NOT_DRAWN, DEPLOYMENT),
    "AWS::ApiGatewayV2::*": (NOT_DRAWN, DEPLOYMENT),
    "AWS::AppSync::*": (NOT_DRAWN, DEPLOYMENT),
    "AWS::AppConfig::*": (NOT_DRAWN, DEPLOYMENT),
    "AWS::ApplicationAutoScaling::*": (NOT_DRAWN, DEPLOYMENT),
    "AWS::CloudFormation::*": (NOT_DRAWN, DEPLOYMENT),
    "AWS::CDK::*": (NOT_DRAWN, DEPLOYMENT),
    "AWS::Lambda::*": (NOT_DRAWN, DEPLOYMENT),
    "AWS::Serverless::LayerVersion": (NOT_DRAWN, DEPLOYMENT),
    "AWS::Events::Connection": (NOT_DRAWN, "How an API destination signs its requests is not drawn."),
    "AWS::EventSchemas::Discoverer": (MODELLED, "It is a setting of its bus."),
    "AWS::EventSchemas::*": (NOT_DRAWN, "Schemas do not change where events go."),
    "AWS::Scheduler::ScheduleGroup": (NOT_DRAWN, "Groups of schedules are not drawn."),
    "Custom::*": (NOT_DRAWN, "What a custom resource does is in its code."),
    "*": (MISSING, "This type is not known here."),
}


def verdict_of(type_: str) -> tuple[str, str]:
    if type_ in LINK_TYPES:
        kind, what = LINK_TYPES[type_]
        return (MODELLED, EDGE) if kind in SIMULATED_LINKS else (IGNORED, f"{EDGE} {what} is not simulated yet.")
    if type_ in OTHER_TYPES:
        return OTHER_TYPES[type_]
    fitting = (row for row in OTHER_TYPES if row.endswith("*") and type_.startswith(row[:-1]))
    return OTHER_TYPES[max(fitting, key=len)]
