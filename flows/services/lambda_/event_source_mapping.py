"""An event source mapping on a queue: pollers that receive batches and invoke a function with them.

Theory of operation. A mapping may read so many batches at a time (its *pollers*): five at first, and while all of them are
busy and messages are waiting, five more every second (300 a minute) up to 1,250 or its maximum concurrency. A poller is busy
from the receive to the end of the invocation. An idle mapping is woken by the queue and looks in a notice of its own; a
poller that becomes free looks at once.

With a batching window messages are gathered, in flight already, until the batch is full or the window is over. Messages that
the filter criteria do not let through are deleted as they are received.

How it ends: success deletes the batch, except what a partial batch response reports; failure deletes nothing, and the messages
come back after their visibility timeout. A throttled batch was received all the same: it counts, and comes back the same way;
the poller rests for a second. On a FIFO queue this is all it takes to keep the order: what is in flight blocks its group there,
so a group has one batch under way at a time, and a failed message holds back those behind it.

Settings change at once; for a second the mapping says that it is changing (`mapping_states.py`).
"""

from __future__ import annotations

from flows.engine.environment import Environment
from flows.engine.subjects import SubjectKind
from flows.services.effects import Outcome
from flows.services.lambda_ import records, version_records
from flows.services.lambda_.config import MappingConfig
from flows.services.lambda_.filtering import drop_unwanted
from flows.services.lambda_.function import Function
from flows.services.lambda_.loops import Loops
from flows.services.lambda_.mapping_states import State
from flows.services.lambda_.partial_batch import reported
from flows.services.lambda_.pollers import Pollers
from flows.services.lambda_.quotas import QUOTAS
from flows.services.lambda_.versions import Runnable
from flows.services.ports import Batch, Caller, Json, Source

INVOCATION = int(SubjectKind.INVOCATION)
REPORTED = ("BatchItemFailure", "The function reported this message.")
SAID_NOTHING = "null"


class Mapping:
    def __init__(
        self, environment: Environment, config: MappingConfig, link: int, source: Source, function: Function
    ) -> None:
        self.environment = environment
        self.id = config.id
        self.link = link
        self.source = source
        self.source_arn = function.world.topology.nodes[source.node].arn
        self.function = function
        self.tags: Json = {}
        self.fifo = bool(getattr(source, "fifo", False))
        self.qualifier = config.qualifier
        self.filters = config.filters
        self.batch_size = config.batch_size
        self.window_us = config.batching_window_us
        self.enabled = config.enabled and not config.created
        self.out = False
        self.gone = False
        self.partial = config.report_batch_item_failures
        self.loops = Loops(function)
        self.limit = 0
        """How many batches may be read at a time now (`pollers.py`)."""
        self._busy = 0
        self._running: dict[int, tuple[Batch, list[int]]] = {}
        self._gathering: Batch | None = None
        self._gathering_request = self._gathering_timer = 0
        self._spare_request = 0
        self.latest = 0
        """The last record of what was read last: why the mapping scales."""
        self._looking = False
        self._calendar = environment.calendar
        self._write = environment.recorder.write
        self._looks = environment.calendar.lane(self.look)
        self._rests = environment.calendar.lane(self.rested)
        self.pollers = Pollers(self, config.maximum_concurrency)
        self.state = State(self, config)
        source.consumed_by(self)

    @property
    def strained(self) -> bool:
        """Every poller is busy, and messages are waiting."""
        return self.enabled and self._busy >= self.limit and self.source.has_messages()

    def changed(self) -> None:
        """Its settings were changed: what was being gathered goes as it is, and it looks again."""
        self.pollers.settle()
        if self._gathering is not None:
            self._calendar.cancel(self._gathering_timer)
            self.close()
        self.wake()

    def turn_to(self, function: Function, link: int) -> None:
        """From the next batch on it invokes another function, over another link."""
        self.function, self.link = function, link
        self.loops = Loops(function)

    def removed(self, _caller: Caller | None) -> None:
        """Its link is gone, because it was deleted or an end of it was: nothing is read any more. What runs, ends."""
        self.gone = True
        self.enabled = False
        self.changed()

    # ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def wake(self) -> None:
        """The queue has something (`Consumer`). If every poller is busy, the first to become free will look."""
        if self._looking or not self.enabled:
            return
        if self._busy < self.limit or self._gathering is not None:
            self._looking = True
            self._looks.schedule(self._calendar.now_at)

    def outage(self, begins: bool) -> None:
        """An outage of the way to the source begins or is over: nothing is read while it lasts."""
        self.out = begins
        if not begins:
            self.wake()

    def look(self) -> None:
        self._looking = False
        if not self._busy:
            self.pollers.scale_in()
        self.poll()

    def poll(self) -> None:
        """Every free poller takes what it may."""
        source = self.source
        while self.enabled and not self.out and source.has_messages():
            if self._gathering is not None:
                if not self._gather(self._gathering):
                    self.wake()
                    return
            elif self._busy >= self.limit:
                self.pollers.ask_for_more()
                return
            elif not self._begin():
                self.wake()
                return

    def _begin(self) -> bool:
        """A free poller receives. It may come back with nothing: all it met was filtered, or went to the dead-letter queue."""
        request = self._spare_request or self.environment.subjects.new(INVOCATION)
        batch = self.source.receive(self.batch_size, self.link, request)
        if self.filters and batch:
            drop_unwanted(self, batch, request)
        self._spare_request = 0 if batch else request
        if not batch:
            return False
        self._busy += 1
        if self.window_us and len(batch) < self.batch_size:
            self._gathering, self._gathering_request = batch, request
            self._gathering_timer = self._calendar.schedule(self._calendar.now_at + self.window_us, self.close)
        else:
            self._invoke(request, batch)
        return True

    def _gather(self, batch: Batch) -> bool:
        """The batch that is being gathered takes what is there; False if none of it was of use."""
        request = self._gathering_request
        more = self.source.receive(self.batch_size - len(batch), self.link, request)
        if self.filters and more:
            drop_unwanted(self, more, request)
        if not more:
            return False
        batch.join(more)
        if len(batch) >= self.batch_size:
            self._calendar.cancel(self._gathering_timer)
            self.close()
        return True

    def close(self) -> None:
        """The window is over, or the batch is full."""
        batch, self._gathering = self._gathering, None
        if batch is not None:
            self._invoke(self._gathering_request, batch)

    # ── invoking ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _invoke(self, request: int, batch: Batch) -> None:
        function = self.function
        received = self.latest = batch.tickets[-1]
        code: Runnable | None = function
        if self.qualifier:
            code = function.versions.route(self.qualifier, request, received)
        reason, fault = function.unavailable(code) if code is not None else (f"{self.qualifier} does not exist", 0)
        if reason:
            cause = fault or received
            self._rest(records.THROTTLED, request, cause, (self.link, reason))
            return
        if function.calls and self.loops.closed(request, batch):
            self._rest(version_records.LOOP_STOPPED, request, received, (self.link, QUOTAS.recursion))
            return
        outcome = function.start(
            request,
            self.link,
            received,
            batch,
            0,
            self.finished,
            partial=self.partial,
            ordered=self.fifo,
            buffered=self.window_us > 0,
            code=code,
        )
        succeeds = not (outcome.error_type or outcome.failed_items or function.calls) and function.handler.pure
        certain = succeeds and (not self.partial or outcome.reply == SAID_NOTHING)
        self._running[request] = (batch, [] if certain else batch.attempts())

    def _rest(self, kind: int, request: int, cause: int, detail: tuple[int, str | int]) -> None:
        """The function is not invoked: the batch comes back after its visibility timeout, the poller rests."""
        self._write(kind, self.function.node, request, request, cause, 0, detail)
        self._rests.schedule(self._calendar.now_at + QUOTAS.throttled_rest_us)

    def rested(self) -> None:
        """A throttled poller looks again."""
        self._free()

    def finished(self, request: int, outcome: Outcome, ended: int, error: int) -> None:
        """The function's answer."""
        batch, attempts = self._running.pop(request)
        if outcome.error_type:
            for index in range(len(batch)):
                self._fail(batch, index, attempts[index], request, ended, outcome.error_type, error)
        else:
            kept, errors = outcome.failed_items, outcome.item_errors
            if not errors and self.partial and outcome.reply != SAID_NOTHING:
                kept = reported(self.environment, batch, outcome.reply)
            for place, index in enumerate(kept):
                error_type, message = errors[place] if errors else REPORTED
                body = self.function.error_body(error_type, message)
                self._fail(batch, index, attempts[index], request, ended, error_type, body)
            batch.delete(request, ended, kept)
        self._free()

    def _fail(
        self, batch: Batch, index: int, attempt: int, request: int, ended: int, error_type: str, body: int
    ) -> None:
        subject = batch.subjects()[index]
        detail = (self.link, error_type, body)
        failed = self._write(records.DELIVERY_FAILED, self.function.node, subject, request, ended, attempt, detail)
        batch.blame(index, failed)

    def _free(self) -> None:
        """A poller is free and looks at once."""
        self._busy -= 1
        if not self._busy:
            self.pollers.idle_since = self._calendar.now_at
        self.poll()
