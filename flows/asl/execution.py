"""A running state machine: frames, a queue of those that can go on, and the port through which everything else happens.

Theory of operation. An execution holds *frames* (frames.py), plain data, and lets those that can go on have their turns
(turns.py). A state's `step` writes history events, and either moves the frame to the next state or leaves it waiting for an
answer of the host (answers.py). An answer changes one frame, which then goes on. Nothing else moves.

A line that ends tells its parent's state (`child_ended`), which may end in turn: the recursion is as deep as the definition
nests. A failure goes to failing.py. When the execution ends, its frames stay where they are, so that a redrive can go on.

What is pickled is the frames, the queue and a few numbers; the machine and the host are given again by `bind`. Two rules
keep the hot path short: JSON values are never copied, and a state that evaluates nothing makes no scope. Whatever is true
between two steps is data, so the same answers at the same instants give the same history, pickled in between or not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flows.asl import failing, quotas, redriving
from flows.asl.answers import Answering
from flows.asl.dataflow import Assigned, Seen
from flows.asl.definition import EXPRESS, Machine
from flows.asl.expressions import MISSING, ExpressionError
from flows.asl.expressions.errors import in_state
from flows.asl.failures import (
    DATA_LIMIT_EXCEEDED,
    QUERY_EVALUATION_ERROR,
    RUNTIME,
    Failure,
    HistoryFullError,
    StateFailedError,
    history_cause,
    too_large,
    variables_too_large,
)
from flows.asl.frames import AGAIN, ENTERING, Frame
from flows.asl.ports import WHOLE, Facts, Host, Json, Status
from flows.asl.sizes import exceeds, too_many
from flows.asl.states.state import END, State
from flows.asl.surroundings import Surroundings
from flows.asl.turns import Turns

LAST_WORDS = frozenset({"ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"})
"""Events that may be the last one the quota allows."""


class Execution(Answering, Turns):
    """One execution of a machine."""

    def __init__(self, machine: Machine, facts: Facts, host: Host, *, item: Json = None) -> None:
        """`item` is $$.Map.Item of a map run's child."""
        Turns.__init__(self)
        self.facts = facts
        self.part = machine.part_number
        self.status = Status.RUNNING
        self.output: Json = None
        self.error: str | None = None
        self.cause: str | None = None
        self.started_at = facts.started_at
        self.ended_at = -1
        self.events = 0
        """How many history events were written."""
        self.item = item
        self.frames: dict[int, Frame] = {}
        self._next_frame = 1
        self.seen: Seen = None
        self.bind(machine, host)

    def bind(self, machine: Machine, host: Host) -> None:
        """Give the machine and the host: at the beginning, and after the execution comes out of a box."""
        self.machine = machine
        self.host = host
        self.states = machine.states
        self.limit = quotas.EXPRESS_EVENTS if machine.kind == EXPRESS else quotas.HISTORY_EVENTS
        self.scope = Surroundings(self).scope
        self.now_at = host.now_at()
        self.region = (self.facts.machine_id.split(":") + [""] * 4)[3]

    def __getstate__(self) -> dict[str, Any]:
        left = {"machine", "host", "states", "scope", "limit", "region"}
        return {name: value for name, value in self.__dict__.items() if name not in left}

    # ── the life of an execution ────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Begin: ExecutionStarted, then the first state."""
        facts = self.facts
        details = (facts.input, facts.role_arn or None, facts.alias_arn or None, facts.version_arn or None)
        self.note("ExecutionStarted", 0, details)
        self.started_at = self.host.now_at()
        self._watch()
        root = Frame(self._next_frame, WHOLE, 0, self.machine.start, facts.input, {}, 0, self.item)
        self._next_frame += 1
        self.frames[root.id] = root
        self.ready.append(root.id)
        self.go_on()

    def _watch(self) -> None:
        if self.machine.timeout_us:
            self.host.wait(self, WHOLE, self.host.now_at() + self.machine.timeout_us)

    def succeed(self, output: Json, previous: int) -> None:
        """The last state has been left."""
        self.note("ExecutionSucceeded", previous, (output,))
        self.output = output
        self.finish(Status.SUCCEEDED)

    def finish(self, status: Status) -> None:
        """Nothing goes on any more; the frames stay where they are."""
        self.status = status
        self.ended_at = self.host.now_at()
        if self.machine.timeout_us:
            self.host.unwait(self, WHOLE)
        redriving.halt(self)
        self.clear_turns()
        self.host.ended(self)

    # ── what states use ─────────────────────────────────────────────────────────────────────────────────────────────

    def note(self, type_: str, previous: int, details: tuple[Any, ...] = ()) -> int:
        """Write a history event; its number."""
        id_ = self.events + 1
        if id_ >= self.limit and type_ not in LAST_WORDS:
            raise HistoryFullError
        self.events = id_
        self.host.event(self, id_, type_, previous, details)
        return id_

    def enter(self, frame: Frame, state: State) -> None:
        """The frame comes to a state."""
        frame.before = frame.last
        frame.entered = frame.last = self.note(state.entered_type, frame.last, (state.name, frame.input))
        frame.entered_at = self.now_at
        frame.phase = AGAIN

    def leave(self, frame: Frame, state: State, output: Json, assigned: Assigned, following: int) -> bool:
        """The frame leaves its state, if what it passes on is not too large. True: it stands at the next one."""
        if assigned or output is not frame.input:
            refused = self.refusal(frame, state, output, assigned)
            if refused is not None:
                return self.wrong(frame, refused)
        return self.depart(frame, state, output, assigned, following)

    def refusal(self, frame: Frame, state: State, output: Json, assigned: Assigned) -> StateFailedError | None:
        """Why the state may not pass this on, if it may not."""
        if output is not frame.input and self.is_too_large(state, output):
            return StateFailedError(DATA_LIMIT_EXCEEDED, too_large(state.name))
        if assigned and (self.is_too_large(state, assigned) or too_many(frame.variables | assigned)):
            return StateFailedError(DATA_LIMIT_EXCEEDED, variables_too_large(state.name))
        return None

    def depart(self, frame: Frame, state: State, output: Json, assigned: Assigned, following: int) -> bool:
        """The frame leaves its state. True: it stands at the next one."""
        frame.last = self.note(state.exited_type, frame.last, (state.name, output, assigned))
        if assigned:
            frame.variables = frame.variables | assigned
        if following == END:
            self._end_line(frame, output)
            return False
        frame.state = following
        frame.input = output
        frame.phase = ENTERING
        if frame.retries is not None or frame.token or frame.effective is not None:
            frame.retries, frame.attempt, frame.token, frame.effective = None, 0, "", None
        return True

    def _end_line(self, frame: Frame, output: Json) -> None:
        if frame.parent == WHOLE:
            del self.frames[frame.id]
            self.succeed(output, frame.last)
            return
        parent = self.frames[frame.parent]
        del self.frames[frame.id]
        self.states[parent.state].child_ended(self, parent, frame, output)

    def begin(self, parent: Frame, slot: int, state: int, input_: Json, item: Json) -> Frame:
        """A new line below `parent`; its chain goes on from the parent's."""
        frame = Frame(self._next_frame, parent.id, slot, state, input_, parent.variables, parent.last, item)
        self._next_frame += 1
        self.frames[frame.id] = frame
        self.ready.append(frame.id)
        return frame

    def resume(self, frame: Frame, goes_on: bool) -> None:
        """Put the frame among those that can go on, if it can."""
        if goes_on:
            self.ready.append(frame.id)

    def is_too_large(self, state: State, value: Json) -> bool:
        """Whether a value is more than state data may be."""
        return exceeds(value, quotas.STATE_DATA_BYTES, wide=state.wide)

    # ── when something goes wrong ───────────────────────────────────────────────────────────────────────────────────

    def guarded(self, frame: Frame, step: Callable[[Execution, Frame, Any], bool], argument: Any) -> bool:
        """A part of a state's work outside of its `step`: what goes wrong in it is the state's failure."""
        try:
            return step(self, frame, argument)
        except (ExpressionError, StateFailedError) as error:
            return self.wrong(frame, error)

    def wrong(self, frame: Frame, error: ExpressionError | StateFailedError) -> bool:
        """An expression or a field of the frame's state has no value."""
        state = self.states[frame.state]
        cause = self.cause_of(frame, state, error)
        if error.error == QUERY_EVALUATION_ERROR:
            previous = frame.before if frame.last == frame.entered else frame.last
            frame.last = self.note(
                "EvaluationFailed", previous, (error.error, cause, error.location or None, state.name)
            )
        return self.fail(frame, Failure(error.error, cause))

    def cause_of(self, frame: Frame, state: State, error: ExpressionError | StateFailedError) -> str:
        """The cause as history tells it: with the state and the event that entered it, unless it is about sizes (recorded)."""
        too_much = error.error == DATA_LIMIT_EXCEEDED
        return error.cause if too_much else in_state(error.cause, state.name, frame.entered)

    def fail(self, frame: Frame, failure: Failure) -> bool:
        """The frame's state failed: Retry, Catch, or up. True: the frame can go on at once."""
        return failing.fail(self, frame, failure)

    def cut(self, frame: Frame, previous: int, iteration: tuple[str, int] | None = None) -> None:
        """The frame's line is given up because another failed."""
        failing.cut(self, frame, previous, iteration)

    def drop(self, frame: Frame) -> None:
        """Forget a line and all below it."""
        redriving.drop(self, frame)

    def redrive(self, facts: Facts, machine: Machine | None = None, input_: Json = MISSING, at: str = "") -> None:
        """Go on from the states that failed; a corrected machine, other input for them, or another of the machine's own states to
        begin `at` are the playground's, not AWS's.
        """
        try:
            redriving.redrive(self, facts, machine, input_, at)
        except HistoryFullError:
            failing.end(self, Failure(RUNTIME, history_cause(self.limit)), self.events)
            return
        self._watch()
        self.go_on()
