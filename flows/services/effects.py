"""The effect log's port: what running people's code gave, so that a replay never runs it again.

An effect is known by (invocation ordinal, code hash, input hash). A pure handler (a declarative behaviour) is computed
anew each time and never logged; for an impure one the log is asked first and told afterwards. The log lives outside the
simulation's box: truth belongs to the execution, a checkpoint is only a cache.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a handler call ended: `reply` (JSON text), or an error; how long it took; which calls it made, in order.

    `failed_items` are indices into the batch for handlers that know them; others say so in their reply.
    """

    reply: str = "null"
    error_type: str = ""
    error_message: str = ""
    duration_us: int = 0
    timed_out: bool = False
    failed_items: tuple[int, ...] = ()
    item_errors: tuple[tuple[str, str], ...] = ()
    """(error type, message) of each of `failed_items`."""
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """One logged handler call."""

    ordinal: int
    code_hash: str
    input_hash: str
    outcome: Outcome


class Effects(Protocol):
    """Where effects are looked up and written down."""

    definition_key: str

    def recorded(self, ordinal: int, code_hash: str, input_hash: str) -> Outcome | None: ...

    def log(self, ordinal: int, code_hash: str, input_hash: str, outcome: Outcome) -> None: ...

    def drain(self) -> list[Effect]: ...


@dataclass
class EffectLog:
    """The effects of one execution in memory: those known from before, and those new since the last drain."""

    known: dict[tuple[int, str, str], Outcome] = field(default_factory=dict)
    fresh: list[Effect] = field(default_factory=list)
    definition_key: str = "effects"

    def recorded(self, ordinal: int, code_hash: str, input_hash: str) -> Outcome | None:
        return self.known.get((ordinal, code_hash, input_hash))

    def log(self, ordinal: int, code_hash: str, input_hash: str, outcome: Outcome) -> None:
        self.known[ordinal, code_hash, input_hash] = outcome
        self.fresh.append(Effect(ordinal, code_hash, input_hash, outcome))

    def drain(self) -> list[Effect]:
        fresh, self.fresh = self.fresh, []
        return fresh
