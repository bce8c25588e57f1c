"""Event buses, rules, archives and API destinations, as their CloudFormation properties say.

Patterns are kept as JSON text and compiled on demand; a rule's targets are kept as the JSON of PutTargets, one text each, because a
target that is drawn and one that is put while an execution runs are read by the same code.
"""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT = "default"
ENABLED, DISABLED = "ENABLED", "DISABLED"


@dataclass(frozen=True, slots=True)
class BusConfig:
    """`source` is the partner event source that feeds it, for a partner bus; `policy` is JSON text, kept and answered."""

    name: str
    description: str = ""
    policy: str = ""
    source: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    """Settings without effect here, by AWS's names, as JSON texts."""
    tags: tuple[tuple[str, str], ...] = ()
    discovered: bool = False
    """A discoverer learns the schemas of its events from the beginning."""


@dataclass(frozen=True, slots=True)
class RuleConfig:
    """`bus` is a name or an ARN."""

    name: str
    bus: str = DEFAULT
    pattern: str = ""
    schedule: str = ""
    state: str = ENABLED
    description: str = ""
    role_arn: str = ""
    targets: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TargetConfig:
    """A link from a rule to a target, or to its dead-letter queue: the place of the target among the rule's."""

    rule: int
    index: int


@dataclass(frozen=True, slots=True)
class BusRuleConfig:
    """A link from a bus to a rule that looks at its events."""

    rule: int


@dataclass(frozen=True, slots=True)
class ArchiveConfig:
    """`retention_days` 0 keeps events for ever; no pattern keeps all."""

    name: str
    source_arn: str
    pattern: str = ""
    retention_days: int = 0
    description: str = ""


@dataclass(frozen=True, slots=True)
class ApiDestinationConfig:
    """An HTTP endpoint outside; `endpoint` stands as a stub at the end of its own link."""

    name: str
    connection_arn: str = ""
    endpoint: str = ""
    method: str = "POST"
    per_second: int = 300
    description: str = ""


@dataclass(frozen=True, slots=True)
class EndpointConfig:
    """The link from an API destination to what stands for its endpoint."""

    destination: int
