"""An event source mapping on a queue: pollers that receive batches and invoke a function with them.

Theory of operation. A mapping may read so many batches at a time (its *pollers*): five at first, and while all of them are
busy and messages are waiting, five more every second (300 a minute) up to 1,250 or its maximum concurrency. A poller is busy
from the receive to the end of the invocation. An idle mapping is woken by the queue and looks in a notice of its own; a
poller that becomes free looks at once.

With a batching window messages are gathered, in flight already, until the batch is full or the window is over.

How it ends: success deletes the batch, except what a partial batch response reports; failure deletes nothing, and the messages
come back after their visibility timeout. A throttled batch was received all the same: it counts, and comes back the same way;
the poller rests for a second.
"""

from __future__ import annotations

import json

from flows.engine.environment import Environment
from flows.engine.identifiers import message_id
from flows.engine.subjects import SubjectKind
from flows.services.effects import Outcome
from flows.services.lambda_ import records
from flows.services.lambda_.config import MappingConfig
from flows.services.lambda_.function import Function
from flows.services.lambda_.quotas import QUOTAS, SECOND_US
from flows.services.ports import Batch, Source

INVOCATION = int(SubjectKind.INVOCATION)
STEP = QUOTAS.pollers_per_minute // 60


class Mapping:
    def __init__(
        self, environment: Environment, config: MappingConfig, link: int, source: Source, function: Function
    ) -> None:
        self.environment = environment
        self.id = config.id
        self.link = link
        self.source = source
        self.function = function
        self.batch_size = config.batch_size
        self.window_us = config.batching_window_us
        self.enabled = config.enabled
        self.out = False
        self.partial = config.report_batch_item_failures
        self.maximum_concurrency = config.maximum_concurrency
        self.pollers = QUOTAS.first_pollers
        self._limit = 0
        self._busy = 0
        self._idle_since = 0
        self._running: dict[int, tuple[Batch, list[int]]] = {}
        self._gathering: Batch | None = None
        self._gathering_request = self._gathering_timer = 0
        self._spare_request = 0
        self._latest = 0
        """The last record of what was read last: why the mapping scales."""
        self._looking = False
        self._scaling = False
        self._calendar = environment.calendar
        self._write = environment.recorder.write
        self._looks = environment.calendar.lane(self.look)
        self._rests = environment.calendar.lane(self.rested)
        self.limit()
        source.consumed_by(self)

    def limit(self) -> None:
        """How many batches may be read at a time now; called whenever what it depends on has changed."""
        self._limit = min(self.pollers, self.most())

    def most(self) -> int:
        return QUOTAS.pollers if self.maximum_concurrency is None else self.maximum_concurrency

    def changed(self) -> None:
        """Its settings were changed: what was being gathered goes as it is, and it looks again."""
        self.limit()
        if self._gathering is not None:
            self._calendar.cancel(self._gathering_timer)
            self.close()
        self.wake()

    # ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def wake(self) -> None:
        """The queue has something (`Consumer`). If every poller is busy, the first to become free will look."""
        if self._looking or not self.enabled:
            return
        if self._busy < self._limit or self._gathering is not None:
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
            self._scale_in()
        self.poll()

    def poll(self) -> None:
        """Every free poller takes what it may."""
        source = self.source
        while self.enabled and not self.out and source.has_messages():
            if self._gathering is not None:
                self._gather(self._gathering)
            elif self._busy >= self._limit:
                self._ask_for_more()
                return
            elif not self._begin():
                self.wake()
                return

    def _begin(self) -> bool:
        """A free poller receives. It may come back with nothing: then all it met was moved to the dead-letter queue."""
        request = self._spare_request or self.environment.subjects.new(INVOCATION)
        batch = self.source.receive(self.batch_size, self.link, request)
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

    def _gather(self, batch: Batch) -> None:
        """The batch that is being gathered takes what is there."""
        batch.join(self.source.receive(self.batch_size - len(batch), self.link, self._gathering_request))
        if len(batch) >= self.batch_size:
            self._calendar.cancel(self._gathering_timer)
            self.close()

    def close(self) -> None:
        """The window is over, or the batch is full."""
        batch, self._gathering = self._gathering, None
        if batch is not None:
            self._invoke(self._gathering_request, batch)

    # ── invoking ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _invoke(self, request: int, batch: Batch) -> None:
        function = self.function
        received = self._latest = batch.tickets[-1]
        reason, fault = function.unavailable()
        if reason:
            cause = fault or received
            self._write(records.THROTTLED, function.node, request, request, cause, 0, (self.link, reason))
            self._rests.schedule(self._calendar.now_at + QUOTAS.throttled_rest_us)
            return
        outcome = function.start(request, self.link, received, batch, 0, self.finished, partial=self.partial)
        succeeds = not (outcome.error_type or outcome.failed_items or function.calls) and function.handler.pure
        self._running[request] = (batch, [] if succeeds else batch.attempts())

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
            if not self.function.handler.pure and self.partial:
                kept, errors = self._reported(batch, outcome.reply), ()
            for place, index in enumerate(kept):
                error_type, message = (
                    errors[place] if errors else ("BatchItemFailure", "The function reported this message.")
                )
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

    def _reported(self, batch: Batch, reply: str) -> tuple[int, ...]:
        """The indices that a reply's `batchItemFailures` name; a reply that AWS cannot read fails them all."""
        seed, identity = self.environment.seed, self.environment.subjects.identity
        places = {message_id(seed, identity[subject]): index for index, subject in enumerate(batch.subjects())}
        try:
            answer = json.loads(reply)
            rows = answer.get("batchItemFailures") or [] if isinstance(answer, dict) else []
            return tuple(sorted({places[row["itemIdentifier"]] for row in rows}))
        except (ValueError, KeyError, TypeError):
            return tuple(range(len(batch)))

    def _free(self) -> None:
        """A poller is free and looks at once."""
        self._busy -= 1
        if not self._busy:
            self._idle_since = self._calendar.now_at
        self.poll()

    # ── scaling ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask_for_more(self) -> None:
        """Every poller is busy and messages are waiting: more in a second, if it is still so."""
        if not self._scaling and self._limit < self.most():
            self._scaling = True
            self._calendar.schedule(self._calendar.now_at + SECOND_US, self.scale_out)

    def scale_out(self) -> None:
        self._scaling = False
        if self.enabled and self._busy >= self._limit and self.source.has_messages():
            self._scale(min(self._limit + STEP, self.most()))
            self.poll()

    def _scale_in(self) -> None:
        """Nothing was read for a minute: the mapping starts from five again."""
        if (
            self.pollers > QUOTAS.first_pollers
            and self._calendar.now_at - self._idle_since >= QUOTAS.idle_before_scale_in_us
        ):
            self._scale(QUOTAS.first_pollers)

    def _scale(self, pollers: int) -> None:
        self.pollers = pollers
        self.limit()
        self._write(records.SCALED, self.function.node, 0, 0, self._latest, 0, (self._limit, self.link))
