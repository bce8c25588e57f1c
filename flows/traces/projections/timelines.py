"""How much of it when: the timeline's bars and a node's gauges."""

from __future__ import annotations

from typing import Any

import numpy as np

from flows.engine.kinds import Kind, KindTable
from flows.engine.segment import Column
from flows.traces.projections.failures import failed_at_nodes, is_failure, stays_pending
from flows.traces.projections.positions import Positions
from flows.traces.reading import Reading

SECOND = 1_000_000


def bins(reading: Reading, count: int, until_at: int) -> list[dict[str, int]]:
    """`count` equal stretches from 0 to `until_at`: `[{"from" (instant), "records", "failures"}]`.

    Counted are records that move something, those that count in a node's rate, and failed tries of what waits where it is;
    failures are those of them that lose it, send it back or let it wait. A record at an edge belongs to the stretch that ends there.
    """
    at, kind = reading.columns["at"], reading.columns["kind"]
    edges = [until_at * index // count for index in range(count + 1)]
    places = np.searchsorted(at, edges, side="right")
    places[0] = 0
    moving = _of(kind, reading.kinds, counts_on_the_timeline)
    failing = moving & _of(kind, reading.kinds, is_failure)
    return [
        {
            "from": edges[index],
            "records": int(moving[places[index] : places[index + 1]].sum()),
            "failures": int(failing[places[index] : places[index + 1]].sum()),
        }
        for index in range(count)
    ]


def gauges(reading: Reading, positions: Positions, node: int, at: int, window_us: int = SECOND) -> dict[str, Any]:
    """One node's readings after `positions`, which is at instant `at`:

    `{"counts": {place: n}, "rate" (records of the rate kinds per virtual second over the window), "errors"}`.
    """
    count = positions.sequence - reading.first + 1
    kind = reading.columns["kind"][:count]
    here = reading.columns["node"][:count] == node
    recent = here & (reading.columns["at"][:count] > at - window_us)
    passed = int((recent & _of(kind, reading.kinds, lambda each: each.rate)).sum())
    return {
        "counts": positions.counters().get(node, {}),
        "rate": round(passed * SECOND / window_us, 1),
        "errors": int((here & failed_at_nodes(reading.columns, reading.details, reading.kinds)[:count]).sum()),
    }


def counts_on_the_timeline(kind: Kind) -> bool:
    """What moves something, what a node's rate counts, and a failed try of what waits where it is."""
    return bool(kind.motion) or kind.rate or stays_pending(kind)


def _of(column: Column, kinds: KindTable, wanted: Any) -> Column:
    """Which records are of a kind that is `wanted`."""
    return np.isin(column, [kind.number for kind in kinds if wanted(kind)])
