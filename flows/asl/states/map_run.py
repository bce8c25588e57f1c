"""Map, distributed: a map run, whose child executions have histories of their own.

Theory of operation. The state reads its items (from its input, or through the host from an ItemReader), batches them if
asked to, and asks the host to start child executions, a bounded number per step, as many at once as MaxConcurrency lets.
The host owns the children; here their outcomes are a column. Nothing is made per item before it is started, unless batches
are made by bytes. When the last child has ended, or too many items have failed, the map run is over.

Chains (recorded): MapStateEntered → MapStateStarted → MapRunStarted → MapRunFailed; MapRunSucceeded and MapStateSucceeded
stand beside. `length` is 0 where an ItemReader has still to be read. Which error: States.ExceedToleratedFailureThreshold,
whatever the child failed of; States.ItemReaderFailed, States.ResultWriterFailed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flows.asl import failures
from flows.asl.batching import Batcher
from flows.asl.failures import Failure, StateFailedError
from flows.asl.frames import Frame, MapRunWork, Phase
from flows.asl.item_reader import ItemReader
from flows.asl.ports import ChildRequest, ChildResult, Json, MapRunRequest, Status
from flows.asl.quotas import MAP_RUN_CONCURRENCY
from flows.asl.result_writer import ResultWriter
from flows.asl.states.mapping import MapState

if TYPE_CHECKING:
    from flows.asl.definition import Compilation
    from flows.asl.execution import Execution

AT_A_TIME = 64
"""Child executions asked for in one step, where no expression is evaluated for each."""


class DistributedMap(MapState):
    """ItemReader, ItemBatcher, ResultWriter, Label beside what every Map has."""

    __slots__ = ("_at_a_time", "_batcher", "_label", "_reader", "_writer", "kind")

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
        self.kind: str = processor.get("ProcessorConfig", {}).get("ExecutionType", "STANDARD")
        compilation.processor(number, self.kind, processor, language, depth)
        self._at_a_time = 1 if self.selects and self.jsonata else AT_A_TIME
        self._label: str = definition.get("Label", name)
        self._reader = ItemReader(definition["ItemReader"], language) if "ItemReader" in definition else None
        self._batcher = Batcher(definition["ItemBatcher"], language) if "ItemBatcher" in definition else None
        self._writer = ResultWriter(definition["ResultWriter"], language) if "ResultWriter" in definition else None

    def run(self, x: Execution, frame: Frame) -> bool:
        if frame.phase is Phase.CHILDREN:
            return self._more(x, frame)
        if frame.phase is Phase.PREPARING:
            return self._prepare(x, frame)
        input_ = self.flow.effective(x.scope(frame), frame.input, x.seen)
        items = [] if self._reader is not None else self.items(x, frame, input_)
        limit = self.concurrency(x, frame, input_)
        self.note(x, frame, "MapStateStarted", (len(items),))
        tolerated = self.tolerance(x, frame, input_)
        concurrency = min(limit or MAP_RUN_CONCURRENCY, MAP_RUN_CONCURRENCY)
        count, percentage = tolerated
        arn = x.host.map_run(
            x,
            frame.id,
            MapRunRequest(self.name, self._label, len(items), limit, max(count, 0), max(percentage, 0.0), self.kind),
        )
        self.note(x, frame, "MapRunStarted", (arn,))
        frame.work = work = MapRunWork(arn, input_, concurrency, tolerated)
        if self._reader is None:
            return self._with_items(x, frame, items)
        frame.phase = Phase.READING
        scope = x.scope(frame)
        scope.input = input_
        try:
            self._reader.limit(scope, work)
        except StateFailedError as error:
            if error.error != failures.ITEM_READER_FAILED:
                raise
            return self.items_failed(x, frame, error.error, error.cause)
        x.host.read_items(x, frame.id, self._reader.request(self.name, scope))
        return False

    def items_read(self, x: Execution, frame: Frame, data: bytes | list[Json]) -> bool:
        """The host has fetched what the ItemReader names; a manifest names more to fetch."""
        work = frame.work
        assert isinstance(work, MapRunWork)
        assert self._reader is not None
        try:
            more = self._reader.read(work, data)
        except StateFailedError as error:
            return self.items_failed(x, frame, error.error, error.cause)
        if more:
            scope = x.scope(frame)
            scope.input = work.input
            x.host.read_items(x, frame.id, self._reader.request(self.name, scope, more))
            return False
        return x.guarded(frame, self._with_items, work.items)

    def items_failed(self, x: Execution, frame: Frame, error: str, cause: str | None) -> bool:
        """The items could not be read."""
        return x.fail(frame, Failure(error, cause))

    def _with_items(self, x: Execution, frame: Frame, items: list[Json]) -> bool:
        work = frame.work
        assert isinstance(work, MapRunWork)
        work.items = items
        if self._batcher is None:
            return self._with_children(x, frame, work)
        frame.phase = Phase.PREPARING
        return self._prepare(x, frame)

    def _prepare(self, x: Execution, frame: Frame) -> bool:
        """Batches are made of what ItemSelector makes of the items: a few per step."""
        work = frame.work
        assert isinstance(work, MapRunWork)
        assert self._batcher is not None
        if self.selects and len(work.selected) < len(work.items):
            for index in range(len(work.selected), min(len(work.selected) + self._at_a_time, len(work.items))):
                work.selected.append(self._select(x, frame, work, index))
            return True
        if self.selects:
            work.items, work.selected = work.selected, []
        scope = x.scope(frame)
        scope.input = work.input
        work.batch_input = self._batcher.input(scope)
        work.batches = self._batcher.batches(x.scope(frame), work)
        return self._with_children(x, frame, work)

    def _with_children(self, x: Execution, frame: Frame, work: MapRunWork) -> bool:
        work.expect()
        frame.phase = Phase.CHILDREN
        return self._more(x, frame)

    # ── children ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _more(self, x: Execution, frame: Frame) -> bool:
        work = frame.work
        assert isinstance(work, MapRunWork)
        for _ in range(self._at_a_time):
            if work.running >= work.concurrency or not self._start(x, frame, work):
                break
        else:
            return True
        if work.running == 0:
            return self._over(x, frame, work)
        return False

    def _start(self, x: Execution, frame: Frame, work: MapRunWork) -> bool:
        redriven = bool(work.again)
        if not redriven and work.next >= work.children():
            return False
        index = work.again[-1] if redriven else work.next
        input_ = self._input(x, frame, work, index)
        if redriven:
            work.again.pop()
        else:
            work.next += 1
        work.running += 1
        item = None if work.batches is not None else {"Index": index, "Value": work.items[index]}
        request = ChildRequest(
            self.name, self.number, index, input_, work.items_of(index), self.kind, work.arn, item, redriven
        )
        x.host.child(x, frame.id, request)
        return True

    def _select(self, x: Execution, frame: Frame, work: MapRunWork, index: int) -> Json:
        return self.select(x, frame, work.input, {"Index": index, "Value": work.items[index]})

    def _input(self, x: Execution, frame: Frame, work: MapRunWork, index: int) -> Json:
        if work.batches is None:
            return self.handed_on(x, self._select(x, frame, work, index))
        first, after = work.batches[index]
        batch: dict[str, Json] = {"Items": work.items[first:after]}
        return self.handed_on(x, batch if work.batch_input is None else {"BatchInput": work.batch_input} | batch)

    def run_child_ended(self, x: Execution, frame: Frame, result: ChildResult) -> bool:
        """A child execution has ended."""
        work = frame.work
        assert isinstance(work, MapRunWork)
        work.record(result, whole=self._writer is not None)
        if self.exceeds(work.failed_items, len(work.items), work.tolerated):
            return x.fail(frame, Failure(failures.EXCEEDED_TOLERATED_FAILURES, failures.EXCEEDED_CAUSE))
        if work.finished == work.children():
            return x.guarded(frame, self._over, work)
        if work.running < work.concurrency:
            return x.guarded(frame, self._one_more, work)
        return False

    def _one_more(self, x: Execution, frame: Frame, work: MapRunWork) -> bool:
        self._start(x, frame, work)
        return False

    # ── the end ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _over(self, x: Execution, frame: Frame, work: MapRunWork) -> bool:
        if self._writer is None:
            return self._succeed(x, frame, work, [ResultWriter.entry(each, x.facts) for each in work.outcomes])
        scope = x.scope(frame)
        scope.input = work.input
        request = self._writer.request(self.name, scope, work, x.facts)
        if request is None:
            return self._succeed(x, frame, work, self._writer.shaped(work, x.facts))
        frame.phase = Phase.WRITING
        x.host.write_results(x, frame.id, request)
        return False

    def results_written(self, x: Execution, frame: Frame, output: Json) -> bool:
        """The ResultWriter's files are stored."""
        work = frame.work
        assert isinstance(work, MapRunWork)
        return x.guarded(frame, self._written, output)

    def _written(self, x: Execution, frame: Frame, output: Json) -> bool:
        assert isinstance(frame.work, MapRunWork)
        return self._succeed(x, frame, frame.work, output)

    def results_failed(self, x: Execution, frame: Frame, error: str, cause: str | None) -> bool:
        """They could not be stored."""
        return x.fail(frame, Failure(error, cause))

    def _succeed(self, x: Execution, frame: Frame, work: MapRunWork, result: Json) -> bool:
        run = x.note("MapRunSucceeded", frame.last)
        x.host.map_run_ended(x, frame.id, work.arn, Status.SUCCEEDED)
        x.note("MapStateSucceeded", run)
        frame.work = None
        return self.leave(x, frame, result)

    def redrive(self, x: Execution, frame: Frame) -> bool:
        """Go on with the map run: the children that have not succeeded are started again."""
        work = frame.work
        assert isinstance(work, MapRunWork)
        if not work.outcomes:
            frame.work = None
            frame.phase = Phase.AGAIN
            return True
        work.begin_again()
        self.note(x, frame, "MapRunRedriven", (work.arn, work.redrives))
        frame.phase = Phase.CHILDREN
        return True
