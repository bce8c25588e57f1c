"""What the nodes hold at an instant, and what has died by then: folds over the chunks up to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dashboard.fanout.source import CHUNKS_PER_READ
from dashboard.library import compiled
from flows.runs import api as runs
from flows.services.kinds import KINDS
from flows.traces.chunk import Columns, decode
from flows.traces.printing import Words
from flows.traces.projections.dead_letters import dead_letters
from flows.traces.projections.positions import Positions
from flows.traces.reading import Reading

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


def dead_letters_at(execution: Execution, at: int) -> list[dict[str, Any]]:
    """The dead letters at the instant, newest first, each with the story of the copy that died."""
    topology = compiled(execution.topology_version)
    parts = list(_chunks(execution.pk))
    reading = Reading(KINDS, parts)
    ends = [(link.source, link.target) for link in topology.links]
    words = Words([node.name for node in topology.nodes], ends, execution.seed, reading.subjects)
    queues = [node.index for node in topology.nodes if node.is_dead_letter_queue]
    ids = {node.index: node.id for node in topology.nodes}
    found = dead_letters(reading, positions_at(execution, at), words, queues)
    return [{**each, "node": ids[each["node"]], "source": ids.get(each["source"], "")} for each in found]


def _chunks(execution_id: UUID) -> Iterator[Columns]:
    """A few at a time, so that no read holds the database for long."""
    after = 0
    while chunks := runs.chunks_after(execution_id, after, CHUNKS_PER_READ):
        yield from (decode(frame) for *_, frame in chunks)
        after = chunks[-1][1]
