"""A schedule and a pipe, as their properties say.

Both are kept as the JSON of what CreateSchedule or CreatePipe is told: CloudFormation has the API's own names for them, so one that
is drawn and one that is made while an execution runs are read by the same code.
"""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_GROUP = "default"


@dataclass(frozen=True, slots=True)
class ScheduleConfig:
    """`given` is JSON text; what it does not say has AWS's default."""

    name: str
    group: str = DEFAULT_GROUP
    given: str = "{}"
    client_token: str = ""


@dataclass(frozen=True, slots=True)
class ScheduleLinkConfig:
    """A link from a schedule to its target, or to its dead-letter queue."""

    schedule: int


@dataclass(frozen=True, slots=True)
class PipeConfig:
    """`given` is JSON text, as CreatePipe takes it."""

    name: str
    given: str = "{}"


@dataclass(frozen=True, slots=True)
class PipeLinkConfig:
    """A link from a pipe's source, to its enrichment or to its target."""

    pipe: int
