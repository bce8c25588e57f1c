"""One reader of a mapping on a stream: of one shard, or of one lane of it, in order, one batch at a time.

Theory of operation. Lambda asks a shard for records once a second (four times where it is a table's stream), counted from when it
last asked. What it gets becomes a batch of at most so many records, which is handed over at once, or when the batching window that
began with its first record is over. While a batch is under way nothing else is read: success moves on and asks again at once.

A batch that fails is tried again as it is, before anything behind it: the shard (or lane) is *blocked*, until the batch succeeds, its
retries are used up, or its records are too old. Waits grow from one second, doubling, to a minute (Lambda says that it backs off, and not how fast). Three
things change the batch itself. With BisectBatchOnFunctionError a failed batch of several is split in two, which are tried at once, one
after the other, each with all its retries. A partial batch response moves the place up to the first record that it reports; what is
left is a new batch. Records that are older than MaximumRecordAgeInSeconds, or that the stream no longer has, leave the batch
before it is tried again, and the others go on.

With a parallelization factor of n a shard has n readers; a partition key's records all belong to one of them, so their order stays.
A child shard is read when its parents have been read to their ends.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from flows.engine.calendar import NEVER
from flows.engine.subjects import SubjectKind
from flows.services.effects import Outcome
from flows.services.lambda_ import stream_records as records
from flows.services.lambda_.quotas import QUOTAS
from flows.services.lambda_.stream_answers import first_failed
from flows.services.lambda_.stream_batch import StreamBatch
from flows.services.lambda_.stream_failures import AGE, RETRIES, UNHANDLED, GivenUp
from flows.services.lambda_.stream_filtering import why_not
from flows.services.lambda_.stream_telling import discarded, dropped, offered, processed
from flows.services.lambda_.stream_windows import Windows
from flows.services.lambda_.versions import LATEST, Runnable
from flows.topology.resources.mapping import NO_LIMIT

if TYPE_CHECKING:
    from flows.services.lambda_.stream_mapping import StreamMapping
    from flows.services.ports import Shard

INVOCATION, MESSAGE = int(SubjectKind.INVOCATION), int(SubjectKind.MESSAGE)
REPORTED = "BatchItemFailure"
ENCODED, RECORD_OVERHEAD = 4 / 3, 400
"""What a record takes up in an event: its data in base64, and about so many bytes around it."""


class Reader:
    def __init__(self, mapping: StreamMapping, shard: Shard, lane: int, cursor: int) -> None:
        self.mapping = mapping
        self.shard = shard
        self.lane = lane
        self.cursor = cursor
        """The position that is read next."""
        self.batches: deque[StreamBatch] = deque()
        """What was read and is not done with; the first is under way, or waits to be tried again."""
        self.gathering: StreamBatch | None = None
        self.closes_at = NEVER
        self.windows = Windows(self, mapping.config.tumbling_window_us) if mapping.config.tumbling_window_us else None
        self.running = False
        self.blocked = False
        self._final = False
        self.version = ""
        self._asked_at = -1
        self._timer = 0
        self._timer_at = NEVER
        environment = mapping.environment
        self._calendar = environment.calendar
        self._write = environment.recorder.write

    # ── when it looks ───────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def idle(self) -> bool:
        """Nothing that it has read is left."""
        return not self.batches and self.gathering is None and not self.running

    @property
    def finished_shard(self) -> bool:
        """The shard is closed, and read to its end."""
        return self.idle and self.shard.is_closed and self.cursor >= self.shard.log.end

    def wake(self) -> None:
        """There may be something to do: at the next moment at which Lambda asks the shard."""
        if not self.running and self.mapping.may_read and (not self.batches or not self._timer):
            self._look_at(self._next_asking_at() if not self.batches else self._calendar.now_at)

    def pause(self) -> None:
        """The mapping reads no more for now; what runs, ends."""
        self._cancel()

    def _next_asking_at(self) -> int:
        now, every = self._calendar.now_at, self.mapping.stream_polled_every_us
        if self._asked_at < 0:
            return now
        return self._asked_at + ((now - self._asked_at) // every + 1) * every

    def _look_at(self, at: int) -> None:
        if self._timer and self._timer_at <= at:
            return
        self._cancel()
        self._timer, self._timer_at = self._calendar.schedule(at, self.look), at

    def _cancel(self) -> None:
        if self._timer:
            self._calendar.cancel(self._timer)
        self._timer, self._timer_at = 0, NEVER

    def look(self) -> None:
        """It is time: to try the batch that waits, or to ask for records."""
        self._timer, self._timer_at = 0, NEVER
        if self.running or not self.mapping.may_read:
            return
        if self.batches:
            self._offer()
        else:
            self._ask()

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask(self) -> None:
        """GetRecords, as it were."""
        now, mapping = self._calendar.now_at, self.mapping
        self._asked_at = now
        if self.windows is not None and self._close_window(now):
            return
        full = self._gather(now)
        batch = self.gathering
        if batch is None:
            self._rest()
        elif full or now >= self.closes_at or not mapping.window_us:
            self._close_batch()
        else:
            self._look_at(min(self.closes_at, self._next_asking_at() if self.cursor < self.shard.log.end else NEVER))

    def _rest(self) -> None:
        """Nothing to hand over."""
        if self.windows is not None and self.windows.open:
            self._look_at(max(self.windows.ends_at, self._calendar.now_at))
        self.mapping.rests(self)

    def _gather(self, now: int) -> bool:
        """Read into the batch; True if it takes no more."""
        mapping, log, shard = self.mapping, self.shard.log, self.shard
        lanes, filters = mapping.config.parallelization_factor, mapping.filters
        self.cursor = max(self.cursor, log.first)
        oldest_at = now - mapping.oldest_us
        size = 0
        while self.cursor < log.end:
            position = self.cursor
            if lanes > 1 and log.lane(position, lanes) != self.lane:
                self.cursor += 1
                continue
            arrived_at = log.arrived_at(position)
            if self.windows is not None and arrived_at >= oldest_at and not self.windows.takes(arrived_at):
                return self.gathering is not None
            batch = self.gathering
            weight = int(log.size(position) * ENCODED) + RECORD_OVERHEAD
            if batch is not None and (len(batch) >= mapping.batch_size or size + weight > QUOTAS.payload_bytes):
                return True
            if arrived_at < oldest_at:
                if batch is not None:
                    return True
                self._pass_over_old(oldest_at)
                continue
            self.cursor += 1
            why = why_not(mapping, shard, position) if filters else ""
            if why:
                subject = log.subject(position)
                self._write(records.FILTERED, mapping.stream.node, subject, 0, 0, 0, (mapping.link, why))
                continue
            if batch is None:
                batch = self.gathering = StreamBatch(self)
                self.closes_at = now + mapping.window_us
            size += weight
            self._read(batch, position, arrived_at)
        return self.gathering is not None and len(self.gathering) >= mapping.batch_size

    def _read(self, batch: StreamBatch, position: int, arrived_at: int) -> None:
        """A copy of a record, for the function."""
        mapping, subjects = self.mapping, self.mapping.environment.subjects
        original = self.shard.log.subject(position)
        copy = subjects.new(MESSAGE, original, subjects.identity[original], subjects.body[original])
        read = self._write(records.READ, mapping.stream.node, copy, 0, 0, 1, (mapping.link, self.shard.id))
        batch.add(position, copy, read, arrived_at)

    def _pass_over_old(self, oldest_at: int) -> None:
        """Records that were too old before anybody tried them: one batch of the discarded."""
        log, lanes, mapping = self.shard.log, self.mapping.config.parallelization_factor, self.mapping
        batch = StreamBatch(self)
        while self.cursor < log.end and len(batch) < mapping.batch_size:
            position = self.cursor
            if log.arrived_at(position) >= oldest_at:
                break
            self.cursor += 1
            if lanes > 1 and log.lane(position, lanes) != self.lane:
                continue
            self._read(batch, position, log.arrived_at(position))
        if batch:
            self._given_up(batch, AGE, 0, batch.tickets[-1])

    # ── windows ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _close_window(self, now: int) -> bool:
        """Whether the window is over and its last invocation begins."""
        windows = self.windows
        if windows is None or self.gathering is not None or not windows.is_over(now):
            return False
        batch = StreamBatch(self)
        batch.window = windows.said(final=True)
        self._final = True
        self.batches.append(batch)
        self._offer()
        return True

    def _close_batch(self) -> None:
        """The batch is full, or its window is over: it is handed over."""
        batch, self.gathering, self.closes_at = self.gathering, None, NEVER
        if batch is not None:
            self.batches.append(batch)
            self._offer()

    # ── handing over ────────────────────────────────────────────────────────────────────────────────────────────────

    def _offer(self) -> None:
        """The first batch is handed to the function, if that can be invoked."""
        mapping, now = self.mapping, self._calendar.now_at
        batch = self._without_the_old(self.batches[0], now)
        if batch is None:
            self._next("its records were too old", 0)
            return
        function = mapping.function
        request = mapping.environment.subjects.new(INVOCATION, batch.subject)
        cause = batch.tickets[-1] if batch.tickets else 0
        code: Runnable | None = function
        if mapping.qualifier:
            code = function.versions.route(mapping.qualifier, request, cause)
        reason, fault = function.unavailable(code) if code is not None else (f"{mapping.qualifier} does not exist", 0)
        if reason:
            self._throttled(batch, reason, fault or cause)
            return
        batch.tried += 1
        batch.refused = 0
        cause = offered(self, batch, request, cause)
        if self.windows is not None and not self._final:
            batch.window = self.windows.said(final=False)
        self.version = getattr(code, "number", "") or ""
        self.running = True
        function.start(
            request, mapping.link, cause, batch, 0, self.finished, partial=mapping.partial, ordered=True, code=code
        )

    def _throttled(self, batch: StreamBatch, reason: str, cause: int) -> None:
        """It cannot be invoked now: later, for as long as the records are young enough."""
        batch.refused += 1
        wait = backoff_us(batch.refused)
        detail = (self.mapping.link, self.shard.id, len(batch), wait, reason)
        self._write(records.THROTTLED, self.mapping.stream.node, batch.subject, 0, cause, batch.tried, detail)
        self._look_at(self._calendar.now_at + wait)

    def _without_the_old(self, batch: StreamBatch, now: int) -> StreamBatch | None:
        """The batch without what is too old by now, which is given up; None if nothing is left."""
        oldest_at = now - self.mapping.oldest_us
        old = sum(1 for at in batch.arrived if at < oldest_at)
        outlived = not batch and self.windows is not None and self.windows.ends_at < oldest_at
        if not old and not outlived:
            return batch
        self.batches.popleft()
        if outlived:
            self._given_up(batch, AGE, 0, 0)
            return None
        if old == len(batch):
            self._given_up(batch, AGE, 0, batch.tickets[-1])
            return None
        rest = batch.part(old, len(batch))
        rest.tried, rest.refused, rest.earlier = batch.tried, batch.refused, batch.earlier
        gone = batch.part(0, old)
        gone.tried, gone.earlier = batch.tried, batch.earlier
        self._given_up(gone, AGE, 0, gone.tickets[-1])
        self.batches.appendleft(rest)
        return rest

    # ── how it ended ────────────────────────────────────────────────────────────────────────────────────────────────

    def finished(self, request: int, outcome: Outcome, ended: int, error: int) -> None:
        """The function's answer."""
        self.running = False
        batch = self.batches[0]
        failed = first_failed(batch, outcome, partial=self.mapping.partial)
        if failed is None:
            self.mapping.last_result = "OK"
            self.batches.popleft()
            processed(self, batch.copies, batch.earlier + batch.tried, request, ended)
            if self.windows is not None:
                self._window_answered(outcome, batch, ended)
            self._next("the batch was processed", ended)
            return
        self.mapping.last_result = "PROBLEM: Function call failed"
        self._failed(batch, failed, request, outcome, ended, error)

    def _window_answered(self, outcome: Outcome, batch: StreamBatch, ended: int) -> None:
        windows = self.windows
        assert windows is not None
        if not self._final:
            windows.answered(outcome.reply)
            return
        why = "its state grew beyond a megabyte" if windows.early else "its time is over"
        detail = (self.mapping.link, self.shard.id, why)
        self._write(records.WINDOW_CLOSED, self.mapping.stream.node, batch.subject, 0, ended, 0, detail)
        self._final = False
        windows.close()

    def _failed(self, batch: StreamBatch, first: int, request: int, outcome: Outcome, ended: int, error: int) -> None:
        """The batch failed from its record at `first` on."""
        mapping, write = self.mapping, self._write
        node, shard = mapping.stream.node, self.shard.id
        self.batches.popleft()
        attempt = batch.earlier + batch.tried
        error_type = outcome.error_type or REPORTED
        body = (
            error if outcome.error_type else mapping.function.error_body(REPORTED, "The function reported this record.")
        )
        about = (mapping.link, shard, len(batch), len(batch) - first, error_type, body)
        failed = write(records.BATCH_FAILED, node, batch.subject, request, ended, batch.tried, about)
        rest = batch
        if first:
            processed(self, batch.copies[:first], attempt, request, failed)
            rest = batch.part(first, len(batch))
        if mapping.gone:
            dropped(self, rest, failed)
            return
        detail = (mapping.link, error_type, body)
        for index, copy in enumerate(rest.copies):
            rest.tickets[index] = write(records.FAILED, node, copy, request, failed, attempt, detail)
        if mapping.config.bisect and not first and len(rest) > 1:
            self._split(rest, failed)
            return
        most = mapping.config.maximum_retry_attempts
        if most != NO_LIMIT and rest.tried > most:
            said = UNHANDLED if outcome.error_type else ""
            self._given_up(rest, RETRIES, request, failed, said)
            self._next("its retries were used up", failed)
            return
        self.batches.appendleft(rest)
        self._wait(rest, error_type, failed)

    def _split(self, batch: StreamBatch, cause: int) -> None:
        """Two halves, tried one after the other, each anew."""
        middle = (len(batch) + 1) // 2
        left, right = batch.part(0, middle), batch.part(middle, len(batch))
        self.batches.extendleft((right, left))
        detail = (self.mapping.link, self.shard.id, left.subject, len(left), right.subject, len(right))
        self._write(records.BISECTED, self.mapping.stream.node, batch.subject, 0, cause, batch.tried, detail)
        self._look_at(self._calendar.now_at)

    def _wait(self, batch: StreamBatch, reason: str, cause: int) -> None:
        """The shard is blocked until the batch is tried again."""
        wait = backoff_us(max(batch.tried, 1))
        waiting = max(0, self.shard.log.end - self.cursor) + sum(len(each) for each in self.batches) - len(batch)
        detail = (self.mapping.link, self.shard.id, len(batch), waiting, wait, reason)
        self._write(records.BLOCKED, self.mapping.stream.node, batch.subject, 0, cause, batch.tried, detail)
        self.blocked = True
        self._look_at(self._calendar.now_at + wait)

    def _given_up(self, batch: StreamBatch, condition: str, request: int, cause: int, error: str = "") -> None:
        """Its records are passed by; a window's last invocation that is given up ends the window."""
        discarded(self, batch, GivenUp(batch, condition, request, cause, error, self.version or LATEST))
        if not batch:
            self._final = False
            if self.windows is not None:
                self.windows.close()

    def _next(self, why: str, cause: int) -> None:
        """Done with the first batch: on to what is behind it."""
        if self.blocked and not self.batches:
            self.blocked = False
            detail = (self.mapping.link, self.shard.id, why)
            self._write(records.FREED, self.mapping.stream.node, 0, 0, cause, 0, detail)
        if not self.mapping.may_read:
            return
        if self.batches:
            self._offer()
        else:
            self._ask()

    def removed(self) -> None:
        """The mapping is gone: what it read and has not handed over is given up."""
        self._cancel()
        running = self.batches[0] if self.running else None
        for batch in (*self.batches, self.gathering):
            if batch is not None and batch is not running:
                dropped(self, batch, 0)
        self.gathering = None
        self.batches = deque() if running is None else deque((running,))


def backoff_us(failures: int) -> int:
    """How long a batch waits after so many failures in a row."""
    return min(QUOTAS.stream_backoff_us << min(failures - 1, 16), QUOTAS.longest_stream_backoff_us)
