"""A history event, written down: columns for GetExecutionHistory, a record for the trace.

The hot path of every state machine. A JSON value becomes a text once: the output of one state is the input of the next, the
same object, so the last few values' texts are remembered by identity (values are immutable by contract, and a reference is kept).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.asl.history import text
from flows.engine.bodies import Bodies
from flows.services.stepfunctions.history import HOW, NUMBER, TEXT, VALUE
from flows.services.stepfunctions.records import FIRST, LEFT, NUMBERS, RESUMED

if TYPE_CHECKING:
    from flows.services.stepfunctions.run import Run

ENTERED, EXITED, ABORTED = "StateEntered", "StateExited", "StateAborted"
CHANGES = {ENTERED: 1, EXITED: -1, ABORTED: -1}


def _plan(type_: str, number: int) -> tuple[int, tuple[tuple[int, bool], ...], int, bool]:
    """(kind, how its fields are kept, by how much its state is entered, whether its first field names that state)."""
    change = next((change for ending, change in CHANGES.items() if type_.endswith(ending)), 0)
    return number, HOW[type_], change, bool(change) and not type_.endswith(ABORTED)


PLAN = {type_: _plan(type_, number) for type_, number in NUMBERS.items()}
REMEMBERED = 64


class Values:
    """The numbers of the texts of JSON values, the last ones by identity. Nothing of it enters a box."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, int]] = {}

    def number(self, bodies: Bodies, value: Any) -> int:
        known = self._known.get(id(value))
        if known is not None and known[0] is value:
            return known[1]
        number = bodies.number(text(value))
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[id(value)] = (value, number)
        return number

    def __reduce__(self) -> tuple[type[Values], tuple[()]]:
        return Values, ()


def event(run: Run, id_: int, type_: str, previous: int, details: tuple[Any, ...]) -> None:
    number, how, change, named = PLAN[type_]
    machine = run.machine
    environment = machine.world.environment
    bodies, places = environment.bodies, run.places
    place = details[0] if named else places[previous]
    if change:
        run.open[place] = run.open.get(place, 0) + change
    places.append(place)
    cells: list[int] = []
    detail: list[Any] = [id_, previous, place]
    for (kept, always), value in zip(how, details, strict=True):
        if value is None and not always:
            cells.append(-1 if kept == NUMBER else 0)
            detail.append("" if kept == TEXT else cells[-1])
            continue
        if kept == VALUE:
            cell = machine.values.number(bodies, value)
        else:
            cell = value if kept == NUMBER else bodies.number(value)
        cells.append(cell)
        detail.append(value if kept == TEXT else cell)
    if type_ == "ExecutionStarted":
        cells[0] = detail[3] = run.input
    history = run.history
    history.cells.extend(cells)
    history.types.append(number - FIRST)
    history.ats.append(environment.calendar.now_at)
    history.previous.append(previous)
    sequences = run.sequences
    sequences.append(
        environment.recorder.write(
            number, machine.node, run.subject, run.request, sequences[previous], run.redrives + 1, tuple(detail)
        )
    )
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
