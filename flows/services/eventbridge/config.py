"""What the topology says about buses, rules, archives and API destinations, CloudFormation's properties in snake case."""

from __future__ import annotations

from flows.topology.resources.bus import (
    ApiDestinationConfig,
    ArchiveConfig,
    BusConfig,
    BusRuleConfig,
    EndpointConfig,
    RuleConfig,
    TargetConfig,
)

__all__ = [
    "ApiDestinationConfig",
    "ArchiveConfig",
    "BusConfig",
    "BusRuleConfig",
    "EndpointConfig",
    "RuleConfig",
    "TargetConfig",
]
