"""The CloudFormation properties of ECS's clusters, task definitions and services."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from flows.topology.property_base import Properties


def _number(value: object) -> object:
    """A template may write a number as text."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10 else value


Whole = Annotated[int, BeforeValidator(_number)]


class ClusterProperties(Properties):
    ClusterName: str | None = Field(None, max_length=255, description="Made up from the logical id when absent.")


class VariableModel(Properties):
    Name: str | None = None
    Value: Any = None


class ContainerModel(Properties):
    Name: str | None = None
    Essential: bool = True
    StopTimeout: Annotated[Whole, Field(ge=0, le=86_400)] | None = None
    Environment: list[VariableModel] = Field(default_factory=list)


class TaskDefinitionProperties(Properties):
    Family: str | None = Field(None, max_length=255, description="Made up from the logical id when absent.")
    Cpu: Any = None
    Memory: Any = None
    RequiresCompatibilities: list[str] = Field(default_factory=list)
    ContainerDefinitions: list[ContainerModel] = Field(default_factory=list)


class BreakerModel(Properties):
    Enable: bool = False
    Rollback: bool = False


class DeploymentModel(Properties):
    MinimumHealthyPercent: Annotated[Whole, Field(ge=0, le=1000)] = 100
    MaximumPercent: Annotated[Whole, Field(ge=1, le=1000)] = 200
    DeploymentCircuitBreaker: BreakerModel | None = None


class ContainerServiceProperties(Properties):
    ServiceName: str | None = Field(None, max_length=255, description="Made up from the logical id when absent.")
    DesiredCount: Whole = Field(1, ge=0, le=5000, description="How many tasks the service keeps running.")
    LaunchType: Literal["EC2", "FARGATE", "EXTERNAL"] | None = None
    DeploymentConfiguration: DeploymentModel | None = None
