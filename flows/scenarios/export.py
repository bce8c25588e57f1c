"""A run as a scenario: its topology, its commands, and what lies where at its end as expectations.

The digest is left out: it holds for one version of the engine only, and a scenario should outlive that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flows.engine.kinds import PRESENT
from flows.scenarios.document import FORMAT
from flows.topology.compiled import CompiledTopology
from flows.traces.projections.positions import Positions

LASTING = ("visible", "delayed", "in_flight", "pending")
"""States in which something can be found at a node that takes messages, so that "nothing" is worth expecting too."""


def exported(
    *,
    name: str,
    document: Mapping[str, Any],
    topology: CompiledTopology,
    seed: int,
    epoch: str,
    commands: Iterable[tuple[int, str, Mapping[str, Any]]],
    until: int,
    positions: Positions,
) -> dict[str, Any]:
    """The scenario's JSON. `commands` are (instant, operation, params) in the order in which they were given."""
    return {
        "format": FORMAT,
        "name": name,
        "topology": {"document": {key: value for key, value in document.items() if key != "report"}},
        "seed": seed,
        "epoch": epoch,
        "commands": [{"at": at, "operation": operation, "params": dict(params)} for at, operation, params in commands],
        "until": until,
        "expect": list(_expectations(topology, positions)),
    }


def _expectations(topology: CompiledTopology, positions: Positions) -> Iterable[dict[str, Any]]:
    counters = positions.counters()
    for node in topology.nodes:
        if node.scenery:
            continue
        counts = counters.get(node.index, {})
        expected = ("visible",) if node.kind == "queue" else ()
        for state in (*expected, *(state for state in counts if state not in expected)):
            if state in PRESENT and state not in LASTING:
                continue
            yield {"contents": {"node": node.id, "state": state}, "equals": counts.get(state, 0)}
