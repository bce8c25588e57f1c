"""Map, inline: the same states for each item, inside of this execution and its history.

Theory of operation. Only iterations that run have a frame; at most MaxConcurrency and never more than forty begin before
others have ended. An item's input is made (ItemSelector) when its iteration begins. A failed iteration fails the state with
its own error, unless tolerances are given: then the state fails with States.ExceedToleratedFailureThreshold once they are
exceeded.

Chains (recorded): an iteration's first event follows MapStateStarted, or the last event of the iteration that made room for
it; MapIterationSucceeded and MapIterationFailed stand beside the chain; MapStateSucceeded and MapStateExited follow the
last of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flows.asl import failures
from flows.asl.failures import Failure
from flows.asl.frames import Frame, MapWork, Phase
from flows.asl.ports import Json
from flows.asl.quotas import INLINE_CONCURRENCY
from flows.asl.states.mapping import MapState

if TYPE_CHECKING:
    from flows.asl.definition import Compilation
    from flows.asl.execution import Execution


class InlineMap(MapState):
    """ItemsPath or Items, ItemSelector, ItemProcessor (or Iterator), MaxConcurrency."""

    __slots__ = ("start",)

    def __init__(
        self,
        compilation: Compilation,
        number: int,
        name: str,
        definition: Mapping[str, Json],
        processor: Mapping[str, Json],
        language: str,
        names: Mapping[str, int],
        depth: int,
    ) -> None:
        super().__init__(number, name, definition, language, names)
        self.start = compilation.branch(processor, language, depth)

    def run(self, x: Execution, frame: Frame) -> bool:
        if frame.phase is Phase.CHILDREN:
            return self._more(x, frame)
        input_ = self.flow.effective(x.scope(frame), frame.input, x.seen)
        items = self.items(x, frame, input_)
        limit = self.concurrency(x, frame, input_)
        self.note(x, frame, "MapStateStarted", (len(items),))
        tolerated = self.tolerance(x, frame, input_) if self.tolerates else None
        concurrency = min(limit or INLINE_CONCURRENCY, INLINE_CONCURRENCY)
        frame.work = MapWork(items, input_, [None] * len(items), concurrency, tolerated)
        frame.phase = Phase.CHILDREN
        if items:
            return self._more(x, frame)
        return self._succeed(x, frame, frame.work)

    def _more(self, x: Execution, frame: Frame) -> bool:
        work = frame.work
        assert isinstance(work, MapWork)
        if work.next == len(work.items) or len(work.running) == work.concurrency:
            return False
        self._begin(x, frame, work, frame.last)
        return True

    def _begin(self, x: Execution, frame: Frame, work: MapWork, previous: int) -> None:
        index = work.next
        item = {"Index": index, "Value": work.items[index]}
        input_ = self.handed_on(x, self.select(x, frame, work.input, item))
        work.next += 1
        started = x.note("MapIterationStarted", previous, (self.name, index))
        child = x.begin(frame, index, self.start, input_, item)
        child.last = started
        work.running[index] = child.id

    def child_ended(self, x: Execution, frame: Frame, child: Frame, output: Json) -> None:
        """An iteration has finished; another may begin."""
        work = frame.work
        assert isinstance(work, MapWork)
        del work.running[child.slot]
        work.results[child.slot] = output
        work.finished += 1
        frame.last = x.note("MapIterationSucceeded", child.last, (self.name, child.slot))
        self._go_on(x, frame, work, child)

    def _go_on(self, x: Execution, frame: Frame, work: MapWork, child: Frame) -> None:
        if work.next < len(work.items):
            x.resume(frame, x.guarded(frame, self._next, child.last))
        elif not work.running:
            x.resume(frame, x.guarded(frame, self._finish, None))

    def _next(self, x: Execution, frame: Frame, previous: int) -> bool:
        assert isinstance(frame.work, MapWork)
        self._begin(x, frame, frame.work, previous)
        return False

    def _finish(self, x: Execution, frame: Frame, _nothing: None) -> bool:
        assert isinstance(frame.work, MapWork)
        return self._succeed(x, frame, frame.work)

    def _succeed(self, x: Execution, frame: Frame, work: MapWork) -> bool:
        x.note("MapStateSucceeded", frame.last)
        frame.work = None
        return self.leave(x, frame, work.results)

    def child_failed(self, x: Execution, frame: Frame, child: Frame) -> bool:
        """An iteration failed. True: that fails the state; False: it is tolerated."""
        work = frame.work
        assert isinstance(work, MapWork)
        assert child.failure is not None
        work.failed += 1
        tolerated = work.tolerated is not None and not self.exceeds(work.failed, len(work.items), work.tolerated)
        if not tolerated:
            for number in work.running.values():
                if number != child.id:
                    x.cut(x.frames[number], child.last, (self.name, x.frames[number].slot))
        frame.last = child.last
        x.note("MapIterationFailed", child.last, (self.name, child.slot))
        if not tolerated:
            if work.tolerated is not None:
                child.failure = Failure(failures.EXCEEDED_TOLERATED_FAILURES, failures.EXCEEDED_CAUSE)
            return True
        del work.running[child.slot]
        work.results[child.slot] = child.failure.output()
        work.finished += 1
        x.drop(child)
        self._go_on(x, frame, work, child)
        return False

    def children(self, frame: Frame) -> list[int]:
        """The frames of iterations that run."""
        return list(frame.work.running.values()) if isinstance(frame.work, MapWork) else []
