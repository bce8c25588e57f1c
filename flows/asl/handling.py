"""Retriers and Catchers: what a state says about its errors.

Theory of operation. The first Retrier whose ErrorEquals takes the failure decides; when its attempts are used up the
failure goes to the first Catcher that takes it (specification, "Errors"). Each Retrier counts for itself, as long as the
state is not left. The n-th retry waits IntervalSeconds · BackoffRate^(n-1), at most MaxDelaySeconds; with FULL jitter a
random part of that. Rates are multiplied step by step, so that no result depends on a library's power function.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.asl.dataflow import JSONATA, Assigned, Template, Writer, result_writer, template
from flows.asl.expressions import InvalidExpressionError, Scope
from flows.asl.ports import Json

SECOND_US = 1_000_000
LONGEST_US = 31_622_400 * SECOND_US
"""No back-off outlives the year an execution may."""


def _names(definition: Mapping[str, Json]) -> tuple[str, ...]:
    names = definition.get("ErrorEquals")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InvalidExpressionError("ErrorEquals must be a list of names")
    return tuple(names)


@dataclass(frozen=True, slots=True)
class Retrier:
    """One entry of Retry, with AWS's defaults."""

    names: tuple[str, ...]
    interval_us: int
    max_attempts: int
    rate: float
    max_delay_us: int
    jitter: bool

    @classmethod
    def of(cls, definition: Mapping[str, Json]) -> Retrier:
        return cls(
            _names(definition),
            int(definition.get("IntervalSeconds", 1)) * SECOND_US,
            int(definition.get("MaxAttempts", 3)),
            float(definition.get("BackoffRate", 2.0)),
            min(int(definition.get("MaxDelaySeconds", LONGEST_US // SECOND_US)) * SECOND_US, LONGEST_US),
            definition.get("JitterStrategy", "NONE") == "FULL",
        )

    def delay_us(self, attempts: int) -> int:
        """How long to wait before the next attempt when that many retries were made, without jitter."""
        delay = float(self.interval_us)
        for _ in range(attempts):
            if delay >= self.max_delay_us:
                break
            delay *= self.rate
        return min(int(delay), self.max_delay_us)


class Catcher:
    """One entry of Catch."""

    __slots__ = ("_assign", "_jsonata", "_output", "_result_path", "names", "next")

    def __init__(self, definition: Mapping[str, Json], language: str, index: int, following: int) -> None:
        self.names = _names(definition)
        self.next = following
        self._jsonata = language == JSONATA
        self._assign: Template | None = template(definition, "Assign", language, f"Catch[{index}]/Assign")
        self._output = template(definition, "Output", language, f"Catch[{index}]/Output") if self._jsonata else None
        self._result_path: Writer | None = None if self._jsonata else result_writer(definition)

    def caught(self, scope: Scope, raw: Json, error_output: Json) -> tuple[Json, Assigned]:
        """Output and assigned variables. `$` of a JSONPath Assign is the error output."""
        scope.error_output = error_output
        assigned: Assigned = None
        if self._assign is not None:
            scope.input = raw if self._jsonata else error_output
            assigned = self._assign.evaluate(scope)
        if self._output is not None:
            return self._output.evaluate(scope), assigned
        return (error_output if self._result_path is None else self._result_path(raw, error_output)), assigned
