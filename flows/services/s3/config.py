"""What the topology says about a bucket and its notifications, CloudFormation's properties in snake case."""

from __future__ import annotations

from flows.topology.resources.bucket import BucketConfig, NotificationConfig

__all__ = ["BucketConfig", "NotificationConfig"]
