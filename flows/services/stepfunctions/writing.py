"""A history event, written down: columns for GetExecutionHistory, a record for the trace.

The hot path of every state machine. A JSON value becomes a text once: the output of one state is the input of the next, the
same object, so the last few values' texts are remembered by identity (values are immutable by contract, and a reference is kept).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.asl.history import text
from flows.services.stepfunctions.history import HOW, NUMBER, RAW, TEXT
from flows.services.stepfunctions.records import FIRST, LEFT, NUMBERS, RESUMED

if TYPE_CHECKING:
    from flows.services.stepfunctions.run import Run

ENTERED, EXITED, ABORTED, ELSEWHERE = "StateEntered", "StateExited", "StateAborted", ""
CHANGES = {ENTERED: 1, EXITED: -1, ABORTED: -1}
PLAN: dict[str, tuple[int, tuple[tuple[int, bool], ...], str]] = {
    type_: (
        number,
        HOW[type_],
        next((move for move in CHANGES if type_.endswith(move)), ELSEWHERE),
    )
    for type_, number in NUMBERS.items()
}
"""Event type → (kind, how its fields are kept, whether a state is entered or left)."""
REMEMBERED = 4


class Values:
    """The numbers of the texts of JSON values, the last few by identity. Nothing of it enters a box."""

    __slots__ = ("_next", "_numbers", "_values")

    def __init__(self) -> None:
        self._values: list[Any] = [None] * REMEMBERED
        self._numbers = [0] * REMEMBERED
        self._next = 0

    def number(self, run: Run, value: Any) -> int:
        for index, known in enumerate(self._values):
            if known is value and self._numbers[index]:
                return self._numbers[index]
        number = run.machine.world.environment.bodies.number(text(value))
        if isinstance(value, dict | list):
            index = self._next
            self._values[index], self._numbers[index] = value, number
            self._next = (index + 1) % REMEMBERED
        return number

    def __reduce__(self) -> tuple[type[Values], tuple[()]]:
        return Values, ()


def event(run: Run, id_: int, type_: str, previous: int, details: tuple[Any, ...]) -> None:
    number, how, move = PLAN[type_]
    environment = run.machine.world.environment
    history, places = run.history, run.places
    place = places[previous] if move in {ELSEWHERE, ABORTED} else details[0]
    if move:
        run.open[place] = run.open.get(place, 0) + CHANGES[move]
    places.append(place)
    cells, detail = history.cells, [id_, previous, place]
    values = run.machine.values
    numbered = environment.bodies.number
    for (kept, always), value in zip(how, details, strict=True):
        if value is None and not always:
            cells.append(-1 if kept == NUMBER else 0)
            detail.append("" if kept == TEXT else -1 if kept == NUMBER else 0)
        elif kept == NUMBER:
            cells.append(value)
            detail.append(value)
        elif kept == TEXT:
            cells.append(numbered(value))
            detail.append(value)
        else:
            cell = numbered(value) if kept == RAW else values.number(run, value)
            cells.append(cell)
            detail.append(cell)
    if type_ == "ExecutionStarted":
        cells[-len(how)] = detail[3] = run.input
    history.types.append(number - FIRST)
    history.ats.append(environment.calendar.now_at)
    history.previous.append(previous)
    write = environment.recorder.write
    cause = run.sequences[previous]
    attempt = run.redrives + 1
    run.sequences.append(write(number, run.machine.node, run.subject, run.request, cause, attempt, tuple(detail)))
    if type_ == "ExecutionRedriven":
        resumed(run)


def left(run: Run) -> None:
    """The states that an execution leaves open at its end: AWS writes no exit for them."""
    run.halted = {state: count for state, count in run.open.items() if count > 0}
    run.open = {}
    _note(run, LEFT)


def resumed(run: Run) -> None:
    """Redriven, it is in them again: AWS writes no entry for them."""
    run.open = dict(run.halted)
    _note(run, RESUMED)


def _note(run: Run, kind: int) -> None:
    write = run.machine.world.environment.recorder.write
    for state, count in run.halted.items():
        write(kind, run.machine.node, run.subject, run.request, run.sequences[-1], run.redrives + 1, (state, count))
