"""What the topology says about clusters, task definitions and services."""

from __future__ import annotations

from flows.topology.resources.container import (
    EXIT,
    FARGATE,
    FINISH,
    IGNORE,
    ClusterConfig,
    Consumption,
    ContainerServiceConfig,
    PolicyConfig,
    PollConfig,
    ScalingConfig,
    StepConfig,
    TaskBehaviour,
    TaskDefinitionConfig,
)

__all__ = [
    "EXIT",
    "FARGATE",
    "FINISH",
    "IGNORE",
    "ClusterConfig",
    "Consumption",
    "ContainerServiceConfig",
    "PolicyConfig",
    "PollConfig",
    "ScalingConfig",
    "StepConfig",
    "TaskBehaviour",
    "TaskDefinitionConfig",
]
