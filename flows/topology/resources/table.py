"""A DynamoDB table, as its CloudFormation properties say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IndexConfig:
    name: str
    hash_key: str
    range_key: str = ""
    projection: str = "ALL"
    included: tuple[str, ...] = ()
    local: bool = False


@dataclass(frozen=True, slots=True)
class TableConfig:
    name: str
    hash_key: str = "id"
    range_key: str = ""
    types: tuple[tuple[str, str], ...] = (("id", "S"),)
    """The types (S, N, B) of the attributes that keys are made of."""
    read_units: int = 0
    write_units: int = 0
    """A second; 0: on demand, without a limit."""
    view_type: str = ""
    """What its stream tells of a change; "" where it has no stream."""
    ttl_attribute: str = ""
    indexes: tuple[IndexConfig, ...] = ()
    created: bool = False
    """Made by an operation while the execution ran: then it is CREATING first."""
