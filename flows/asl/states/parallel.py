"""Parallel: every branch gets the same effective input; the result is the list of what they answer, in the order written.

Chains: each branch's events begin at ParallelStateStarted; the state's own chain goes on from the last event of the branch
that finished last. ParallelStateSucceeded stands beside the chain, not in it (recorded: Exited has the same
previousEventId).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flows.asl.dataflow import flow_of
from flows.asl.frames import BranchesWork, Frame, Phase
from flows.asl.ports import Json
from flows.asl.states.state import State

if TYPE_CHECKING:
    from flows.asl.definition import Compilation
    from flows.asl.execution import Execution


class Parallel(State):
    """Branches."""

    __slots__ = ("starts",)
    starts: list[int]
    failed_type = "ParallelStateFailed"

    @classmethod
    def compile(
        cls,
        compilation: Compilation,
        number: int,
        name: str,
        definition: Mapping[str, Json],
        language: str,
        names: Mapping[str, int],
        depth: int,
    ) -> Parallel:
        """The state and all of its branches."""
        state = cls(number, name, definition, language, names, flow_of(definition, language))
        state.starts = [compilation.branch(branch, language, depth) for branch in definition["Branches"]]
        return state

    def is_like(self, other: State) -> bool:
        """A Parallel with as many branches."""
        return isinstance(other, Parallel) and len(other.starts) == len(self.starts)

    def run(self, x: Execution, frame: Frame) -> bool:
        frame.effective = self.handed_on(x, self.flow.effective(x.scope(frame), frame.input, x.seen))
        self.note(x, frame, "ParallelStateStarted")
        frame.phase = Phase.CHILDREN
        frame.work = BranchesWork([0] * len(self.starts), [None] * len(self.starts), len(self.starts))
        for slot, start in enumerate(self.starts):
            frame.work.frames[slot] = x.begin(frame, slot, start, frame.effective, frame.item).id
        return False

    def child_ended(self, x: Execution, frame: Frame, child: Frame, output: Json) -> None:
        """A branch has finished."""
        work = frame.work
        assert isinstance(work, BranchesWork)
        frame.last = child.last
        work.frames[child.slot] = 0
        work.results[child.slot] = output
        work.left -= 1
        if work.left == 0:
            x.note("ParallelStateSucceeded", frame.last)
            frame.work = None
            x.resume(frame, x.guarded(frame, self.leave, work.results))

    def child_failed(self, x: Execution, frame: Frame, child: Frame) -> bool:
        """A branch failed: the others are cut, and the failure is the state's own. True: it is (it always is)."""
        work = frame.work
        assert isinstance(work, BranchesWork)
        frame.last = child.last
        for number in work.frames:
            if number and number != child.id:
                x.cut(x.frames[number], child.last)
        return True

    def children(self, frame: Frame) -> list[int]:
        """The frames of branches that have not finished."""
        return [number for number in frame.work.frames if number] if isinstance(frame.work, BranchesWork) else []
