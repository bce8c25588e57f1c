"""What the topology says about databases."""

from __future__ import annotations

from flows.topology.resources.database import (
    MYSQL,
    NO_CLUSTER,
    POSTGRESQL,
    DatabaseBehaviour,
    DatabaseConfig,
    MemberConfig,
)

__all__ = ["MYSQL", "NO_CLUSTER", "POSTGRESQL", "DatabaseBehaviour", "DatabaseConfig", "MemberConfig"]
