"""The CloudFormation properties of streams and tables, and those that only a mapping on a stream has."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from flows.topology.property_base import Properties

Scalar = Literal["S", "N", "B"]
SAM_SCALARS: dict[str, Scalar] = {"String": "S", "Number": "N", "Binary": "B"}
Units = Annotated[int, Field(ge=0)]


class StreamModeModel(Properties):
    StreamMode: Literal["PROVISIONED", "ON_DEMAND"] = "PROVISIONED"


class StreamProperties(Properties):
    Name: str | None = Field(None, max_length=128, description="Made up from the logical id when absent.")
    ShardCount: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        None, description="How many shards share the partition keys. Each takes a thousand records or 1 MiB a second."
    )
    RetentionPeriodHours: int = Field(
        24, ge=24, le=8760, description="How long a record can be read.", json_schema_extra={"unit": "h"}
    )
    StreamModeDetails: StreamModeModel | None = None


class KeyModel(Properties):
    AttributeName: str
    KeyType: Literal["HASH", "RANGE"]


class AttributeModel(Properties):
    AttributeName: str
    AttributeType: Scalar


class ThroughputModel(Properties):
    ReadCapacityUnits: Units = 5
    WriteCapacityUnits: Units = 5


class TableStreamModel(Properties):
    StreamViewType: Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"] = "NEW_AND_OLD_IMAGES"


class TimeToLiveModel(Properties):
    AttributeName: str | None = None
    Enabled: bool = True


class ProjectionModel(Properties):
    ProjectionType: Literal["ALL", "KEYS_ONLY", "INCLUDE"] = "ALL"
    NonKeyAttributes: list[str] = Field(default_factory=list)


class IndexModel(Properties):
    IndexName: str
    KeySchema: list[KeyModel]
    Projection: ProjectionModel = ProjectionModel()


class PrimaryKeyModel(Properties):
    """SAM's."""

    Name: str = "id"
    Type: Literal["String", "Number", "Binary"] = "String"


class TableProperties(Properties):
    TableName: str | None = Field(None, max_length=255, description="Made up from the logical id when absent.")
    KeySchema: list[KeyModel] = Field(default_factory=list)
    AttributeDefinitions: list[AttributeModel] = Field(default_factory=list)
    PrimaryKey: PrimaryKeyModel | None = None
    BillingMode: Literal["PROVISIONED", "PAY_PER_REQUEST"] | None = Field(
        None, description="Provisioned: so many units a second, and what is beyond is throttled."
    )
    ProvisionedThroughput: ThroughputModel | None = None
    StreamSpecification: TableStreamModel | None = Field(None, description="What a change tells the table's stream.")
    TimeToLiveSpecification: TimeToLiveModel | None = None
    GlobalSecondaryIndexes: list[IndexModel] = Field(default_factory=list)
    LocalSecondaryIndexes: list[IndexModel] = Field(default_factory=list)


class MappingDestinationModel(Properties):
    Destination: str | None = None


class MappingDestinationsModel(Properties):
    OnFailure: MappingDestinationModel | None = None


Limit = Annotated[int, Field(ge=-1)]
Parallelization = Annotated[
    int,
    Field(ge=1, le=10, description="Batches of one shard at a time; the records of one partition key stay in order."),
]
RecordAge = Annotated[
    int,
    Field(
        ge=-1,
        le=604_800,
        description="Records that are older are given up; -1: never.",
        json_schema_extra={"unit": "s"},
    ),
]
Retries = Annotated[
    int,
    Field(ge=-1, le=10_000, description="After how many retries a batch is given up; -1: when its records expire."),
]


class StreamMappingProperties(Properties):
    """What only a mapping on a stream has."""

    StartingPosition: Literal["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"] | None = Field(
        None, description="Where reading begins: the oldest record, or what comes from now on."
    )
    StartingPositionTimestamp: float | None = None
    ParallelizationFactor: Parallelization = 1
    MaximumRecordAgeInSeconds: RecordAge = -1
    MaximumRetryAttempts: Retries = -1
    BisectBatchOnFunctionError: bool = Field(default=False, description="A failed batch is split in two.")
    TumblingWindowInSeconds: int = Field(
        0,
        ge=0,
        le=900,
        description="How long a window lasts whose state is handed on.",
        json_schema_extra={"unit": "s"},
    )
    DestinationConfig: MappingDestinationsModel | None = Field(
        None, description="Who hears of batches that are given up."
    )


class PipeStreamModel(Properties):
    """How a pipe reads a stream."""

    StartingPosition: Literal["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"] = Field(
        "LATEST", description="Where reading begins: the oldest record, or what comes from now on."
    )
    BatchSize: int = Field(1, ge=1, le=10_000, description="Records in one run, at most.")
    MaximumBatchingWindowInSeconds: int = Field(
        0, ge=0, le=300, description="How long a batch is gathered.", json_schema_extra={"unit": "s"}
    )
    ParallelizationFactor: Parallelization = 1
    MaximumRecordAgeInSeconds: RecordAge = -1
    MaximumRetryAttempts: Retries = -1
    OnPartialBatchItemFailure: Literal["AUTOMATIC_BISECT"] | None = Field(
        None, description="A failed batch is split in two."
    )
