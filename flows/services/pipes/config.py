"""What the topology says about pipes, as the simulator reads it."""

from __future__ import annotations

from flows.topology.resources.schedule import PipeConfig, PipeLinkConfig

__all__ = ["PipeConfig", "PipeLinkConfig"]
