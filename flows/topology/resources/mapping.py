"""An event source mapping: what polls a source for a function. `id` is the logical id, and answers to UUID as well."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MappingConfig:
    id: str
    source: int
    function: int
    batch_size: int = 10
    batching_window_us: int = 0
    enabled: bool = True
    report_batch_item_failures: bool = False
    maximum_concurrency: int | None = None
    filters: tuple[str, ...] = ()
    """The patterns of the filter criteria, as texts: one that matches lets a message through."""
    qualifier: str = ""
    """The version or alias that is invoked; "" for the function as it is now."""
    created: bool = False
    """Made by an operation while the execution ran: then it is Creating first."""
