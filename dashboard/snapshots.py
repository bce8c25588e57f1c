"""What the nodes hold at an instant: a fold over the chunks up to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dashboard.fanout.source import CHUNKS_PER_READ
from dashboard.library import compiled
from flows.runs import api as runs
from flows.services.kinds import KINDS
from flows.traces.chunk import Columns, decode
from flows.traces.projections.positions import Positions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from flows.models import Execution


def snapshot_at(execution: Execution, at: int) -> dict[str, Any]:
    """`after` is the last record at or before the instant; a finished state counts all who ever ended there so."""
    positions = positions_at(execution, at)
    counters = positions.counters()
    nodes = [
        {"index": node.index, "id": node.id, "name": node.name, "counts": counters.get(node.index, {})}
        for node in compiled(execution.topology_version).nodes
    ]
    return {"at": at, "after": positions.sequence, "nodes": nodes}


def positions_at(execution: Execution, at: int) -> Positions:
    """Where everyone is after everything up to and including the instant."""
    positions = Positions(KINDS)
    for columns in _chunks(execution.pk):
        count = int(np.searchsorted(columns.at, at, side="right"))
        if count:
            positions.fold(columns, count)
        if count < len(columns.at):
            break
    return positions


def _chunks(execution_id: UUID) -> Iterator[Columns]:
    """A few at a time, so that no read holds the database for long."""
    after = 0
    while chunks := runs.chunks_after(execution_id, after, CHUNKS_PER_READ):
        yield from (decode(frame) for *_, frame in chunks)
        after = chunks[-1][1]
