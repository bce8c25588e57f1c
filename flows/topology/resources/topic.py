"""A topic and its subscriptions, as their CloudFormation properties say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TopicConfig:
    name: str
    fifo: bool = False
    display_name: str = ""


@dataclass(frozen=True, slots=True)
class SubscriptionConfig:
    """`filter_policy` is kept as JSON text and not simulated yet: every message is delivered."""

    id: str
    topic: int
    target: int
    protocol: str
    raw: bool = False
    filter_policy: str = ""
    filter_scope: str = "MessageAttributes"
    dead_letter_target: int | None = None
