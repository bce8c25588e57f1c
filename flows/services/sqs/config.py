"""What the topology says about a queue, CloudFormation's properties in snake case with AWS's defaults."""

from __future__ import annotations

from flows.topology.resources.queue import QueueConfig, RedriveAllowPolicy, RedrivePolicy

__all__ = ["QueueConfig", "RedriveAllowPolicy", "RedrivePolicy"]
