"""A history event, written down: columns for GetExecutionHistory, a record for the trace.

The hot path of every state machine. A JSON value becomes a text once: the output of one state is the input of the next, the
same object, so the last few values' texts are remembered by identity (values are immutable by contract, and a reference is kept).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from flows.asl.history import text
from flows.engine.trace import AT_THE_END
from flows.services.stepfunctions.history import HOW, NUMBER, TEXT, VALUE
from flows.services.stepfunctions.records import FIRST, LEFT, NUMBERS, RESUMED

if TYPE_CHECKING:
    from flows.asl.execution import Execution
    from flows.engine.environment import Environment
    from flows.services.stepfunctions.run import Run

ENTERED, EXITED, ABORTED = "StateEntered", "StateExited", "StateAborted"
ENTERS = 2
"""How many details an entry has."""
CHANGES = {ENTERED: 1, EXITED: -1, ABORTED: -1}


REMEMBERED = 64


class Plan(NamedTuple):
    """What is known of an event's type."""

    number: int
    code: int
    how: tuple[tuple[int, bool], ...]
    change: int
    """By how much its state is entered: 1, -1 or 0."""
    named: bool
    """Whether its first detail is the state's name: entered, or left."""


def _plan(type_: str, number: int) -> Plan:
    change = next((change for ending, change in CHANGES.items() if type_.endswith(ending)), 0)
    return Plan(number, number - FIRST, HOW[type_], change, bool(change) and not type_.endswith(ABORTED))


PLANS = {type_: _plan(type_, number) for type_, number in NUMBERS.items()}


class Writer:
    """What one machine's events are written with: the numbers of its states' names, and of the last values' texts by identity. It
    never enters a box.
    """

    __slots__ = ("bodies", "calendar", "known", "names", "node", "recorder")

    def __init__(self, environment: Environment, node: int) -> None:
        self.known: dict[int, tuple[Any, int]] = {}
        self.names: dict[str, int] = {}
        self.bodies, self.calendar, self.node = environment.bodies, environment.calendar, node
        self.recorder = environment.recorder

    def number(self, value: Any) -> int:
        """The number of a value's text."""
        known = self.known.get(id(value))
        if known is not None and known[0] is value:
            return known[1]
        number = self.bodies.number(text(value))
        if len(self.known) >= REMEMBERED:
            self.known.clear()
        self.known[id(value)] = (value, number)
        return number

    def name(self, state: str) -> int:
        """The number of a state's name."""
        number = self.names[state] = self.bodies.number(state)
        return number

    def told(self, how: tuple[tuple[int, bool], ...], details: tuple[Any, ...]) -> tuple[list[int], list[Any]]:
        """Details of an event that is no entry and no exit, as cells and as a record has them."""
        cells: list[int] = []
        rest: list[Any] = []
        for (kept, always), value in zip(how, details, strict=True):
            if value is None and not always:
                cell = -1 if kept == NUMBER else 0
            elif kept == VALUE:
                cell = self.number(value)
            else:
                cell = value if kept == NUMBER else self.bodies.number(value)
            cells.append(cell)
            rest.append(cell if kept != TEXT else value or "")
        return cells, rest


def event(run: Run, _execution: Execution, id_: int, type_: str, previous: int, details: tuple[Any, ...]) -> None:
    """The host's `event`. Most events enter a state (name, input) or leave it (name, output, assigned variables): these are told
    without a call between.
    """
    number, code, how, change, named = PLANS[type_]
    writer, history, places, sequences = run.machine.writer, run.history, run.places, run.sequences
    recorder, now_at = writer.recorder, writer.calendar.now_at
    detail: tuple[Any, ...]
    if named:
        place, value = details[0], details[1]
        known = writer.known.get(id(value))
        said = known[1] if known is not None and known[0] is value else writer.number(value)
        tell = history.cells.append
        tell(writer.names.get(place) or writer.name(place))
        tell(said)
        if len(details) == ENTERS:
            detail = (id_, previous, place, place, said)
        else:
            assigned = 0 if details[2] is None else writer.number(details[2])
            tell(assigned)
            detail = (id_, previous, place, place, said, assigned)
    else:
        place = places[previous]
        cells, rest = writer.told(how, details)
        if type_ == "ExecutionStarted":
            cells[0] = rest[0] = run.input
            rest.append(run.name)
        history.cells.extend(cells)
        detail = (id_, previous, place, *rest)
    if change:
        run.open[place] = run.open.get(place, 0) + change
    places.append(place)
    history.types.append(code)
    history.ats.append(now_at)
    history.previous.append(previous)
    sequence = recorder.sequence + 1
    recorder.rows += (
        now_at, writer.node, number, run.subject, run.request, sequences[previous], run.redrives + 1, detail,
    )  # fmt: skip
    if sequence & AT_THE_END:
        recorder.sequence = sequence
    else:
        recorder.wrote(sequence)
    sequences.append(sequence)
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
