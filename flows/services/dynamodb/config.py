"""What the topology says about a table, CloudFormation's properties in snake case."""

from __future__ import annotations

from flows.topology.resources.table import IndexConfig, TableConfig

__all__ = ["IndexConfig", "TableConfig"]
