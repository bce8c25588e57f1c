"""A topic and its subscriptions, as their CloudFormation properties say. Policies are kept as JSON text and compiled on demand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TopicConfig:
    """`attributes` are the other attributes by AWS's names, as they were given (texts), kept and answered."""

    name: str
    fifo: bool = False
    display_name: str = ""
    content_based_deduplication: bool = False
    fifo_throughput_scope: str = ""
    """"Topic", "MessageGroup"; "" where nobody said (it is the whole topic then)."""
    delivery_policy: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SubscriptionConfig:
    """`target` is the node that the endpoint is drawn as; None if nothing stands there (AWS subscribes what does not exist)."""

    id: str
    topic: int
    target: int | None
    protocol: str
    raw: bool = False
    filter_policy: str = ""
    filter_scope: str = "MessageAttributes"
    dead_letter_target: int | None = None
    delivery_policy: str = ""
    endpoint: str = ""
    """The text that names it; "" means the target's ARN."""
