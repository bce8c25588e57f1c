"""How a pipe reads a queue: so many batches at a time, each a run; what a run does not get through stays in the queue.

Theory of operation. A pipe reads five batches at a time at first, and while all are under way and messages wait, five more every second up
to 1,250 ("Amazon EventBridge Pipes concurrency"). With a batching window messages are gathered, in flight already, until the batch is full or
the window is over. What the filter criteria do not let through is deleted from the queue as it is read. What a run did not get through stays
in flight and becomes visible again after its visibility timeout; the queue's own redrive policy decides how often (AWS: pipes do not retry
messages of a queue). On a FIFO queue what is in flight blocks its group, so the order is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.engine.subjects import SubjectKind
from flows.services.pipes import records
from flows.services.pipes.filtering import drop_unwanted
from flows.services.pipes.quotas import QUOTAS, SECOND_US
from flows.services.pipes.run import Run
from flows.services.pipes.sending import Failed
from flows.services.ports import Batch, Caller, Source

if TYPE_CHECKING:
    from flows.services.pipes.pipe import Pipe

BATCH = int(SubjectKind.BATCH)
PARAMETERS = "SqsQueueParameters"


class Polling:
    source_name = "aws:sqs"

    def __init__(self, pipe: Pipe, source: Source, link: int) -> None:
        self.pipe, self.link = pipe, link
        self.limit, self._busy = QUOTAS.first_pollers, 0
        self._source: Source | None = source
        self._fifo = bool(getattr(source, "fifo", False))
        self._looking = self._scaling = False
        self._spare = 0
        self._gathering: Run | None = None
        self._timer = 0
        self._calendar = pipe.environment.calendar
        source.consumed_by(self)

    @property
    def batch_size(self) -> int:
        size = int(self.pipe.setting("SourceParameters", PARAMETERS, "BatchSize") or QUOTAS.batch)
        return min(size, QUOTAS.fifo_batch) if self._fifo else size

    @property
    def window_us(self) -> int:
        said = self.pipe.setting("SourceParameters", PARAMETERS, "MaximumBatchingWindowInSeconds")
        return 0 if self._fifo else int(said or 0) * SECOND_US

    # ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def reads(self) -> bool:
        return self.pipe.may_read and self._source is not None

    def changed(self) -> None:
        self.wake()

    def wake(self) -> None:
        """The queue has something (`Consumer`). If every poller is busy, the first to become free will look."""
        if not self._looking and self.reads and (self._busy < self.limit or self._gathering is not None):
            self._looking = True
            self._calendar.schedule(self._calendar.now_at, self.look)

    def look(self) -> None:
        self._looking = False
        self.poll()

    def poll(self) -> None:
        """Every free poller takes what it may."""
        source = self._source
        while source is not None and self.reads and source.has_messages():
            if self._gathering is None and self._busy >= self.limit:
                self._ask_for_more()
                return
            if not self._take(source):
                self.wake()
                return

    def _take(self, source: Source) -> bool:
        """One receive; False if nothing of it was of use: then all it met was filtered, or moved to the dead-letter queue."""
        gathering, link = self._gathering, self.link
        request = gathering.request if gathering else self._spare or self.pipe.environment.subjects.new(BATCH)
        room = self.batch_size - (len(gathering.batch) if gathering else 0)
        batch = source.receive(room, link, request)
        if batch:
            drop_unwanted(self.pipe, batch, request, link)
        if gathering is None:
            self._spare = 0 if batch else request
        if not batch:
            return False
        if gathering is not None:
            gathering.batch.join(batch)
            if len(gathering.batch) >= self.batch_size:
                self._close_window()
            return True
        self._busy += 1
        run = Run(self.pipe, self, request, batch, link)
        if self.window_us and len(batch) < self.batch_size:
            self._gathering = run
            self._timer = self._calendar.schedule(self._calendar.now_at + self.window_us, self._close_window)
        else:
            self._start(run)
        return True

    def _close_window(self) -> None:
        """The window is over, or the batch is full."""
        self._calendar.cancel(self._timer)
        run, self._gathering = self._gathering, None
        if run is not None:
            self._start(run)

    def _start(self, run: Run) -> None:
        self._calendar.schedule(self._calendar.now_at + QUOTAS.shortest_us, run.begin)

    # ── how runs end ────────────────────────────────────────────────────────────────────────────────────────────────

    def names(self, batch: Batch) -> list[str]:
        """Message ids."""
        environment = self.pipe.environment
        identity = environment.subjects.identity
        return [message_id(environment.seed, identity[each]) for each in batch.subjects()]

    def ended(self, run: Run, ended: int, failed: Failed) -> None:
        """What failed stays in flight, the rest is deleted. A poller is free: it looks at once, or after a rest."""
        batch, link = run.batch, run.last_link
        attempts, subjects = batch.attempts(), batch.subjects()
        write = self.pipe.environment.recorder.write
        for index, code, message in failed:
            detail = (link, code, message)
            kept = write(records.KEPT, self.pipe.node, subjects[index], run.request, ended, attempts[index], detail)
            batch.blame(index, kept)
        batch.delete(run.request, ended, [index for index, *_ in failed])
        if failed:
            self._calendar.schedule(self._calendar.now_at + QUOTAS.failed_rest_us, self.rested)
        else:
            self.rested()

    def removed(self, _caller: Caller | None) -> None:
        """What was gathered goes on its way; nothing more is read."""
        self._source = None
        self._close_window()

    def rested(self) -> None:
        self._busy -= 1
        if not self._busy:
            self.limit = QUOTAS.first_pollers
        self.wake()

    def _ask_for_more(self) -> None:
        if not self._scaling and self.limit < QUOTAS.pollers:
            self._scaling = True
            self._calendar.schedule(self._calendar.now_at + SECOND_US, self.scale_out)

    def scale_out(self) -> None:
        self._scaling = False
        if self.reads and self._busy >= self.limit and self._source is not None and self._source.has_messages():
            self.limit = min(self.limit + QUOTAS.pollers_a_second, QUOTAS.pollers)
            self.pipe.environment.recorder.write(records.SCALED, self.pipe.node, 0, 0, 0, 0, (self.limit,))
            self.poll()
