"""What is asked of an execution: one target, and the last one asked for wins.

| kind | met when |
|---|---|
| until | everything up to the instant has happened |
| step | one event notice was processed, or one command applied |
| next | something was recorded |
| quiet | nothing but background notices waits, and no command |
| end | nothing waits at all, and no command |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.models import DemandKind

if TYPE_CHECKING:
    from flows.models import Execution


@dataclass(frozen=True, slots=True)
class Demand:
    kind: DemandKind
    until_at: int | None
    token: int
    """Two demands of one kind are told apart by it."""

    @classmethod
    def of(cls, execution: Execution) -> Demand:
        """A wanted execution without a demand has commands due: it goes on to where it is."""
        if execution.demand_kind:
            return cls(DemandKind(execution.demand_kind), execution.demand_at, execution.demand_token)
        return cls(DemandKind.UNTIL, execution.frontier_at, execution.demand_token)
