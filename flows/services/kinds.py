"""The table of every kind of record the simulator may write; the browser and the projections fold with it."""

from __future__ import annotations

from flows.engine.kinds import KindTable
from flows.services import fault_records, playground_records, sdk_records
from flows.services.apigateway.records import KINDS as APIGATEWAY
from flows.services.appsync.records import KINDS as APPSYNC
from flows.services.client.records import KINDS as CLIENT
from flows.services.dynamodb.records import KINDS as DYNAMODB
from flows.services.ecs.records import KINDS as ECS
from flows.services.eventbridge.records import KINDS as EVENTS
from flows.services.firehose.records import KINDS as FIREHOSE
from flows.services.kinesis.records import KINDS as KINESIS
from flows.services.lambda_.async_records import KINDS as LAMBDA_ASYNC
from flows.services.lambda_.records import KINDS as LAMBDA
from flows.services.lambda_.version_records import KINDS as LAMBDA_VERSIONS
from flows.services.pipes.records import KINDS as PIPES
from flows.services.rds.records import KINDS as RDS
from flows.services.s3.records import KINDS as S3
from flows.services.scheduler.records import KINDS as SCHEDULER
from flows.services.schemas.records import KINDS as SCHEMAS
from flows.services.sns.records import KINDS as SNS
from flows.services.sqs.records import KINDS as SQS
from flows.services.stepfunctions.records import KINDS as STATES
from flows.services.streaming.records import KINDS as STREAMING

KINDS = KindTable(
    (
        *playground_records.KINDS,
        *fault_records.KINDS,
        *SQS,
        *LAMBDA,
        *LAMBDA_ASYNC,
        *LAMBDA_VERSIONS,
        *STREAMING,
        *KINESIS,
        *FIREHOSE,
        *DYNAMODB,
        *CLIENT,
        *sdk_records.KINDS,
        *SNS,
        *S3,
        *STATES,
        *EVENTS,
        *SCHEDULER,
        *PIPES,
        *APIGATEWAY,
        *ECS,
        *APPSYNC,
        *RDS,
        *SCHEMAS,
    )
)
