"""What the topology says about a stream, CloudFormation's properties in snake case."""

from __future__ import annotations

from flows.topology.resources.stream import StreamNodeConfig

__all__ = ["StreamNodeConfig"]
