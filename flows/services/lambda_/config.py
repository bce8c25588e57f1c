"""What the topology says about functions and event source mappings, CloudFormation's properties in snake case."""

from __future__ import annotations

from flows.topology.resources.function import (
    AliasConfig,
    AsyncConfig,
    Behaviour,
    BehaviourCall,
    BodyTest,
    FailureRule,
    FunctionConfig,
)
from flows.topology.resources.mapping import MappingConfig

__all__ = [
    "AliasConfig",
    "AsyncConfig",
    "Behaviour",
    "BehaviourCall",
    "BodyTest",
    "FailureRule",
    "FunctionConfig",
    "MappingConfig",
]
