"""The limits of EventBridge's schemas, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quotas:
    content_characters: int = 100_000
    tags: int = 50
    page: int = 100
    languages: tuple[str, ...] = ("Java8", "Python36", "TypeScript3")
    versions: int = 100
    """Of one schema; AWS has 100 for custom registries and forgets the oldest of discovered ones."""


QUOTAS = Quotas()
DISCOVERED = "discovered-schemas"
EVENTS = "aws.events"
