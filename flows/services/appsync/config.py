"""What the topology says about GraphQL APIs."""

from __future__ import annotations

from flows.topology.resources.graphql import (
    DATABASE,
    DYNAMODB,
    EVENTS,
    HTTP,
    LAMBDA,
    NONE,
    PIPELINE,
    UNIT,
    DataSourceConfig,
    GraphqlConfig,
    ResolverConfig,
    SourceConfig,
    StepConfig,
)

__all__ = [
    "DATABASE",
    "DYNAMODB",
    "EVENTS",
    "HTTP",
    "LAMBDA",
    "NONE",
    "PIPELINE",
    "UNIT",
    "DataSourceConfig",
    "GraphqlConfig",
    "ResolverConfig",
    "SourceConfig",
    "StepConfig",
]
