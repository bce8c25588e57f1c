"""What the topology says about a topic and its subscriptions, CloudFormation's properties in snake case."""

from __future__ import annotations

from flows.topology.resources.topic import SubscriptionConfig, TopicConfig

__all__ = ["SubscriptionConfig", "TopicConfig"]
