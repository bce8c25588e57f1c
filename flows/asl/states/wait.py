"""Wait: for a number of seconds or until a timestamp, from the definition, a path or an expression.

A timestamp in the past does not wait. What a path may refer to, and what is said of anything else, is recorded:
"The SecondsPath parameter references a negative value: $.n == -1".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from flows.asl.dataflow import flow_of, through
from flows.asl.expressions import (
    MISSING,
    InvalidExpressionError,
    Scope,
    compile_jsonata,
    compile_path,
    jsonata_text,
    parse_timestamp,
)
from flows.asl.failures import QUERY_EVALUATION_ERROR, RUNTIME, StateFailedError
from flows.asl.frames import Frame, Phase
from flows.asl.history import text as json_text
from flows.asl.numbers import long_path, plain
from flows.asl.ports import Facts, Json
from flows.asl.quotas import TASK_SECONDS
from flows.asl.states.state import State

if TYPE_CHECKING:
    from flows.asl.execution import Execution

SECOND_US = 1_000_000
Until = Callable[[Scope, int, Facts], int]
"""(scope, present instant, facts) → the instant to wait for."""


class Wait(State):
    """Seconds, SecondsPath, Timestamp, TimestampPath."""

    __slots__ = ("_until",)

    def __init__(
        self, number: int, name: str, definition: Mapping[str, Json], language: str, names: Mapping[str, int]
    ) -> None:
        super().__init__(number, name, definition, language, names, flow_of(definition, language, transforms=False))
        self._until = _until(definition)

    def run(self, x: Execution, frame: Frame) -> bool:
        scope = x.scope(frame)
        frame.effective = self.flow.effective(scope, frame.input, x.seen)
        scope.input = frame.effective
        now_at = x.host.now_at()
        until_at = self._until(scope, now_at, x.facts)
        if until_at <= now_at:
            return self.woken(x, frame)
        frame.phase = Phase.WAITING
        x.host.wait(x, frame.id, until_at)
        return False

    def woken(self, x: Execution, frame: Frame) -> bool:
        """The time has come."""
        output, assigned = through(self.flow, x.scope(frame), frame.input, frame.effective)
        return x.leave(frame, self, output, assigned, self.next)


def _until(definition: Mapping[str, Json]) -> Until:
    if "Seconds" in definition:
        return _seconds(definition["Seconds"])
    if "SecondsPath" in definition:
        return _seconds_path(definition["SecondsPath"])
    if "Timestamp" in definition:
        return _timestamp(definition["Timestamp"])
    return _timestamp_path(definition["TimestampPath"])


def _seconds(seconds: Json) -> Until:
    if jsonata_text(seconds) is None:
        length_us = int(seconds) * SECOND_US
        if not 0 <= length_us <= TASK_SECONDS * SECOND_US:
            raise InvalidExpressionError(f"Seconds must be between 0 and {TASK_SECONDS}")
        return lambda _scope, now_at, _facts: now_at + length_us
    jsonata = compile_jsonata(seconds, "Seconds")

    def until(scope: Scope, now_at: int, _facts: Facts) -> int:
        value = jsonata.expect(scope, "number")
        if value != int(value) or not 0 <= value <= TASK_SECONDS:
            raise StateFailedError(
                QUERY_EVALUATION_ERROR,
                f"The JSONata expression '{jsonata_text(seconds)}' specified for the field 'Seconds' returned a value outside"
                f" of the range 0 to {TASK_SECONDS}: {json_text(value)}",
                "Seconds",
            )
        return now_at + int(value) * SECOND_US

    return until


def _seconds_path(text: str) -> Until:
    seconds = long_path(text, "SecondsPath")
    return lambda scope, now_at, _facts: now_at + int(seconds(scope)) * SECOND_US


def _timestamp(stamp: str) -> Until:
    if jsonata_text(stamp) is None:
        return lambda _scope, _now_at, facts: _instant(stamp, facts, f"The Timestamp parameter {_NOT_A_DATE}: {stamp}")
    jsonata = compile_jsonata(stamp, "Timestamp")

    def until(scope: Scope, _now_at: int, facts: Facts) -> int:
        value = jsonata.expect(scope, "string")
        at = parse_timestamp(value)
        if at is None:
            raise StateFailedError(
                QUERY_EVALUATION_ERROR, f"The Timestamp parameter {_NOT_A_DATE}: {value}", "Timestamp"
            )
        return at - facts.epoch_us

    return until


def _timestamp_path(text: str) -> Until:
    path = compile_path(text)

    def until(scope: Scope, _now_at: int, facts: Facts) -> int:
        value = path.find(scope)
        if value is MISSING:
            raise StateFailedError(RUNTIME, f"The TimestampPath parameter does not reference an input value: {text}")
        return _instant(value, facts, f"The TimestampPath parameter {_NOT_A_DATE}: {text} == {plain(value)}")

    return until


_NOT_A_DATE = "does not reference a valid ISO-8601 extended offset date-time format string"


def _instant(value: Json, facts: Facts, sentence: str) -> int:
    at = parse_timestamp(value) if isinstance(value, str) else None
    if at is None:
        raise StateFailedError(RUNTIME, sentence)
    return at - facts.epoch_us
