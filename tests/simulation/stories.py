"""Random stories: a topology and what is done to it, told plainly, or in slices and out of boxes; and told by two processes."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck
from hypothesis import strategies as st

from flows.simulation import Command, Simulation
from tests.builders import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from flows.topology.compiled import CompiledTopology

ROOT = Path(__file__).parents[2]
PAUSES = (0, 1, 250_000, SECOND, 61 * SECOND)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@dataclass(frozen=True)
class Story:
    topology: CompiledTopology
    commands: list[Command]
    end: int
    most: int
    """Records. Some stories are loops without end; a part of them will do."""

    def told(self) -> Simulation:
        """From the beginning to the end, at one go."""
        simulation = Simulation.begin(self.topology, seed=3)
        for command in self.commands:
            if not simulation.run_until(command.at, records=self.most):
                return simulation
            simulation.apply(command)
        simulation.run_until(self.end, records=self.most)
        return simulation

    def told_in_pieces(self, budget: int, boxed: int) -> Simulation:
        """In slices of so many records; after so many of them, and after every command, put in a box and taken out."""
        simulation, slices = Simulation.begin(self.topology, seed=3), 0
        for command in [*self.commands, None]:
            while not simulation.run_until(self.end if command is None else command.at, records=budget):
                slices += 1
                if slices % boxed == 0:
                    simulation = Simulation.restore(simulation.checkpoint(), self.topology)
            if command is not None:
                simulation.apply(command)
                simulation = Simulation.restore(simulation.checkpoint(), self.topology)
        return simulation


@st.composite
def stories(
    draw: st.DrawFn,
    topologies: Callable[[], st.SearchStrategy[CompiledTopology]],
    commands: Callable[[CompiledTopology], st.SearchStrategy[tuple[str, dict[str, Any]]]],
    *,
    end: int,
    most: int,
) -> Story:
    """Up to eight commands at ascending instants."""
    topology = draw(topologies())
    at, told = 0, []
    for ordinal in range(1, draw(st.integers(1, 8)) + 1):
        at += draw(st.sampled_from(PAUSES))
        operation, params = draw(commands(topology))
        told.append(Command(ordinal, at, "Alice", operation, params))
    return Story(topology, told, end, most)


def said_under(hash_seed: str, code: str) -> list[str]:
    """The words that this code prints in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
