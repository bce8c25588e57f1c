"""A bucket, and what it tells to whom about its objects."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BucketConfig:
    """`tells_bus`: all its events go to the default event bus too."""

    name: str
    tells_bus: bool = False
    versioning: str = ""
    """"Enabled", "Suspended", or "" for never."""


@dataclass(frozen=True, slots=True)
class NotificationConfig:
    """`events` are names such as `s3:ObjectCreated:*`; a key must begin with `prefix` and end with `suffix`."""

    id: str
    bucket: int
    target: int
    events: tuple[str, ...]
    prefix: str = ""
    suffix: str = ""
