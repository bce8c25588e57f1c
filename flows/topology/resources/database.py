"""Aurora clusters and database instances, as their CloudFormation properties say; and the behaviour that stands in for their data.

A behaviour answers what a statement takes, which statements fail and what they answer; `load_milli` is the capacity that one running
statement needs, in thousandths of an ACU, `hold_us` how long who connects keeps the connection after its statement.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.topology.resources.function import Behaviour

POSTGRESQL, MYSQL = "postgresql", "mysql"
NO_CLUSTER = -1


@dataclass(frozen=True, slots=True)
class DatabaseBehaviour:
    work: Behaviour
    load_milli: int = 50
    hold_us: int = 0
    resume_us: int = 15_000_000
    most_connections: int = 0
    """0: what the engine allows at its capacity."""


@dataclass(frozen=True, slots=True)
class DatabaseConfig:
    """Capacities are thousandths of an ACU; `minimum_milli` 0 is a database that pauses after `pause_after_us`."""

    name: str
    behaviour: DatabaseBehaviour
    engine: str = POSTGRESQL
    serverless: bool = True
    minimum_milli: int = 500
    maximum_milli: int = 1000
    pause_after_us: int = 300_000_000
    data_api: bool = False
    connections: int = 90
    cluster: int = NO_CLUSTER
    """Of an instance: the cluster that it is a member of."""


@dataclass(frozen=True, slots=True)
class MemberConfig:
    """A link from an instance to its cluster."""

    instance: int
