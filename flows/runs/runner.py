"""The one driver: takes a simulation as far as is asked, or as the bound allows, applying commands on the way.

Theory of operation. What happens next is either a notice or a command, and the rule between them is the simulator's: every
notice up to and including a command's instant comes first, then the command. So the order of everything is given by the
simulation and the command log, and `advance` only decides where to pause. It may be cut at any point and called again; the
records are the same. Replays, slices and (later) the host of a wall-clock execution all go through here.

It knows no database, and real time only as the bound's clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from flows.engine.calendar import NEVER
from flows.models import DemandKind
from flows.runs.bounds import LOOK_EVERY_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.engine.environment import Environment
    from flows.engine.segment import Segment
    from flows.runs.bounds import Bound
    from flows.runs.demands import Demand
    from flows.services.ports import Answer
    from flows.simulation import Command

FIRST_STRIDE_US = 60_000_000


class Simulation(Protocol):
    """What runs need of `flows.simulation.Simulation`."""

    @property
    def environment(self) -> Environment: ...
    @property
    def now_at(self) -> int: ...
    @property
    def next_at(self) -> int | None: ...
    @property
    def quiet(self) -> bool: ...
    @property
    def sequence(self) -> int: ...
    def run_until(self, until_at: int, records: int | None = None) -> bool: ...
    def step(self) -> bool: ...
    def apply(self, command: Command) -> Answer: ...
    def drain(self) -> Segment: ...
    def digest(self) -> str: ...
    def checkpoint(self) -> bytes: ...


@dataclass(slots=True)
class Advanced:
    reached: bool = False
    """The demand is met; otherwise the bound was."""
    answers: list[tuple[Command, Answer]] = field(default_factory=list)


def advance(simulation: Simulation, demand: Demand, bound: Bound, commands: Sequence[Command]) -> Advanced:
    """`commands` are those not applied yet, in order; none of them lies before the simulation's now."""
    if commands and commands[0].at < simulation.now_at:
        raise ValueError(
            f"command {commands[0].ordinal} is due at {commands[0].at}, and it is {simulation.now_at} already"
        )
    waiting = [c for c in reversed(commands) if demand.until_at is None or c.at <= demand.until_at]
    pace = _until if demand.kind == DemandKind.UNTIL else _by_notice
    advanced = Advanced()
    first = simulation.sequence
    stride = _Stride(bound)
    while not advanced.reached:
        records = bound.allows(simulation.sequence - first)
        if records <= 0:
            break
        next_at = simulation.next_at
        if waiting and (next_at is None or waiting[-1].at < next_at):
            command = waiting.pop()
            advanced.answers.append((command, simulation.apply(command)))
            bound.answered()
            advanced.reached = demand.kind in (DemandKind.STEP, DemandKind.NEXT)
        else:
            advanced.reached = pace(simulation, demand, waiting[-1].at if waiting else None, records, stride)
            if demand.kind == DemandKind.NEXT and next_at is not None:
                advanced.reached = simulation.sequence > first
    return advanced


def _until(simulation: Simulation, demand: Demand, command_at: int | None, records: int, stride: _Stride) -> bool:
    """Towards the instant, or the next command before it."""
    until_at = demand.until_at or 0
    horizon_at = until_at if command_at is None else command_at
    next_at = simulation.next_at
    goal_at = min(horizon_at, max(simulation.now_at + stride.length_us, horizon_at if next_at is None else next_at))
    with stride:
        settled = simulation.run_until(goal_at, records=records)
    return settled and command_at is None and goal_at == until_at


def _by_notice(simulation: Simulation, demand: Demand, command_at: int | None, records: int, _stride: _Stride) -> bool:
    """One notice, all those of one instant, or many. True: nothing is left that the demand is about."""
    next_at = simulation.next_at
    if next_at is None:
        return True
    if demand.kind == DemandKind.STEP:
        return simulation.step()
    if demand.kind == DemandKind.NEXT:
        simulation.run_until(next_at, records=records)
        return False
    if command_at is not None:
        simulation.run_until(command_at, records=records)
        return False
    return _while_something_waits(simulation, records, quiet_is_enough=demand.kind == DemandKind.QUIET)


def _while_something_waits(simulation: Simulation, records: int, *, quiet_is_enough: bool) -> bool:
    """Up to the notice after which nothing (but background) waits: its instant is not known before."""
    calendar, recorder = simulation.environment.calendar, simulation.environment.recorder
    end = recorder.sequence + records
    waiting_at = calendar.next_foreground_at if quiet_is_enough else calendar.next_at
    if waiting_at() is not None:
        calendar.run_until(NEVER, lambda: recorder.sequence >= end or waiting_at() is None)
    return waiting_at() is None


class _Stride:
    """How much virtual time to try before the clock is looked at again: stretches with many notices may leave no records."""

    def __init__(self, bound: Bound) -> None:
        self.length_us = FIRST_STRIDE_US
        self._bound = bound
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = self._bound.spent_s()

    def __exit__(self, *_: object) -> None:
        quick = self._bound.spent_s() - self._began < LOOK_EVERY_S
        self.length_us = self.length_us * 2 if quick else max(self.length_us // 2, 1)
