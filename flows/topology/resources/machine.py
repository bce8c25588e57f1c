"""A state machine: its definition as text, and the answers that stand in for what its tasks call.

The definition is JSON with substitutions filled in and references resolved, as CreateStateMachine would get it. A mock answers a Task
(or a Map's reader) by the state's name instead of what the state calls: a list of answers, each for so many entries into the state;
the last one for all that follow when it says no number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

STANDARD, EXPRESS = "STANDARD", "EXPRESS"


@dataclass(frozen=True, slots=True)
class MockAnswer:
    """`output` is JSON text; an `error` makes it a failure with that `cause`. `times` 0 means from here on."""

    output: str = "null"
    error: str = ""
    cause: str = ""
    delay_us: int = 0
    times: int = 0


@dataclass(frozen=True, slots=True)
class MachineConfig:
    name: str
    kind: str = STANDARD
    definition: str = "{}"
    role_arn: str = ""
    mocks: Mapping[str, tuple[MockAnswer, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskConfig:
    """A link from a machine to what it calls: which of its states do, and by which operations."""

    states: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
