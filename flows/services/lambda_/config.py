"""What the topology says about functions and event source mappings, CloudFormation's properties in snake case."""

from __future__ import annotations

from flows.topology.resources.function import Behaviour, BodyTest, FailureRule, FunctionConfig
from flows.topology.resources.mapping import MappingConfig

__all__ = ["Behaviour", "BodyTest", "FailureRule", "FunctionConfig", "MappingConfig"]
