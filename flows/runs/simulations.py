"""From rows to simulations: compiling a version's document, its effect log, beginning and opening boxes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from flows.models import TopologyVersion
from flows.runs.cache import Live
from flows.services.effects import EffectLog, Outcome
from flows.simulation import Command, Simulation
from flows.topology.compile import compile_topology

if TYPE_CHECKING:
    from flows.models import Command as CommandRow
    from flows.models import Execution
    from flows.topology.compiled import CompiledTopology


def begin(execution: Execution) -> Live:
    effects = _effects(execution)
    simulation = Simulation.begin(compiled(execution.topology_version_id), execution.seed, execution.epoch, effects)
    return Live(execution.id, simulation, effects, execution.engine_fingerprint)


def open_box(execution: Execution, blob: bytes) -> Live:
    effects = _effects(execution)
    simulation = Simulation.restore(blob, compiled(execution.topology_version_id), effects)
    return Live(execution.id, simulation, effects, execution.engine_fingerprint)


def as_logged(row: CommandRow) -> Command:
    return Command(row.ordinal, row.at, row.actor, row.operation, row.params)


def _effects(execution: Execution) -> EffectLog:
    return EffectLog(
        {
            (effect.ordinal, effect.code_hash, effect.input_hash): msgspec.convert(effect.outcome, Outcome)
            for effect in execution.effects.iterator()
        }
    )


def compiled(version_id: int) -> CompiledTopology:
    """A version's document never changes, but a database that is put back from a backup gives numbers away a second time."""
    return _compiled(version_id, TopologyVersion.objects.values_list("digest", flat=True).get(id=version_id))


@lru_cache(maxsize=64)
def _compiled(version_id: int, digest: str) -> CompiledTopology:
    return compile_topology(TopologyVersion.objects.get(id=version_id, digest=digest).document)
