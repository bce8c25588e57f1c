"""A GraphQL API of AppSync: its schema, its data sources, its functions, its resolvers."""

from __future__ import annotations

from dataclasses import dataclass

UNIT, PIPELINE = "UNIT", "PIPELINE"
LAMBDA, DYNAMODB, EVENTS, HTTP, NONE, DATABASE = (
    "AWS_LAMBDA",
    "AMAZON_DYNAMODB",
    "AMAZON_EVENTBRIDGE",
    "HTTP",
    "NONE",
    "RELATIONAL_DATABASE",
)


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """A data source; `target` is the node behind it, -1 where there is none of this topology, `arn` what names it there."""

    name: str
    kind: str = NONE
    target: int = -1
    arn: str = ""
    endpoint: str = ""
    secret: str = ""
    database: str = ""


@dataclass(frozen=True, slots=True)
class StepConfig:
    """One function of a pipeline, or a unit resolver: a source with its templates, or its code. None of both: direct."""

    source: str = ""
    request: str | None = None
    response: str | None = None
    code: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class ResolverConfig:
    """Of a field. A pipeline's own templates or code stand in `around`; a unit resolver has one step."""

    type: str
    field: str
    kind: str
    steps: tuple[StepConfig, ...]
    around: StepConfig = StepConfig()
    batch: int = 0


@dataclass(frozen=True, slots=True)
class GraphqlConfig:
    name: str
    schema: str
    sources: tuple[SourceConfig, ...] = ()
    resolvers: tuple[ResolverConfig, ...] = ()
    authentication: str = "API_KEY"
    depth: int = 0
    most_resolvers: int = 0
    """Limits of the API; 0: AppSync's own."""


@dataclass(frozen=True, slots=True)
class DataSourceConfig:
    """A link from an API to what a data source of it stands for."""

    api: int
    source: str
