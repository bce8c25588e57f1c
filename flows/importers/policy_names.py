"""Policies that go by a name: SAM's policy templates and AWS's managed policies. Pure data.

SAM: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
Managed: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html (those about what is drawn here)
"""

from __future__ import annotations

TEMPLATES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "SQSSendMessagePolicy": ("QueueName", "queue", ("sqs:SendMessage",)),
    "SQSPollerPolicy": ("QueueName", "queue", ("sqs:ReceiveMessage", "sqs:DeleteMessage")),
    "SNSPublishMessagePolicy": ("TopicName", "topic", ("sns:Publish",)),
    "SNSCrudPolicy": ("TopicName", "topic", ("sns:Publish", "sns:Subscribe")),
    "EventBridgePutEventsPolicy": ("EventBusName", "bus", ("events:PutEvents",)),
    "LambdaInvokePolicy": ("FunctionName", "function", ("lambda:InvokeFunction",)),
    "StepFunctionsExecutionPolicy": ("StateMachineName", "machine", ("states:StartExecution",)),
    "DynamoDBCrudPolicy": (
        "TableName",
        "table",
        ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query"),
    ),
    "DynamoDBReadPolicy": ("TableName", "table", ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan")),
    "DynamoDBWritePolicy": ("TableName", "table", ("dynamodb:PutItem", "dynamodb:UpdateItem")),
    "DynamoDBStreamReadPolicy": ("TableName", "table", ("dynamodb:GetRecords",)),
    "DynamoDBReconfigurePolicy": ("TableName", "table", ("dynamodb:UpdateTable",)),
    "S3ReadPolicy": ("BucketName", "bucket", ("s3:GetObject",)),
    "S3WritePolicy": ("BucketName", "bucket", ("s3:PutObject",)),
    "S3CrudPolicy": ("BucketName", "bucket", ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")),
    "S3FullAccessPolicy": ("BucketName", "bucket", ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")),
    "KinesisCrudPolicy": ("StreamName", "stream", ("kinesis:PutRecord", "kinesis:PutRecords")),
    "KinesisStreamReadPolicy": ("StreamName", "stream", ("kinesis:GetRecords",)),
    "FirehoseCrudPolicy": ("DeliveryStreamName", "delivery-stream", ("firehose:PutRecord",)),
    "FirehoseWritePolicy": ("DeliveryStreamName", "delivery-stream", ("firehose:PutRecord",)),
    "EcsRunTaskPolicy": ("TaskDefinition", "container-task", ("ecs:RunTask",)),
}
"""SAM policy template → (its parameter, the kind that the parameter names, what it allows)."""

MANAGED: dict[str, tuple[str, ...]] = {
    "AdministratorAccess": ("*",),
    "PowerUserAccess": ("*",),
    "AmazonSQSFullAccess": ("sqs:*",),
    "AmazonSNSFullAccess": ("sns:*",),
    "AmazonS3FullAccess": ("s3:*",),
    "AmazonS3ReadOnlyAccess": ("s3:Get*", "s3:List*"),
    "AmazonDynamoDBFullAccess": ("dynamodb:*",),
    "AmazonDynamoDBFullAccess_v2": ("dynamodb:*",),
    "AmazonDynamoDBReadOnlyAccess": ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"),
    "AmazonKinesisFullAccess": ("kinesis:*",),
    "AmazonKinesisFirehoseFullAccess": ("firehose:*",),
    "AmazonEventBridgeFullAccess": ("events:*",),
    "CloudWatchEventsFullAccess": ("events:*",),
    "AWSStepFunctionsFullAccess": ("states:*",),
    "AWSLambda_FullAccess": ("lambda:*",),
    "AWSLambdaFullAccess": ("lambda:*",),
    "AWSLambdaRole": ("lambda:InvokeFunction",),
    "AWSLambdaExecute": ("s3:GetObject", "s3:PutObject"),
    "AmazonRDSDataFullAccess": ("rds-data:*",),
    "AmazonECS_FullAccess": ("ecs:*",),
    "AmazonAPIGatewayInvokeFullAccess": ("execute-api:*",),
    "AWSAppSyncInvokeFullAccess": ("appsync:GraphQL",),
}
"""AWS's managed policies → what they allow, on everything."""
